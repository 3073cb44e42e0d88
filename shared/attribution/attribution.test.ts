import { buildZoneTable, dayNumber, isoDate } from '@countersign/shared/model';
import { compare, decimalOf, exactText, roundedText, sum } from '@countersign/shared/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allowedReversals,
  conditionHolds,
  decayWeight,
  lockDay,
  modelWeights,
  parseWindow,
  payDay,
  pickTouch,
  splitCredit,
  withinWindow,
} from './index.ts';

const table = buildZoneTable('America/New_York', Date.parse('2026-01-01'), Date.parse('2026-12-31'));

describe('windows', () => {
  it('[ATTR-1] an elapsed window counts hours, a calendar window local dates', () => {
    const within = (touch: string, conversion: string, kind: 'ELAPSED' | 'CALENDAR', size = 'P30D') =>
      withinWindow(Date.parse(touch), Date.parse(conversion), parseWindow(size), kind, table);
    expect(within('2026-02-20T12:00:00-05:00', '2026-03-22T13:00:00-04:00', 'ELAPSED')).toBe(true);
    expect(within('2026-02-20T12:00:00-05:00', '2026-03-22T13:00:00.001-04:00', 'ELAPSED')).toBe(false);
    expect(within('2026-03-01T23:59:00-05:00', '2026-03-31T23:59:59.999-04:00', 'CALENDAR')).toBe(true);
    expect(within('2026-03-01T23:59:00-05:00', '2026-04-01T00:00:00-04:00', 'CALENDAR')).toBe(false);
    expect(within('2026-03-02T00:00:00Z', '2026-03-01T00:00:00Z', 'ELAPSED')).toBe(false);
  });

  it('[ATTR-1] durations of weeks, days and time; anything else is refused', () => {
    expect([parseWindow('P2W').days, parseWindow('PT24H').ms, parseWindow('P1DT12H').ms]).toEqual([
      14, 86_400_000, 129_600_000,
    ]);
    for (const bad of ['P', '30D', 'P1M', 'PT', 'P-1D']) expect(() => parseWindow(bad)).toThrow(/not a duration/);
  });
});

describe('credit', () => {
  const text = (amount: string, weights: Parameters<typeof splitCredit>[1]) =>
    splitCredit(decimalOf(amount), weights, 2).map((s) => roundedText(s, 2, 'HALF_UP'));

  it('[ATTR-4] position, linear and decay', () => {
    expect(text('0.01', modelWeights('POSITION', 2))).toEqual(['0.01', '0.00']);
    expect(text('10.00', modelWeights('LINEAR', 3))).toEqual(['3.34', '3.33', '3.33']);
    const decay = ['14', '7', '0'].map((days) => decayWeight(decimalOf(days), decimalOf('7')));
    expect(text('70.00', decay)).toEqual(['10.00', '20.00', '40.00']);
  });

  it('[ATTR-4] a decay weight has 40 digits', () => {
    const weight = exactText(decayWeight(decimalOf('1'), decimalOf('7')));
    expect(weight).toBe('0.9057236642639066715941728732151031877004');
  });

  it('[ATTR-3] ties take CLICK first, then the lowest id', () => {
    const at = (id: string, touchType: string, atMs: number) => ({ id, touchType, atMs });
    expect(pickTouch([at('b', 'VIEW', 5), at('a', 'CLICK', 5), at('c', 'CLICK', 1)], 'LAST')?.id).toBe('a');
    expect(pickTouch([at('b', 'CLICK', 5), at('a', 'CLICK', 5)], 'LAST')?.id).toBe('a');
    expect(pickTouch([at('b', 'VIEW', 1), at('a', 'CLICK', 1)], 'FIRST')?.id).toBe('a');
  });

  it('[ATTR-4] shares sum to the payout for every model and length', () => {
    const model = fc.constantFrom('LAST' as const, 'FIRST' as const, 'LINEAR' as const, 'POSITION' as const);
    fc.assert(
      fc.property(model, fc.integer({ min: 1, max: 30 }), fc.integer({ min: -9999, max: 99_999 }), (m, n, cents) => {
        const amount = { n: BigInt(cents), d: 100n };
        expect(compare(sum(splitCredit(amount, modelWeights(m, n), 2)), amount)).toBe(0);
      }),
    );
  });
});

describe('locks', () => {
  const lock = (rule: Parameters<typeof lockDay>[0], day: string, extended = false) =>
    isoDate(lockDay(rule, dayNumber(day), extended));

  it('[ATTR-8] month end, days after the event, and a day of the next month', () => {
    expect(lock({ months: 0, days: 27 }, '2026-01-15')).toBe('2026-02-28');
    expect(lock({ days: 60 }, '2026-04-01')).toBe('2026-05-31');
    expect(lock({ dayOfMonth: 10 }, '2025-12-03')).toBe('2026-01-10');
    expect(lock({ dayOfMonth: 10 }, '2025-12-03', true)).toBe('2026-02-10');
    expect(lock({ dayOfMonth: 31 }, '2026-01-31')).toBe('2026-02-28');
  });

  it('[ATTR-8] pay days', () => {
    const paid = payDay({ payDay: 15 }, dayNumber('2026-03-01'));
    expect(paid === null ? null : isoDate(paid)).toBe('2026-04-15');
    expect(payDay({}, dayNumber('2026-03-01'))).toBeNull();
  });

  it('[ATTR-10] floor(actions × percent), at most requested', () => {
    expect([
      allowedReversals(200n, decimalOf('50'), 120n),
      allowedReversals(3n, decimalOf('50'), 3n),
      allowedReversals(10n, decimalOf('50'), 2n),
    ]).toEqual([100n, 1n, 2n]);
  });
});

describe('conditions', () => {
  const action = {
    id: 'a',
    occurredAt: '2026-01-01T00:00:00Z',
    eventType: 'SALE',
    amounts: { order: '50.00' },
    dimensions: { geo: 'US' },
  };
  it.each([
    ['amounts.order', 'GTE', '50', true],
    ['amounts.order', 'GT', '50', false],
    ['amounts.order', 'EQ', '50', true],
    ['geo', 'IN', ['US', 'CA'], true],
    ['geo', 'NOT_IN', ['US'], false],
    ['coupon', 'MISSING', undefined, true],
    ['coupon', 'LT', '5', false],
    ['eventType', 'NE', 'LEAD', true],
  ] as const)('[ATTR-7] %s %s %j is %s', (field, op, value, expected) => {
    expect(conditionHolds({ field, op, value: value as string }, action)).toBe(expected);
  });
});
