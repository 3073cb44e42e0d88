/** When an action locks and is paid, and how many reversals a lock still lets through. */
import { dayNumber, isoDate } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { allowedReversals, dayOfMonthAfter, lockDay, payDay } from './index.ts';

describe('locks', () => {
  const lock = (rule: Parameters<typeof lockDay>[0], day: string, extended = false) =>
    isoDate(lockDay(rule, dayNumber(day), extended));

  it.each([
    [{ months: 1, days: 5 }, '2026-01-15', false, '2026-03-06'],
    [{ months: 0 }, '2026-01-31', false, '2026-02-01'],
    [{ afterMonthEnd: true, days: 3 }, '2026-01-15', false, '2026-02-04'],
    [{ afterMonthEnd: false, months: 1 }, '2026-01-15', false, '2026-02-15'],
    [{ days: 10 }, '2026-01-25', false, '2026-02-04'],
    [{}, '2026-01-25', false, '2026-01-25'],
    [{ days: 10 }, '2026-01-25', true, '2026-03-07'],
    [{ months: 0, extensionMonths: 2 }, '2026-01-15', true, '2026-04-01'],
    [{ months: 0, extensionMonths: 2 }, '2026-01-15', false, '2026-02-01'],
    [{ months: 0, extensionMonths: 0 }, '2026-01-15', true, '2026-02-01'],
    [{ dayOfMonth: 31, extensionMonths: 2 }, '2026-01-15', true, '2026-04-30'],
    [{ dayOfMonth: 5 }, '2026-12-31', false, '2027-01-05'],
  ] as const)('[ATTR-8] %j of %s, extended %s, locks on %s', (rule, day, extended, on) => {
    expect(lock(rule, day, extended)).toBe(on);
  });

  it('[ATTR-8] a day of a later month, and the pay day counted from the lock', () => {
    expect(isoDate(dayOfMonthAfter(dayNumber('2026-11-30'), 3, 30))).toBe('2027-02-28');
    const paid = (rule: Parameters<typeof payDay>[0]) => {
      const day = payDay(rule, dayNumber('2026-03-01'));
      return day === null ? null : isoDate(day);
    };
    expect(paid({ payDay: 31, payMonthsAfterLock: 0 })).toBe('2026-03-31');
    expect(paid({ payDay: 31, payMonthsAfterLock: 2 })).toBe('2026-05-31');
    expect(paid({ payDay: 31 })).toBe('2026-04-30');
    expect(paid({})).toBeNull();
  });

  it('[ATTR-10] the share of reversals is floored and never more than asked', () => {
    const half = { n: 125n, d: 10n };
    expect([allowedReversals(8n, half, 5n), allowedReversals(15n, half, 5n), allowedReversals(16n, half, 1n)]).toEqual([
      1n,
      1n,
      1n,
    ]);
    expect(allowedReversals(100n, { n: 100n, d: 1n }, 100n)).toBe(100n);
  });
});
