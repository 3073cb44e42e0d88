import { describe, expect, it } from 'vitest';
import { codeWords, endedWords, refusedWords } from './words.ts';

describe('sign-in words', () => {
  it('[UI-2] an ended session says what was kept and the way on', () => {
    expect(endedWords('Your session ended.', 3)).toBe(
      'Your session ended. Your 3 changes are kept on this computer. Sign in to send them.',
    );
    expect(endedWords('Your session ended', 1)).toBe(
      'Your session ended. Your 1 change is kept on this computer. Sign in to send it.',
    );
    expect(endedWords('', 0)).toBe('Your session ended. Nothing of yours waits on this computer. Sign in to go on.');
  });

  it('[SCR-40] a code says what it is for, and a refused sign-in why and the way on', () => {
    expect(codeWords({ purpose: 'setUp', name: '', login: '' }).text).toContain('first admin');
    expect(codeWords({ purpose: 'join', name: 'Ben', login: 'ben@example.com' })).toMatchObject({
      title: 'Welcome, Ben',
      text: 'You sign in as ben@example.com. Choose a password.',
    });
    expect(codeWords({ purpose: 'reset', name: 'Ben', login: 'ben' }).text).toContain(
      'Every earlier sign-in has ended',
    );
    for (const code of ['denied', 'expired', 'provider', 'unknown']) expect(refusedWords(code)).toMatch(/^[A-Z].+\.$/);
  });
});
