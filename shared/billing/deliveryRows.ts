/**
 * Delivery facts row by row, in any order and state. Owns: checking rows, replacing superseded reports, adding up by line,
 * source, metric and day. Must not: price. Rows that are plain and in order take the short way (plainRows.ts).
 */

import {
  type DayNumber,
  type DeliveryFact,
  dayNumber,
  instantMs,
  isoDate,
  localDay,
  type ZoneTable,
} from '@countersign/shared/model';
import {
  add,
  decimalOf,
  decimalProblem,
  type Fraction,
  QUANTITY_LIMITS,
  subtract,
  ZERO,
} from '@countersign/shared/money';
import { DayCounts } from './dayCounts.ts';
import { plainCount } from './plainRows.ts';
import { Refusals } from './refusals.ts';
import { RepeatedRows } from './repeatedRows.ts';
import { keepSmallest } from './samples.ts';
import { bySourceAndMetric, type Delivery, type Series } from './series.ts';

interface DayCell {
  /** The row that stands for the first key of the day; further keys are rare, so their map is made only when needed. */
  row: DeliveryFact;
  readonly key: string;
  more: Map<string, DeliveryFact> | null;
  /** Exact sum of whole counts below `FLUSH_ABOVE`, which a double holds without loss. */
  small: number;
  /** All other quantities: decimals, corrections, and what outgrew `small`. */
  rest: Fraction;
}
interface Open {
  lineId: string;
  source: string;
  metric: string;
  days: Map<DayNumber, DayCell>;
  sample: string[];
}

function describe(fact: DeliveryFact): string {
  return `${fact.id ?? fact.lineId} ${fact.localDate ?? fact.at ?? ''} ${fact.quantity}`;
}

/** How a fact's local day is found. */
export interface DayReading {
  readonly table: ZoneTable | null;
  readonly dayStartMs: number;
}

/**
 * Adds up the facts known by `asOf`. A higher reportVersion replaces a lower one of the same line, source, metric, day
 * and key; the same version with another quantity is refused (the one recorded first stays).
 */
export function sumRows(
  facts: readonly DeliveryFact[],
  asOfMs: number | null,
  reading: DayReading,
  lines: ReadonlySet<string>,
): Delivery {
  const refusals = new Refusals();
  const repeats = new RepeatedRows();
  const open = new Map<string, Map<string, Open>>();
  const dates = new Map<string, DayNumber | string>();
  // Reports come sorted by line: remembering the last series saves most of the look-ups.
  let series: Open | null = null;
  for (const fact of facts) {
    if (asOfMs !== null && fact.recordedAt !== undefined && instantMs(fact.recordedAt) > asOfMs) continue;
    const source = fact.source ?? 'own';
    const metric = fact.metric ?? '';
    if (series === null || fact.lineId !== series.lineId || source !== series.source || metric !== series.metric) {
      if (!lines.has(fact.lineId)) {
        refusals.add('The line is in no version of the contract', () => describe(fact));
        continue;
      }
      series = seriesOf(open, fact.lineId, source, metric);
    }
    const day = fact.localDate === undefined ? readInstant(fact.at, reading) : readDate(fact.localDate, dates);
    if (typeof day === 'string') {
      refusals.add(day, () => describe(fact));
      continue;
    }
    const count = plainCount(fact.quantity);
    if (count < 0 && decimalProblem(fact.quantity, QUANTITY_LIMITS) !== null) {
      refusals.add('The quantity is not a plain decimal text', () => describe(fact));
      continue;
    }
    place(series, day, fact, count, repeats);
  }
  repeats.refuse(refusals);
  return { byLine: closeAll(open), rejected: refusals.list() };
}

function seriesOf(open: Map<string, Map<string, Open>>, lineId: string, source: string, metric: string): Open {
  let ofLine = open.get(lineId);
  if (ofLine === undefined) {
    ofLine = new Map();
    open.set(lineId, ofLine);
  }
  const key = `${source}\u0000${metric}`;
  let series = ofLine.get(key);
  if (series === undefined) {
    series = { lineId, source, metric, days: new Map(), sample: [] };
    ofLine.set(key, series);
  }
  return series;
}

/** The day of a date, or what is wrong with it; dates repeat, so each is read once. */
function readDate(text: string, dates: Map<string, DayNumber | string>): DayNumber | string {
  const known = dates.get(text);
  if (known !== undefined) return known;
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? dayNumber(text) : Number.NaN;
  const found = Number.isNaN(day) || isoDate(day) !== text ? 'The date does not exist' : day;
  dates.set(text, found);
  return found;
}

function readInstant(at: string | undefined, reading: DayReading): DayNumber | string {
  if (at === undefined || reading.table === null) return 'The row has neither a local date nor a point in time';
  const ms = instantMs(at);
  return Number.isFinite(ms) ? localDay(reading.table, ms, reading.dayStartMs) : 'The point in time does not exist';
}

const FLUSH_ABOVE = 4e15;

function addTo(cell: DayCell, text: string, count: number): void {
  if (count < 0) {
    cell.rest = add(cell.rest, decimalOf(text));
    return;
  }
  cell.small += count;
  if (cell.small > FLUSH_ABOVE) {
    cell.rest = add(cell.rest, { n: BigInt(cell.small), d: 1n });
    cell.small = 0;
  }
}

function place(series: Open, day: DayNumber, fact: DeliveryFact, count: number, repeats: RepeatedRows): void {
  const key = fact.key ?? '';
  if (fact.id !== undefined) keepSmallest(series.sample, fact.id);
  const cell = series.days.get(day);
  if (cell === undefined) {
    const opened: DayCell = { row: fact, key, more: null, small: 0, rest: ZERO };
    addTo(opened, fact.quantity, count);
    series.days.set(day, opened);
    return;
  }
  if (cell.key === key) {
    if (settle(cell, cell.row, fact, reported(series, day, key), repeats)) cell.row = fact;
    return;
  }
  if (cell.more === null) cell.more = new Map();
  const known = cell.more.get(key);
  if (known === undefined) {
    cell.more.set(key, fact);
    addTo(cell, fact.quantity, count);
  } else if (settle(cell, known, fact, reported(series, day, key), repeats)) cell.more.set(key, fact);
}

/** What rows that repeat each other report. */
function reported({ lineId, source, metric }: Open, day: DayNumber, key: string): string {
  return [lineId, source, metric, day, key].join('\u0000');
}

/** Takes the row that stands for the same report into the cell's sum; true when it is the incoming one. */
function settle(
  cell: DayCell,
  known: DeliveryFact,
  incoming: DeliveryFact,
  what: string,
  repeats: RepeatedRows,
): boolean {
  if (!repeats.settle(what, known, incoming)) return false;
  cell.rest = subtract(add(cell.rest, decimalOf(incoming.quantity)), decimalOf(known.quantity));
  return true;
}

function closeAll(open: Map<string, Map<string, Open>>): Map<string, Series[]> {
  const out = new Map<string, Series[]>();
  for (const lineId of [...open.keys()].sort()) {
    const list: Series[] = [];
    for (const series of (open.get(lineId) as Map<string, Open>).values()) {
      const days = [...series.days]
        .map(([day, cell]) => ({
          day,
          quantity: add(cell.rest, { n: BigInt(cell.small), d: 1n }),
          count: 1 + (cell.more?.size ?? 0),
        }))
        .sort((a, b) => a.day - b.day);
      list.push({ source: series.source, metric: series.metric, days: DayCounts.of(days), sample: series.sample });
    }
    out.set(lineId, list.sort(bySourceAndMetric));
  }
  return out;
}
