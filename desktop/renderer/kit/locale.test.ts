import { expect, test } from 'vitest';
import { usableLocale } from './locale.ts';

test('a POSIX locale or a malformed tag never reaches Intl', () => {
  expect(usableLocale(['en-US@posix'])).toBe('en-US');
  expect(usableLocale(['de_DE.UTF-8'])).toBe('de-DE');
  expect(usableLocale(['C', 'fr-FR'])).toBe('fr-FR');
  expect(usableLocale(['C'])).toBe('en-US');
  expect(usableLocale([])).toBe('en-US');
});
