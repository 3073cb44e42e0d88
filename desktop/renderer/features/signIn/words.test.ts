import { describe, expect, it } from 'vitest';
import { endedWords } from './words.ts';

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
});
