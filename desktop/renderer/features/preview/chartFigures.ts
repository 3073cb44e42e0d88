// The one place of these screens where decimal text becomes a JavaScript number, and only to place pixels on a chart.
// Nothing that leaves this file is shown as a figure, stored, compared or billed; labels are made from the text itself.
import type { CurveSegment } from './tierCurve.ts';

/** Height or distance on a chart. A picture may be off by a part of a pixel; money may not, so money never comes from here. */
export function pixels(decimalText: string): number {
  return Number(decimalText);
}

/** Two ends of a straight piece, for a line series. */
export function segmentPixels(segment: CurveSegment): { x: number; y: number }[] {
  return [segment.from, segment.to].map((end) => ({ x: pixels(end.x), y: pixels(end.y) }));
}

/** An axis tick: `250k`, `1.2M`. Ticks are the chart's own round numbers, not amounts of the statement. */
export function tickText(tick: number): string {
  const size = Math.abs(tick);
  if (size >= 1_000_000) return `${tick / 1_000_000}M`;
  if (size >= 1_000) return `${tick / 1_000}k`;
  return String(tick);
}
