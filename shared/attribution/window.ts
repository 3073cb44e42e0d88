/**
 * Attribution windows. Owns: whether a touch is near enough to a conversion. Must not: choose among touches.
 */

import { localDay, type ZoneTable } from '@countersign/shared/model';
import { DomainError } from '@countersign/shared/money';

const DAY_MS = 86_400_000;

/** A window's length: whole days, and the exact milliseconds of an ELAPSED window. */
export interface WindowSize {
  readonly days: number;
  readonly ms: number;
}

/** Reads P30D, P2W, PT24H, P1DT12H. */
export function parseWindow(text: string): WindowSize {
  const match = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text);
  if (match === null || text === 'P' || text.endsWith('T'))
    throw new DomainError('BAD_DURATION', `"${text}" is not a duration.`, 'Write it as P30D or PT24H.');
  const part = (i: number): number => Number(match[i] ?? '0');
  const days = part(1) * 7 + part(2);
  return { days, ms: days * DAY_MS + ((part(3) * 60 + part(4)) * 60 + part(5)) * 1000 };
}

/**
 * ELAPSED: 0 ≤ conversion − touch ≤ size, in milliseconds, both ends inclusive. CALENDAR: the local dates differ by at
 * most the days of the window, and the touch is not after the conversion.
 */
export function withinWindow(
  touchMs: number,
  conversionMs: number,
  size: WindowSize,
  kind: 'ELAPSED' | 'CALENDAR',
  table: ZoneTable,
): boolean {
  if (touchMs > conversionMs) return false;
  if (kind === 'ELAPSED') return conversionMs - touchMs <= size.ms;
  return localDay(table, conversionMs) - localDay(table, touchMs) <= size.days;
}
