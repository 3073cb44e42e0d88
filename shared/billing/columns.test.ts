/** Delivery as columns at its edges; that it equals the same rows one by one is a law in impact.test.ts. */
import { describe, expect, it } from 'vitest';
import { type DeliveryColumns, mergeDelivery, sumColumns } from './columns.ts';
import { type Delivery, frozenDelivery } from './series.ts';

const columns = (rows: readonly [series: number, day: number, quantity: number][]): DeliveryColumns => ({
  names: [{ lineId: 'a' }, { lineId: 'b', source: 'third', metric: 'CLICKS' }],
  series: Uint32Array.from(rows, ([series]) => series),
  days: Int32Array.from(rows, ([, day]) => day),
  quantities: Float64Array.from(rows, ([, , quantity]) => quantity),
});
const lines = new Set(['a', 'b']);
const text = (delivery: Delivery): string => new TextDecoder().decode(frozenDelivery(delivery));

describe('delivery columns', () => {
  it('[BILL-44] columns of unequal length are refused, whichever is short', () => {
    const sound = columns([[0, 20_000, 5]]);
    for (const part of ['series', 'days', 'quantities'] as const) {
      const short = { ...sound, [part]: sound[part].slice(0, 0) };
      expect(() => sumColumns(short, lines)).toThrow(
        'The delivery columns differ in length. Give one entry of each for every row.',
      );
    }
    expect(() => sumColumns({ ...sound, days: Int32Array.of(1, 2) }, lines)).toThrow(
      expect.objectContaining({ code: 'COLUMNS_UNEQUAL' }),
    );
  });

  it('[BILL-44] sums beyond what a double holds are exact', () => {
    const large = Number.MAX_SAFE_INTEGER;
    const delivery = sumColumns(
      columns([
        [0, 20_000, large],
        [0, 20_000, large],
        [0, 20_000, 1],
        [1, 20_001, -large],
        [1, 20_001, -large],
        [1, 20_001, -3],
        [0, 20_002, 7],
      ]),
      lines,
    );
    expect(text(delivery)).toContain('18014398509481983');
    expect(text(delivery)).toContain('-18014398509481985');
    expect(text(delivery)).toContain('"7"');
    expect(delivery.rejected).toEqual([]);
  });

  it('[BILL-44] sums are exact in their last unit however many rows make them', () => {
    const rows = Array.from({ length: 5 }, (): [number, number, number] => [0, 20_000, 2 ** 51 + 1]);
    expect(text(sumColumns(columns(rows), lines))).toContain(`"${5n * (2n ** 51n + 1n)}"`);
  });

  it('[BILL-44] what a column holds of lines that no version has is left out', () => {
    const rows = columns([
      [0, 20_000, 5],
      [1, 20_000, 6],
    ]);
    expect([...sumColumns(rows, new Set(['b'])).byLine.keys()]).toEqual(['b']);
    expect(text(sumColumns(rows, new Set(['b'])))).not.toContain('"5"');
  });

  it('[BILL-44] none gives none, and what two of them hold of one day is added', () => {
    expect(sumColumns(columns([]), lines)).toEqual({ byLine: new Map(), rejected: [] });
    const first = sumColumns(
      columns([
        [0, 20_000, 5],
        [1, 20_001, 6],
      ]),
      lines,
    );
    const second = sumColumns(
      columns([
        [0, 20_000, 7],
        [0, 19_999, 8],
        [1, 20_002, 9],
      ]),
      lines,
    );
    const both = sumColumns(
      columns([
        [0, 20_000, 5],
        [1, 20_001, 6],
        [0, 20_000, 7],
        [0, 19_999, 8],
        [1, 20_002, 9],
      ]),
      lines,
    );
    expect(text(mergeDelivery(first, second))).toBe(text(both));
    expect(text(mergeDelivery(second, first))).toBe(text(both));
  });
});
