// F6 and Shift+F6 walk the regions of the window: places, top bar, content, grid, inspector (LOOK.md "Access").
import { useEffect } from 'react';

const REGIONS = ['.nav', '.topbar', '.viewrow', '.grid-region', '.frame-content', '.aside'] as const;
const FOCUSABLE = 'a[href], button:not([disabled]), input, textarea, select, [tabindex]:not([tabindex="-1"])';

function visibleRegions(): HTMLElement[] {
  return REGIONS.flatMap((selector) => [...document.querySelectorAll<HTMLElement>(selector)]).filter(
    // A content that holds a grid is entered through the grid.
    (region) =>
      region.offsetParent !== null && !(region.matches('.frame-content') && region.querySelector('.grid-region')),
  );
}

function enter(region: HTMLElement): void {
  const entered = new CustomEvent('region-entered', { cancelable: true });
  // The grid puts the focus on its active cell and says so by cancelling the event.
  if (!region.dispatchEvent(entered)) return;
  const first = [...region.querySelectorAll<HTMLElement>(FOCUSABLE)].find((element) => element.checkVisibility());
  first?.focus();
}

export function useRegions(): void {
  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      if (event.key !== 'F6') return;
      event.preventDefault();
      const regions = visibleRegions();
      const at = regions.findIndex((region) => region.contains(document.activeElement));
      const step = event.shiftKey ? -1 : 1;
      const next = regions[(at + step + regions.length) % regions.length];
      if (next !== undefined) enter(next);
    };
    window.addEventListener('keydown', keys);
    return () => window.removeEventListener('keydown', keys);
  }, []);
}
