import { expect, it } from 'vitest';
import { NOT_HERE } from './notHereWords.ts';

it('[SYNC-57] what was never on this computer is named, with why, and that nothing is lost', () => {
  for (const [screen, { title, text }] of Object.entries(NOT_HERE)) {
    expect(title, screen).toMatch(/on this computer$/);
    expect(text, screen).toMatch(/server.*cannot be reached/s);
    expect(text, screen).toMatch(/is kept|stays? |still/);
  }
});
