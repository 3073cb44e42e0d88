// Where the bubble at a cell stands so that all of it is in the window. Pure; pixels of the window.

/** As wide as the bubble gets (theme/grid.css), and as high as its longest reason at that width. */
const WIDTH = 320;
const HEIGHT = 112;
/** Between the bubble and the cell, and the edge of the window. */
const GAP = 4;
const EDGE = 8;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
}

/** Below the cell and flush with it; further left at the right edge, and above the cell where there is no room below. */
export function bubblePlace(
  cell: Box,
  window: { readonly innerWidth: number; readonly innerHeight: number },
): { readonly left: number } & ({ readonly top: number } | { readonly bottom: number }) {
  const left = Math.max(EDGE, Math.min(cell.left, window.innerWidth - WIDTH - EDGE));
  const below = cell.bottom + GAP;
  const isAbove = below + HEIGHT > window.innerHeight && cell.top > HEIGHT;
  return isAbove ? { left, bottom: window.innerHeight - cell.top + GAP } : { left, top: below };
}
