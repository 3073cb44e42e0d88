import { describe, expect, it } from 'vitest';
import { endAfterNotice, endLaterOf } from './cancellation.ts';

describe('cancellation', () => {
  it('[BILL-13] a contract ends so many days after notice, over the end of a month', () => {
    expect(endAfterNotice('2026-01-20', 14)).toBe('2026-02-03');
    expect(endAfterNotice('2026-01-20', 0)).toBe('2026-01-20');
  });

  it('[BILL-13] or at the later of two terms, whichever that is', () => {
    expect(endLaterOf('2026-01-01', 30, '2026-01-10', 14)).toBe('2026-01-31');
    expect(endLaterOf('2026-01-01', 30, '2026-01-25', 14)).toBe('2026-02-08');
  });
});
