import { expect, test } from 'vitest';
import { newSince } from './lookedAt.ts';

const draft = (index: string, userId = 'u-ops') => ({
  state: 'DRAFT' as const,
  lastEntry: { index, at: '2026-11-21T09:00:00.000Z', userId, name: 'Ops' },
});

test('[SCR-51] a draft is new when somebody else wrote in it since the log had the size that was seen', () => {
  expect(newSince(draft('100'), '100', 'u-finance')?.index).toBe('100');
  expect(newSince(draft('99'), '100', 'u-finance')).toBeNull();
  expect(newSince(draft('1000'), '999', 'u-finance')?.name).toBe('Ops');
  // One's own change is no news, and neither is what was never opened here or is no draft any more.
  expect(newSince(draft('100', 'u-finance'), '7', 'u-finance')).toBeNull();
  expect(newSince(draft('100'), undefined, 'u-finance')).toBeNull();
  expect(newSince(draft('100'), 'soon', 'u-finance')).toBeNull();
  expect(newSince({ ...draft('100'), state: 'IN_REVIEW' }, '7', 'u-finance')).toBeNull();
  expect(newSince({ state: 'DRAFT' }, '7', 'u-finance')).toBeNull();
});
