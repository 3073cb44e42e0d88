/** What a document says at its edges: triggers with fields of another kind, several ends, open flights, words of refusals. */
import type { ContractVersion, Line, Price, Trigger } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { bill, contract, cpm, delivered, line } from './testKit/contract.ts';
import { contractProblems } from './validate.ts';
import { grouped, rateText } from './words.ts';

const clicks = (change: Partial<Line> = {}): Line => cpm('1', { rateType: 'CPC', ...change });
const days = [delivered('100', '2026-01-05'), delivered('100', '2026-01-15'), delivered('100', '2026-01-25')];
const gross = (change: Partial<ContractVersion>): string =>
  bill(contract({ lines: [clicks()], ...change }), { delivery: days }).totals.net;

describe('starts and ends', () => {
  const trigger = (change: Omit<Trigger, 'id'>): Trigger => ({ id: 't', ...change });

  it.each<[string, Omit<Trigger, 'id'>, string]>([
    ['a start on a date', { applies: 'START', on: 'ON_DATE', date: '2026-01-10' }, '200.00'],
    ['an end at a quantity', { applies: 'END', on: 'ON_QUANTITY', quantity: '150' }, '150.00'],
    ['an end at an amount', { applies: 'END', on: 'ON_AMOUNT', amount: '120' }, '120.00'],
    ['an end with an event', { applies: 'END', on: 'ON_EVENT', occurredOn: '2026-01-20' }, '200.00'],
  ])('[BILL-34] %s is that, whatever else is stated beside it', (_name, own, expected) => {
    const beside = { date: '2026-01-26', quantity: '10', amount: '7', occurredOn: '2026-01-02', ...own };
    expect(gross({ triggers: [trigger(own)] })).toBe(expected);
    expect(gross({ triggers: [trigger(beside)] })).toBe(expected);
  });

  it('[BILL-34] of several ends, and the contracted quantity, the first that is reached ends the line', () => {
    const at = (quantity: string, id: string): Trigger => ({ id, applies: 'END', on: 'ON_QUANTITY', quantity });
    expect(gross({ triggers: [at('150', 'a'), at('250', 'b')] })).toBe('150.00');
    expect(gross({ triggers: [at('250', 'b'), at('150', 'a')] })).toBe('150.00');
    expect(gross({ triggers: [at('150', 'a')], lines: [clicks({ contractedQuantity: '250' })] })).toBe('150.00');
    expect(gross({ triggers: [at('250', 'b')], lines: [clicks({ contractedQuantity: '150' })] })).toBe('150.00');
  });

  it('[BILL-34] an end on a date never lengthens a flight, and ends one that is open', () => {
    const end = { triggers: [trigger({ applies: 'END', on: 'ON_DATE', date: '2026-01-20' })] };
    const flown = (flight: Line['flight']) => gross({ ...end, lines: [clicks({ flight })] });
    expect(flown({ from: '2026-01-01', to: '2026-01-10' })).toBe('100.00');
    expect(flown({ from: '2026-01-01', to: '2026-01-30' })).toBe('200.00');
    expect(flown({ from: '2026-01-01', to: null })).toBe('200.00');
    expect(gross({ ...end, effectiveTo: null })).toBe('200.00');
  });

  it('[BILL-8] a flight without end is the latest of all for a cap, also beyond the end of the version', () => {
    const lines = [
      clicks({ flight: { from: '2026-01-01' } }),
      clicks({ id: 'l2', flight: { from: '2026-01-01', to: '2028-01-01' } }),
    ];
    const commitments = [{ id: 'k', scope: 'CONTRACT', kind: 'CAP', amount: '150', basis: 'GROSS' } as const];
    const delivery = ['l1', 'l2'].map((lineId) => delivered('100', '2026-01-05', { lineId }));
    const result = bill(contract({ lines, commitments }), { delivery });
    expect(result.lines.map(({ lineId, shares }) => [lineId, shares.cap])).toEqual([
      ['l1', '-50.00'],
      ['l2', '0.00'],
    ]);
  });
});

describe('refusals of a document', () => {
  const said = (lines: readonly unknown[], change: object = {}): string[] =>
    contractProblems({ ...contract(), lines, ...change }).map((p) => `${p.code} ${p.message}`);
  const graduated = (tiers: readonly unknown[]) => line({ type: 'GRADUATED', tiers } as Price);

  it('[BILL-30] a tier with a begin of its own, also the eleventh, is told how tiers are written', () => {
    const tiers = [...'123456789', '10'].map((upTo) => ({ upTo, rate: '1' }));
    expect(said([graduated([...tiers, { from: '11', upTo: null, rate: '1' }])])).toEqual([
      'TIER_GAP lines[0].price.tiers[10]: A tier begins where the one before it ends, so that no unit lies between two: it has no "from". Leave out "from" and state each upper bound: (0, 10], (10, 20].',
    ]);
  });

  it('[BILL-30] any other field that is not known is named, and where it belongs', () => {
    const unknown = (named: string, path: string) =>
      `UNKNOWN_FIELD ${path}: The field ${named} is not part of a contract version. Move what it says to terms, where any agreed value has a home.`;
    expect(said([{ ...cpm('1'), colour: 'red', size: 'L' }])).toEqual([unknown('"colour", "size"', 'lines[0]')]);
    expect(said([graduated([{ upTo: null, rate: '1', till: '9' }])])).toEqual([
      unknown('"till"', 'lines[0].price.tiers[0]'),
    ]);
  });

  it('[BILL-30] a tier that is no tier is refused as what it is', () => {
    expect(said([graduated(['10'])])[0]).toMatch(/^BAD_FIELD lines\[0\]\.price\.tiers\[0\]: /);
  });

  it('[BILL-30] naming no partner is naming none: both rates hold for all, at one time', () => {
    const rows = [undefined, []].map((partnerIds, i) => ({
      id: `r${i}`,
      productKey: 'p',
      rateType: 'CPM',
      price: { type: 'UNIT', rate: '1' },
      partnerIds,
    }));
    expect(said([], { rateCardRows: rows }).map((text) => text.split(' ')[0])).toEqual(['RATES_OVERLAP']);
  });

  it('[BILL-38] blocks never have a trailing year, in whatever mode', () => {
    const tiers = [{ size: '10', maxBlocks: null, amount: '1' }];
    for (const mode of ['VOLUME', 'GRADUATED'] as const)
      expect(said([line({ type: 'BLOCKS', mode, tiers, counter: 'TRAILING_YEAR' })])[0]).toMatch(
        /^TRAILING_ALL_UNITS /,
      );
  });
});

describe('words', () => {
  it('[MONEY-5] a fraction stays as it is, whole numbers are grouped', () => {
    expect(['1/1000', '1234567/123456', '1234567.12345', '-1000'].map(grouped)).toEqual([
      '1/1000',
      '1234567/123456',
      '1,234,567.12345',
      '-1,000',
    ]);
  });

  it('[BILL-4] an amount of nothing beside a percentage is not said', () => {
    const text = (fixed?: string) => rateText({ type: 'PERCENT', percent: '10', fixed }, 'CPS');
    expect([text(), text('0'), text('0.00'), text('0.30')]).toEqual(['10%', '10%', '10%', '10% plus 0.30']);
  });
});
