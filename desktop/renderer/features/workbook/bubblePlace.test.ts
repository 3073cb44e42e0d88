import { expect, it } from 'vitest';
import { bubblePlace } from './bubblePlace.ts';

it('[GRID-16] the reason at a cell is read whole: further left at the right edge, above where there is no room below', () => {
  const window = { innerWidth: 1024, innerHeight: 700 };
  expect(bubblePlace({ left: 300, top: 200, bottom: 224 }, window)).toEqual({ left: 300, top: 228 });
  expect(bubblePlace({ left: 935, top: 200, bottom: 224 }, window)).toEqual({ left: 696, top: 228 });
  expect(bubblePlace({ left: 300, top: 630, bottom: 654 }, window)).toEqual({ left: 300, bottom: 74 });
  // In a window too low for both it stays below, where it was looked for.
  expect(bubblePlace({ left: -40, top: 40, bottom: 64 }, { innerWidth: 300, innerHeight: 120 })).toEqual({
    left: 8,
    top: 68,
  });
});
