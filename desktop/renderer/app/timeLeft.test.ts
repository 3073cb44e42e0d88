import { expect, it } from 'vitest';
import { timeLeft } from './timeLeft.ts';

it('[GLASS-18] the end counts down by minutes; a clock that cannot be right counts nothing', () => {
  const at = (time: string) => timeLeft('2026-11-21T10:30:00.000Z', 30, Date.parse(`2026-11-21T${time}Z`));
  expect(at('10:00:00')).toBe('30 minutes left');
  expect(at('10:17:30')).toBe('12 minutes left');
  expect(at('10:28:59')).toBe('1 minute left');
  expect(at('10:29:01')).toBe('less than a minute left');
  for (const wrong of ['10:30:00', '11:00:00', '08:00:00']) expect(at(wrong)).toBe('');
  expect(timeLeft('soon', 30, 0)).toBe('');
});
