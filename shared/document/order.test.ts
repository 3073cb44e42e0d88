import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { initialOrders, isOrderKey, LONGEST_ORDER, orderBetween, ordersBetween } from './order.ts';
import { seeded } from './testKit/draft.ts';

describe('order keys', () => {
  test('[DOC-4] a key lies strictly between its neighbours wherever rows are inserted', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.nat(), { maxLength: 60 }), (seed, places) => {
        const random = seeded(seed);
        const keys = initialOrders(3);
        for (const place of places) {
          const at = place % (keys.length + 1);
          const key = orderBetween(keys[at - 1] ?? null, keys[at] ?? null, random);
          expect(isOrderKey(key)).toBe(true);
          keys.splice(at, 0, key);
        }
        expect(keys).toEqual([...keys].sort());
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });

  test('[DOC-4] a thousand rows typed below each other keep keys short, at the end and in the middle', () => {
    const random = seeded(3);
    let last = initialOrders(1)[0] ?? '';
    for (let i = 0; i < 1000; i += 1) last = orderBetween(last, null, random);
    expect(last.length).toBeLessThanOrEqual(12);
    const [low = '', high = ''] = initialOrders(2);
    let middle = low;
    for (let i = 0; i < 1000; i += 1) middle = orderBetween(middle, high, random);
    expect(middle.length).toBeLessThan(60);
    let above = high;
    for (let i = 0; i < 500; i += 1) above = orderBetween(low, above, random);
    expect(above.length).toBeLessThan(LONGEST_ORDER);
  });

  test('[DOC-4] two people who insert at one place get different keys', () => {
    const [low = '', high = ''] = initialOrders(2);
    const keys = new Set(Array.from({ length: 2000 }, (_, i) => orderBetween(low, high, seeded(i * 7919 + 1))));
    expect(keys.size).toBe(2000);
  });

  test('[DOC-4] equal or reversed neighbours give a key directly after the first one', () => {
    const [low = '', high = ''] = initialOrders(2);
    for (const key of [orderBetween(low, low, seeded(1)), orderBetween(high, low, seeded(1))])
      expect(isOrderKey(key)).toBe(true);
    expect(orderBetween(low, low, seeded(1)) > low).toBe(true);
    expect(orderBetween(low, low, seeded(1)) < high).toBe(true);
    // Neighbours that only a faulty peer could have made must not hang.
    expect(orderBetween('a', 'a0', seeded(1)) > 'a').toBe(true);
  });

  test('[DOC-4] a paste of many rows gets ascending keys in the gap', () => {
    const [low = '', high = ''] = initialOrders(2);
    for (const [after, before] of [
      [low, high],
      [null, high],
      [high, null],
      [null, null],
    ] as const) {
      const keys = ordersBetween(after, before, 500, seeded(5));
      const all = [...(after === null ? [] : [after]), ...keys, ...(before === null ? [] : [before])];
      expect(all).toEqual([...all].sort());
      expect(new Set(all).size).toBe(all.length);
      expect(Math.max(...keys.map((key) => key.length))).toBeLessThan(40);
    }
  });

  test('[DOC-5] initial keys ascend, are the same every time, and leave room', () => {
    const keys = initialOrders(5000);
    expect(keys).toEqual([...keys].sort());
    expect(initialOrders(5000)).toEqual(keys);
    expect(keys.every(isOrderKey)).toBe(true);
  });

  test('[DOC-4] only digits of the base, not ending in 0, are a key', () => {
    for (const text of ['', 'a0', 'a b', 'ä', 'x'.repeat(LONGEST_ORDER + 1)]) expect(isOrderKey(text)).toBe(false);
  });
});
