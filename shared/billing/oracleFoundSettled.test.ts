// Disagreements the independent oracle found in what is owed, started, ended and shared, each kept as a named case.
import type { ContractVersion, Line, Makegood, Trigger } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { bill, contract, cpm, delivered } from './testKit/contract.ts';

const clicks = (id: string): Line => cpm('1', { id, rateType: 'CPC' });

describe('found by the oracle in owed and settled amounts', () => {
  it('[BILL-40] one unit makes good one unit owed, however many makegoods a line delivers', () => {
    const owed = (quantity: string, id: string): Makegood => ({ id, lineId: 'l1', quantity });
    const version = contract({ lines: [clicks('l1')], makegoods: [owed('60', 'g1'), owed('30', 'g2')] });
    const delivery = [delivered('50'), delivered('100', '2026-02-10')];
    const grosses = ['2026-01', '2026-02'].map((period) => bill(version, { delivery, period }).totals.gross);
    expect(grosses).toEqual(['0.00', '60.00']);
  });

  it('[BILL-40] of several makegoods the one that starts first takes the first units, whatever order they stand in', () => {
    const makegoods: Makegood[] = [
      { id: 'g1', lineId: 'l1', quantity: '20', from: '2026-01-20' },
      { id: 'g2', lineId: 'l1', quantity: '10' },
    ];
    const delivery = [delivered('15', '2026-01-10'), delivered('15', '2026-01-25')];
    for (const order of [makegoods, [...makegoods].reverse()])
      expect(bill(contract({ lines: [clicks('l1')], makegoods: order }), { delivery }).totals.gross).toBe('5.00');
  });

  it('[BILL-34] between a start and an end by amount the gross between both is billed, before any cap', () => {
    const triggers: Trigger[] = [
      { id: 't1', applies: 'START', on: 'ON_AMOUNT', amount: '100' },
      { id: 't2', applies: 'END', on: 'ON_AMOUNT', amount: '130' },
    ];
    const delivery = [delivered('60'), delivered('90', '2026-02-10'), delivered('30', '2026-03-10')];
    const nets = (change: Partial<ContractVersion>): string[] =>
      ['2026-01', '2026-02', '2026-03'].map(
        (period) => bill(contract({ lines: [clicks('l1')], triggers, ...change }), { delivery, period }).totals.net,
      );
    expect(nets({})).toEqual(['0.00', '30.00', '0.00']);
    // What a cap takes away does not put off the end.
    const commitments = [{ id: 'k', scope: 'CONTRACT', kind: 'CAP', amount: '50', basis: 'GROSS' }] as const;
    expect(nets({ triggers: triggers.slice(1), commitments: [...commitments] })).toEqual(['50.00', '50.00', '0.00']);
    const february = bill(contract({ lines: [clicks('l1')], triggers }), { delivery, period: '2026-02' });
    expect(february.adjustments.map(({ label, amount }) => [label, amount])).toEqual([
      ['Before the start by amount', '-40.00'],
      ['After the end by amount', '-20.00'],
    ]);
  });

  it('[BILL-8] an amount of the contract goes to lines alike, into however many segments an amendment cuts them', () => {
    const minimum = [{ id: 'k', scope: 'CONTRACT', kind: 'MINIMUM', amount: '100', basis: 'GROSS' }] as const;
    const original = contract({ lines: [clicks('l1'), clicks('l2')], commitments: [...minimum] });
    const amendment: ContractVersion = {
      ...original,
      id: 'v2',
      sequence: 2,
      kind: 'AMENDMENT',
      effectiveFrom: '2026-01-11',
      lines: [clicks('l1'), cpm('2', { id: 'l2', rateType: 'CPC' })],
    };
    const { lines } = bill([original, amendment]);
    expect(lines.map(({ key, shares }) => [key, shares.minimum])).toEqual([
      ['l1', '50.00'],
      ['l2', '25.00'],
      ['l2@2026-01-11', '25.00'],
    ]);
  });

  it('[BILL-8] a cap takes no more of a line than it comes to with the credits of its other segments', () => {
    const original = contract({
      lines: [clicks('l1'), clicks('l2')],
      commitments: [{ id: 'k', scope: 'CONTRACT', kind: 'CAP', amount: '10', basis: 'GROSS' }],
    });
    const lines = [clicks('l1'), cpm('2', { id: 'l2', rateType: 'CPC' })];
    const amendment: ContractVersion = { ...original, id: 'v2', sequence: 2, effectiveFrom: '2026-01-11', lines };
    const delivery = [
      delivered('50', '2026-01-05'),
      delivered('40', '2026-01-05', { lineId: 'l2' }),
      delivered('-10', '2026-01-15', { lineId: 'l2' }),
    ];
    const result = bill([original, amendment], { delivery });
    const left = (id: string): string[] =>
      result.lines.filter((line) => line.lineId === id).map((line) => line.shares.total);
    expect(result.totals.net).toBe('10.00');
    expect([left('l1'), left('l2')]).toEqual([['10.00'], ['20.00', '-20.00']]);
  });

  it('[BILL-13] a minimum that closes when its line is not in flight is named, never dropped', () => {
    const minimum = { id: 'k', scope: 'LINE', lineId: 'l1', kind: 'MINIMUM', amount: '100', basis: 'GROSS' } as const;
    const lines = [{ ...clicks('l1'), flight: { from: '2026-01-01', to: '2026-02-01' } }, clicks('l2')];
    const of = (period: 'TERM' | 'BILLING_PERIOD', month: string) =>
      bill(contract({ lines, commitments: [{ ...minimum, period }] }), { delivery: [delivered('30')], period: month });
    expect(of('TERM', '2026-12').notBilled).toEqual([
      {
        clauseId: null,
        key: 'k',
        text: 'Minimum 100',
        why: '70.00 is missing at its close, when the line l1 is not in flight.',
      },
    ]);
    expect(of('BILLING_PERIOD', '2026-02').notBilled).toEqual([]);
  });

  it('[BILL-37] returns are taken off also before the first revenue, and where there is none', () => {
    const line: Line = {
      id: 'l1',
      rateType: 'CPS',
      price: { type: 'PERCENT', percent: '10' },
      deductions: [{ id: 'd', metric: 'RETURNS' }],
    };
    const returned = delivered('50', '2026-01-10', { metric: 'RETURNS' });
    const sold = delivered('300', '2026-02-10', { metric: 'REVENUE' });
    for (const delivery of [[returned], [returned, sold]])
      expect(bill(contract({ lines: [line] }), { delivery }).totals.gross).toBe('-5.00');
  });

  it('[BILL-34] every start left open is listed with its own clause', () => {
    const triggers: Trigger[] = [
      { id: 't1', applies: 'START', on: 'ON_EVENT', event: 'the launch', clauseId: 'c1' },
      { id: 't2', applies: 'START', lineId: 'l1', on: 'ON_DATE', clauseId: 'c2' },
    ];
    const { notBilled } = bill(contract({ lines: [clicks('l1')], triggers }));
    expect(notBilled.map(({ key, clauseId }) => [key, clauseId])).toEqual([
      ['l1', 'c1'],
      ['l1', 'c2'],
    ]);
  });
});
