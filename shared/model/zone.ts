/**
 * Time zones as frozen offset tables. Owns: which local date and period an instant belongs to.
 * Must not: ask the platform again once a table is built: Node and Chromium disagree on five zones, so the table used
 * is part of the hashed inputs.
 */
import { DomainError, type Place } from '@countersign/shared/money';
import { Temporal } from 'temporal-polyfill';
import type { DayNumber } from './calendar.ts';

const DAY_MS = 86_400_000;

/** Offsets of one zone over a span: `offsets[i]` holds from `starts[i]` (epoch ms) until the next start. */
export interface ZoneTable {
  readonly zone: string;
  readonly starts: readonly number[];
  /** Milliseconds to add to UTC for local time. */
  readonly offsets: readonly number[];
}

/** Point in time as epoch milliseconds. */
export function instantMs(text: string): number {
  return Date.parse(text);
}

/** Reads the zone's offsets from the platform, once, for [from, to] and a year on either side. */
export function buildZoneTable(zone: string, fromMs: number, toMs: number, place: Place = {}): ZoneTable {
  const begin = fromMs - 366 * DAY_MS;
  const end = toMs + 366 * DAY_MS;
  const starts: number[] = [Number.NEGATIVE_INFINITY];
  const offsets: number[] = [];
  try {
    let at: Temporal.ZonedDateTime = Temporal.Instant.fromEpochMilliseconds(begin).toZonedDateTimeISO(zone);
    offsets.push(at.offsetNanoseconds / 1_000_000);
    for (;;) {
      const next: Temporal.ZonedDateTime | null = at.getTimeZoneTransition('next');
      if (next === null || next.epochMilliseconds > end) break;
      starts.push(next.epochMilliseconds);
      offsets.push(next.offsetNanoseconds / 1_000_000);
      at = next;
    }
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new DomainError(
      'UNKNOWN_TIME_ZONE',
      `"${zone}" is not a time zone this computer knows.`,
      'Use an IANA name, for example America/New_York.',
      place,
    );
  }
  return { zone, starts, offsets };
}

/** What `buildZoneTable` would have read for [from, to], cut from a table that covers it. */
export function clipTable({ zone, starts, offsets }: ZoneTable, fromMs: number, toMs: number): ZoneTable {
  const begin = fromMs - 366 * DAY_MS;
  const end = toMs + 366 * DAY_MS;
  const first = indexAt({ zone, starts, offsets }, begin);
  const inside = starts.map((start, i) => [start, i] as const).filter(([start, i]) => i > first && start <= end);
  return {
    zone,
    starts: [Number.NEGATIVE_INFINITY, ...inside.map(([start]) => start)],
    offsets: [first, ...inside.map(([, i]) => i)].map((i) => offsets[i] as number),
  };
}

/** A zone's offsets as plain JSON: [start in epoch ms, offset in ms], the first start null. */
export type FrozenOffsets = readonly (readonly [start: number | null, offset: number])[];

/** The table as plain JSON for the hashed inputs. */
export function frozenOffsets(table: ZoneTable): FrozenOffsets {
  return table.starts.map((start, i) => [Number.isFinite(start) ? start : null, table.offsets[i] ?? 0]);
}

/** The table that `frozenOffsets` wrote, on this or another machine. */
export function thawOffsets(zone: string, frozen: FrozenOffsets): ZoneTable {
  const starts = frozen.map(([start], i) => (i === 0 ? Number.NEGATIVE_INFINITY : (start ?? Number.NaN)));
  const ascending = starts.every((start, i) => i === 0 || start > (starts[i - 1] as number));
  if (starts.length === 0 || !ascending)
    throw new DomainError(
      'BAD_OFFSETS',
      `The offset table of ${zone} does not ascend.`,
      'Give it as the kernel wrote it.',
      { path: 'offsets' },
    );
  return { zone, starts, offsets: frozen.map(([, offset]) => offset) };
}

function indexAt(table: ZoneTable, ms: number): number {
  let low = 0;
  let high = table.starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((table.starts[middle] as number) <= ms) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Offset of local time from UTC at an instant, in milliseconds. */
function offsetAt(table: ZoneTable, ms: number): number {
  return table.offsets[indexAt(table, ms)] as number;
}

/**
 * The instant at which a local date begins: at 00:00, or at `startMs` of its wall clock under a broadcast day.
 * A missing local time moves forward by the gap; of a repeated one the first is taken.
 */
export function dayStart(table: ZoneTable, day: DayNumber, startMs = 0): number {
  const local = day * DAY_MS + startMs;
  const around = indexAt(table, local);
  for (let i = Math.max(around - 2, 0); i <= Math.min(around + 2, table.starts.length - 1); i += 1) {
    const at = local - (table.offsets[i] as number);
    const end = table.starts[i + 1] ?? Number.POSITIVE_INFINITY;
    if (at >= (table.starts[i] as number) && at < end) return at;
    // The wall clock skipped this time at the end of segment i: read it with the offset before the gap.
    if (at >= end && local - (table.offsets[i + 1] as number) < end) return at;
  }
  return local - offsetAt(table, local);
}

/** The local (or broadcast) date an instant belongs to: the latest date that has begun. */
export function localDay(table: ZoneTable, ms: number, startMs = 0): DayNumber {
  let day = Math.floor((ms + offsetAt(table, ms)) / DAY_MS);
  while (dayStart(table, day, startMs) > ms) day -= 1;
  while (dayStart(table, day + 1, startMs) <= ms) day += 1;
  return day;
}

/** HH:MM as milliseconds after midnight. */
export function timeOfDayMs(text: string): number {
  return (Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))) * 60_000;
}
