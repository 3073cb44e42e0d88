/** Both ways of reading delivery rows, and the columns, give the same sums. */
import { canonicalJson, type DeliveryFact, dayNumber, isoDate, sha256Hex } from '@countersign/shared/model';
import { exactText } from '@countersign/shared/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sumColumns } from './columns.ts';
import { DayCounts } from './dayCounts.ts';
import { sumDelivery } from './delivery.ts';
import { sumRows } from './deliveryRows.ts';
import { sumPlainRows } from './plainRows.ts';
import { type Delivery, frozenDelivery } from './series.ts';

const LINES = new Set(['l1', 'l2']);
const READING = { table: null, dayStartMs: 0 };
const text = (delivery: Delivery): string => new TextDecoder().decode(frozenDelivery(delivery));
const samples = (delivery: Delivery): unknown =>
  [...delivery.byLine].map(([line, list]) => [line, list.map((s) => s.sample)]);

/** Rows as files have them: keys rise within a line and day. */
const plainFacts = fc
  .array(
    fc.record({
      lineId: fc.constantFrom('l1', 'l2'),
      source: fc.constantFrom(undefined, 'a', 'b'),
      metric: fc.constantFrom(undefined, 'CLICKS'),
      localDate: fc.constantFrom('2026-03-01', '2026-03-31', '2024-02-29', '2027-01-01'),
      quantity: fc.oneof(fc.constant('0'), fc.nat(2_000_000_000).map(String), fc.constant('999999999')),
      id: fc.option(fc.constantFrom('i1', 'i2', 'i3', 'i4', 'i5'), { nil: undefined }),
    }),
    { maxLength: 40 },
  )
  .map((rows) => rows.map((row, i): DeliveryFact => ({ ...row, key: `k${i}` })));

/** Anything a file may hold: repeated keys, versions, fractions, wrong dates and lines, rows out of order. */
const anyFacts = fc.array(
  fc.record({
    lineId: fc.constantFrom('l1', 'l2', 'other'),
    localDate: fc.constantFrom('2026-03-01', '2026-02-30', '2026-3-1', '2026-0:-01'),
    quantity: fc.constantFrom('5', '-5', '1.5', '007', '12', '999999999999999', '1e3'),
    key: fc.constantFrom(undefined, 'a', 'b', 'c'),
    reportVersion: fc.constantFrom(undefined, 1, 2),
  }) as fc.Arbitrary<DeliveryFact>,
  { maxLength: 12 },
);

describe('delivery rows as sums', () => {
  it('[BILL-44] rows in order give by the short way what they give one by one', () => {
    let taken = 0;
    fc.assert(
      fc.property(plainFacts, (facts) => {
        const short = sumPlainRows(facts, null, LINES);
        if (short === null) return;
        taken += 1;
        const judged = sumRows(facts, null, READING, LINES);
        expect(text(short)).toBe(text(judged));
        expect(samples(short)).toEqual(samples(judged));
      }),
    );
    expect(taken).toBeGreaterThan(50);
  });

  it('[BILL-44] rows that need judging are never taken by the short way, whatever their order', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const judged = sumRows(facts, null, READING, LINES);
        const either = sumDelivery(facts, null, READING, LINES);
        expect(text(either)).toBe(text(judged));
        expect(either.rejected).toEqual(judged.rejected);
      }),
    );
  });

  it('[BILL-44] a repeated key, a key out of order and a date written otherwise are left to judging', () => {
    const row = { lineId: 'l1', localDate: '2026-03-01', quantity: '1', key: 'k2' };
    const short = (facts: readonly DeliveryFact[]): Delivery | null => sumPlainRows(facts, null, LINES);
    expect(short([row, { ...row, key: 'k3' }, { ...row, key: 'k10' }])).not.toBeNull();
    expect(short([row, row])).toBeNull();
    expect(short([row, { ...row, key: 'k1' }])).toBeNull();
    expect(short([{ ...row, localDate: '2026-02-29' }])).toBeNull();
    expect(short([{ ...row, localDate: '2026-0:-01' }])).toBeNull();
    expect(short([{ ...row, lineId: 'other' }])).toBeNull();
    expect(sumPlainRows([{ ...row, recordedAt: '2026-03-02T00:00:00Z' }], 0, LINES)).toBeNull();
  });

  it('[BILL-44] columns add up as the same rows do, also beyond 2^53 and below zero', () => {
    const cell = fc.record({
      series: fc.nat(1),
      day: fc.integer({ min: 20_500, max: 20_520 }),
      quantity: fc.oneof(
        fc.integer({ min: -5000, max: 5000 }),
        fc.constantFrom(4_000_000_000_000_000, -9_000_000_000_000_000),
      ),
    });
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 20 }), (cells) => {
        const columns = {
          names: [{ lineId: 'l1' }, { lineId: 'l2' }],
          series: Uint32Array.from(cells, (c) => c.series),
          days: Int32Array.from(cells, (c) => c.day),
          quantities: Float64Array.from(cells, (c) => c.quantity),
        };
        const facts = cells.map((c, i) => ({
          lineId: `l${c.series + 1}`,
          localDate: isoDate(c.day),
          quantity: String(c.quantity),
          key: `k${i}`,
        }));
        const sorted = (delivery: Delivery): string =>
          text({ ...delivery, byLine: new Map([...delivery.byLine].sort(([a], [b]) => (a < b ? -1 : 1))) });
        expect(sorted(sumColumns(columns, LINES))).toBe(sorted(sumRows(facts, null, READING, LINES)));
      }),
    );
  });

  it('[BILL-1] the bytes under the input hash are canonical JSON', () => {
    const days = [
      { day: dayNumber('2026-03-01'), quantity: { n: 5n, d: 2n }, count: 3 },
      { day: dayNumber('2026-03-02'), quantity: { n: -7n, d: 1n }, count: 1 },
    ];
    const whole = DayCounts.ofWhole([20_513, 20_514], [-9_007_199_254_740_991, 0], [4_294_967_295, 1]);
    const delivery: Delivery = {
      byLine: new Map([
        ['l"1', [{ source: 'own', metric: '', days: DayCounts.of(days), sample: [] }]],
        ['l2', [{ source: 'é', metric: 'CLICKS', days: whole, sample: [] }]],
      ]),
      rejected: [],
    };
    const plain = [...delivery.byLine].flatMap(([line, list]) =>
      list.map((s) => [
        line,
        s.source,
        s.metric,
        s.days.list().map((d) => [isoDate(d.day), exactText(d.quantity), d.count]),
      ]),
    );
    expect(text(delivery)).toBe(canonicalJson(plain));
    expect(sha256Hex(text(delivery))).toHaveLength(64);
  });
});
