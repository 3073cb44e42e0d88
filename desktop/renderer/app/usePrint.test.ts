// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { followPrints, rowsOnScreen } from './usePrint.ts';

it('[UI-34] a print begins and ends once each, and counts the rows that the paper shows', () => {
  const seen: string[] = [];
  const stop = followPrints(
    window as unknown as Window,
    () => seen.push('begins'),
    () => seen.push('ends'),
  );
  window.dispatchEvent(new Event('beforeprint'));
  window.dispatchEvent(new Event('afterprint'));
  stop();
  window.dispatchEvent(new Event('beforeprint'));
  expect(seen).toEqual(['begins', 'ends']);
  document.body.innerHTML =
    '<nav><table><tbody><tr></tr></tbody></table></nav><main><table><thead><tr></tr></thead><tbody><tr></tr><tr></tr></tbody></table></main>';
  expect(rowsOnScreen(document)).toBe(2);
  document.body.innerHTML = '<main>Nothing</main>';
  expect(rowsOnScreen(document)).toBe(1);
});
