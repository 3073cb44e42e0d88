import { decimalOf, exactText, type Fraction } from '@countersign/shared/money';
import { describe, expect, it } from 'vitest';
import { segmentCounter } from './counter.ts';
import { blocksGraduated, blocksVolume, packagesStarted } from './packages.ts';
import { type ExactPercent, percentOfEvent, percentOfTotal, percentPerEvent } from './percent.ts';
import { exactTiers, graduatedParts, tierIndexOf, volumeFlat, volumePart } from './tiers.ts';

const d = decimalOf;
const show = (value: Fraction | null): string => (value === null ? 'none' : exactText(value));

describe('started packages and blocks', () => {
  it('[BILL-25] counts started packages after free units, and gives them back below zero', () => {
    const started = (units: string, free = '0') => packagesStarted(d(units), d('1000'), d(free));
    expect([started('0'), started('1'), started('1000'), started('1001')]).toEqual([0n, 1n, 1n, 2n]);
    expect([started('500', '500'), started('501', '500'), started('400', '500')]).toEqual([0n, 1n, 0n]);
    expect([started('-1', '500'), started('-1000'), started('-1001')]).toEqual([-1n, -1n, -2n]);
  });

  const tiers = [
    { size: d('10'), maxBlocks: d('2'), amount: d('5') },
    { size: d('20'), maxBlocks: d('1'), amount: d('4') },
    { size: d('50'), maxBlocks: null, amount: d('3') },
  ];
  const text = (parts: { index: number; blocks: bigint; amount: Fraction }[]): string =>
    parts.map((part) => `${part.index}:${part.blocks}=${exactText(part.amount)}`).join(' ');

  it('[BILL-25] graduated blocks fill one tier after another', () => {
    expect(['0', '1', '20', '21', '40', '41', '91', '-11'].map((n) => text(blocksGraduated(tiers, d(n))))).toEqual([
      '',
      '0:1=5',
      '0:2=10',
      '0:2=10 1:1=4',
      '0:2=10 1:1=4',
      '0:2=10 1:1=4 2:1=3',
      '0:2=10 1:1=4 2:2=6',
      '0:-2=-10',
    ]);
  });

  it('[BILL-25] all blocks at the tier that holds the total', () => {
    const at = (units: string, total?: string): string =>
      text([blocksVolume(tiers, d(units), total === undefined ? undefined : d(total))]);
    expect([at('20'), at('21'), at('40'), at('41'), at('-11'), at('10', '41'), at('0')]).toEqual([
      '0:2=10',
      '1:2=8',
      '1:2=8',
      '2:1=3',
      '0:-2=-10',
      '2:1=3',
      '0:0=0',
    ]);
    expect(text([blocksVolume(tiers.slice(0, 2), d('100'))])).toBe('1:5=20');
  });
});

describe('percentages', () => {
  const rule = (change: Partial<Record<keyof ExactPercent, string>> = {}): ExactPercent => ({
    percent: d(change.percent ?? '10'),
    fixed: d(change.fixed ?? '0'),
    minPer: change.minPer === undefined ? null : d(change.minPer),
    maxPer: change.maxPer === undefined ? null : d(change.maxPer),
    freeAmount: d(change.freeAmount ?? '0'),
    freeEvents: BigInt(change.freeEvents ?? '0'),
  });

  it('[BILL-24] of what a counter gained, above a free amount used up once; fixed for events above the free ones', () => {
    const of = (from: string, to: string, events: bigint, r = rule()): string =>
      exactText(percentOfTotal(r, d(from), d(to), events));
    expect([of('0', '50', 0n), of('20', '50', 0n), of('50', '20', 0n), of('0', '-50', 0n)]).toEqual([
      '5',
      '3',
      '-3',
      '-5',
    ]);
    const free = rule({ freeAmount: '30', fixed: '1', freeEvents: '2' });
    expect([
      of('0', '20', 2n, free),
      of('20', '50', 3n, free),
      of('50', '50', 3n, free),
      of('0', '30', 5n, free),
    ]).toEqual(['0', '3', '0', '3']);
  });

  it('[ATTR-5] of one event, with its fixed part, within its limits, mirrored for a return', () => {
    const r = rule({ fixed: '0.5', minPer: '1', maxPer: '5' });
    expect(['0', '1', '10', '100', '-1', '-100'].map((v) => exactText(percentOfEvent(r, d(v))))).toEqual([
      '1',
      '1',
      '1.5',
      '5',
      '-1',
      '-5',
    ]);
  });

  it('[ATTR-5] of events in order while free events and a free amount last', () => {
    const each = (r: ExactPercent, values: string[]): string =>
      percentPerEvent(r, values.map(d)).map(exactText).join(' ');
    expect(each(rule(), ['10', '20'])).toBe('1 2');
    expect(each(rule({ freeEvents: '1' }), ['10', '20'])).toBe('0 2');
    expect(each(rule({ freeAmount: '15' }), ['10', '20', '30'])).toBe('0 1.5 3');
    expect(each(rule({ freeAmount: '10' }), ['10', '20'])).toBe('0 2');
  });
});

