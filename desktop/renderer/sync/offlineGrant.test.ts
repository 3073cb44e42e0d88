import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { confirmedAt, grantAt, looked } from './offlineGrant.ts';

const DAY = 86_400_000;
const BEGIN = Date.UTC(2026, 10, 1);
const after = (days: number) => grantAt(confirmedAt(BEGIN), BEGIN + days * DAY).state;

describe('the time that a computer edits without the server', () => {
  test('[SYNC-53] [SYNC-55] lasts 14 days, the last two of them with a warning', () => {
    expect([0, 11.99, 12, 13.99, 14, 400].map(after)).toEqual(['good', 'good', 'ending', 'ending', 'ended', 'ended']);
    expect(grantAt(confirmedAt(BEGIN), BEGIN + 3 * DAY)).toMatchObject({
      since: '2026-11-01T00:00:00.000Z',
      until: '2026-11-15T00:00:00.000Z',
    });
  });

  test('[SYNC-54] a clock that is wrong by years and left alone counts as a right one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -20 * 365, max: 20 * 365 }),
        fc.array(fc.integer({ min: 0, max: DAY }), { maxLength: 30 }),
        (wrong, steps) => {
          let now = BEGIN + wrong * DAY;
          let held = confirmedAt(now);
          for (const step of steps) {
            now += step;
            held = looked(held, now);
          }
          expect(held.spentMs).toBe(steps.reduce((sum, step) => sum + step, 0));
        },
      ),
    );
  });

  test('[SYNC-54] whatever the clock is set to, what was spent never becomes less', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -4000 * DAY, max: 4000 * DAY }), { maxLength: 40 }), (clock) => {
        let held = confirmedAt(BEGIN);
        for (const at of clock) {
          const next = looked(held, BEGIN + at);
          expect(next.spentMs).toBeGreaterThanOrEqual(held.spentMs);
          held = next;
        }
      }),
    );
  });

  test('[SYNC-54] a clock that was set back counts on from there, and set right again it takes no years for gone by', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9000 * DAY }),
        fc.array(fc.integer({ min: 0, max: DAY }), { maxLength: 20 }),
        (back, steps) => {
          let now = BEGIN + 5 * DAY;
          let held = looked(looked(confirmedAt(BEGIN), now), now - back);
          const ran = steps.reduce((sum, step) => sum + step, 0);
          for (const step of steps) {
            now += step;
            held = looked(held, now - back);
          }
          if (ran <= back) expect(held.spentMs).toBe(5 * DAY + ran);
          held = looked(held, now);
          expect(held.spentMs).toBeGreaterThanOrEqual(5 * DAY + ran);
          expect(held.spentMs).toBeLessThanOrEqual(5 * DAY + 2 * ran);
        },
      ),
    );
  });
});