describe('tier counters', () => {
  it('[BILL-24] run on, begin with null, restart at a RESET and carry what came before', () => {
    const units = ['5', '7', '11'].map(d);
    const at = (index: number, resets: boolean[], carried: string | null): string => {
      const c = segmentCounter(units, resets, index, carried === null ? null : d(carried));
      return `${show(c.from)} ${show(c.to)} ${show(c.units)} ${show(c.total)} ${show(c.carried?.units ?? null)}`;
    };
    const none = [false, false, false];
    expect([0, 1, 2].map((i) => at(i, none, null))).toEqual(['none 5 5 23 none', '5 12 7 23 none', '12 23 11 23 none']);
    expect([0, 1].map((i) => at(i, none, '100'))).toEqual(['100 105 5 123 100', '105 112 7 123 none']);
    const reset = [false, true, false];
    expect([0, 1, 2].map((i) => at(i, reset, '100'))).toEqual([
      '100 105 5 105 100',
      'none 7 7 18 none',
      '7 18 11 18 none',
    ]);
  });

  const tiers = exactTiers(
    [
      { upTo: d('10'), rate: d('2'), flat: d('1') },
      { upTo: null, rate: d('100'), flat: d('7') },
    ],
    100n,
  );

  it('[BILL-4] tiers hold (above, upTo], rates by their unit', () => {
    expect(tiers.map((t) => [show(t.above), show(t.upTo), show(t.unit), show(t.flat)])).toEqual([
      ['0', '10', '0.02', '1'],
      ['10', 'none', '1', '7'],
    ]);
    expect(['-5', '10', '10.1'].map((n) => tierIndexOf(tiers, d(n)))).toEqual([0, 0, 1]);
    expect(tierIndexOf(tiers.slice(0, 1), d('99'))).toBe(0);
  });

  it('[BILL-4] graduated slices forth and back, flats where a tier is entered or left', () => {
    const parts = (from: string | null, to: string): string =>
      graduatedParts(tiers, from === null ? null : d(from), d(to))
        .map((p) => `${p.index}:${show(p.units)}=${show(p.unitPart)}+${show(p.flatPart)}`)
        .join(' ');
    expect([parts(null, '0'), parts(null, '12'), parts('12', '9'), parts('2', '-3'), parts('11', '12')]).toEqual([
      '0:0=0+1',
      '0:10=0.2+1 1:2=2+7',
      '0:-1=-0.02+0 1:-2=-2+-7',
      '0:-5=-0.1+-1',
      '0:0=0+0 1:1=1+0',
    ]);
  });

  it('[BILL-4] an all-units flat is charged with the first count, or where the tier is entered, never below zero', () => {
    const flat = (position: string | null, total: string): string =>
      show(volumeFlat(tiers, position === null ? null : d(position), d(total)));
    expect([
      flat(null, '5'),
      flat('0', '0'),
      flat('-1', '5'),
      flat('5', '-1'),
      flat('10', '12'),
      flat('10.1', '12'),
    ]).toEqual(['0', '1', '1', '0', '0', '7']);
    const part = volumePart(tiers, d('3'), d('9'), d('12'), d('12'));
    expect([part.index, show(part.units), show(part.unitPart), show(part.flatPart)]).toEqual([1, '3', '3', '7']);
  });
});
