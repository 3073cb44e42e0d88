/**
 * Delivery facts as sums. Owns: checking rows, replacing superseded reports, adding up by line, source, metric and day.
 * Must not: price. Order of rows never matters, and rows are read once.
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
  exactText,
  type Fraction,
  QUANTITY_LIMITS,
  subtract,
  ZERO,
} from '@countersign/shared/money';
import type { RejectedFacts } from './result.ts';

/** One day of one series. */
export interface DayCount {
  readonly day: DayNumber;
  readonly quantity: Fraction;
  /** Rows that made it. */
  readonly count: number;
}

/** Days of one line, source and metric, ascending. */
export interface Series {
  readonly source: string;
  /** Empty: the metric of the line's rate type. */
  readonly metric: string;
  readonly days: readonly DayCount[];
  readonly sample: readonly string[];
}

export interface Delivery {
  readonly byLine: ReadonlyMap<string, readonly Series[]>;
  readonly rejected: readonly RejectedFacts[];
}

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
  source: string;
  metric: string;
  days: Map<DayNumber, DayCell>;
  sample: string[];
}

const SAMPLES = 3;

/** Collects refusals by reason with a few samples each. */
export class Refusals {
  private readonly found = new Map<string, { count: number; samples: string[] }>();

  add(reason: string, sample: () => string): void {
    const entry = this.found.get(reason) ?? { count: 0, samples: [] };
    entry.count += 1;
    const text = sample();
    // The smallest few by text: the same whatever the order of rows.
    if (entry.samples.length < SAMPLES || text < (entry.samples[SAMPLES - 1] as string)) {
      entry.samples.push(text);
      entry.samples.sort();
      if (entry.samples.length > SAMPLES) entry.samples.length = SAMPLES;
    }
    this.found.set(reason, entry);
  }

  list(): RejectedFacts[] {
    return [...this.found]
      .map(([reason, { count, samples }]) => ({ reason, count, samples: [...samples].sort() }))
      .sort((a, b) => (a.reason < b.reason ? -1 : 1));
  }
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
export function sumDelivery(
  facts: readonly DeliveryFact[],
  asOfMs: number | null,
  reading: DayReading,
  lines: ReadonlySet<string>,
): Delivery {
  const refusals = new Refusals();
  const open = new Map<string, Map<string, Open>>();
  const dayOfText = new Map<string, DayNumber>();
  // Reports come sorted by line: remembering the last series saves most of the look-ups.
  let lastLine = '';
  let lastSource = '';
  let lastMetric = '';
  let last: Open | null = null;
  for (const fact of facts) {
    if (asOfMs !== null && fact.recordedAt !== undefined && instantMs(fact.recordedAt) > asOfMs) continue;
    const source = fact.source ?? 'own';
    const metric = fact.metric ?? '';
    let series: Open | null = last;
    if (series === null || fact.lineId !== lastLine || source !== lastSource || metric !== lastMetric) {
      if (!lines.has(fact.lineId)) {
        refusals.add('The line is in no version of the contract', () => describe(fact));
        continue;
      }
      series = seriesOf(open, fact.lineId, source, metric);
      [lastLine, lastSource, lastMetric, last] = [fact.lineId, source, metric, series];
    }
    let day = fact.localDate === undefined ? undefined : dayOfText.get(fact.localDate);
    if (day === undefined) {
      const found = readDay(fact, reading);
      if (typeof found === 'string') {
        refusals.add(found, () => describe(fact));
        continue;
      }
      day = found;
      if (fact.localDate !== undefined) dayOfText.set(fact.localDate, day);
    }
    const count = plainCount(fact.quantity);
    if (count < 0 && decimalProblem(fact.quantity, QUANTITY_LIMITS) !== null) {
      refusals.add('The quantity is not a plain decimal text', () => describe(fact));
      continue;
    }
    place(series, day, fact, count, refusals);
  }
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
    series = { source, metric, days: new Map(), sample: [] };
    ofLine.set(key, series);
  }
  return series;
}

function readDay(fact: DeliveryFact, reading: DayReading): DayNumber | string {
  if (fact.localDate !== undefined) {
    const day = /^\d{4}-\d{2}-\d{2}$/.test(fact.localDate) ? dayNumber(fact.localDate) : Number.NaN;
    return Number.isNaN(day) || isoDate(day) !== fact.localDate ? 'The date does not exist' : day;
  }
  if (fact.at === undefined || reading.table === null) return 'The row has neither a local date nor a point in time';
  const ms = instantMs(fact.at);
  return Number.isFinite(ms) ? localDay(reading.table, ms, reading.dayStartMs) : 'The point in time does not exist';
}

const FLUSH_ABOVE = 4e15;

/**
 * A whole count of up to 15 digits as a number, which holds it exactly; −1 for anything else. Counts of facts are the
 * one place where a number may sum towards money, because below 2^53 integer addition loses nothing.
 */
function plainCount(text: unknown): number {
  if (typeof text !== 'string') return -1;
  const { length } = text;
  if (length === 0 || length > 15) return -1;
  let value = 0;
  for (let i = 0; i < length; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return length > 1 && text.charCodeAt(0) === 48 ? -1 : value;
}

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

function keepSample(series: Open, id: string): void {
  const { sample } = series;
  if (sample.length >= SAMPLES && id >= (sample[SAMPLES - 1] as string)) return;
  sample.push(id);
  sample.sort();
  if (sample.length > SAMPLES) sample.length = SAMPLES;
}

function place(series: Open, day: DayNumber, fact: DeliveryFact, count: number, refusals: Refusals): void {
  const key = fact.key ?? '';
  if (fact.id !== undefined) keepSample(series, fact.id);
  const cell = series.days.get(day);
  if (cell === undefined) {
    const opened: DayCell = { row: fact, key, more: null, small: 0, rest: ZERO };
    addTo(opened, fact.quantity, count);
    series.days.set(day, opened);
    return;
  }
  if (cell.key === key) {
    if (settle(cell, cell.row, fact, refusals)) cell.row = fact;
    return;
  }
  if (cell.more === null) cell.more = new Map();
  const known = cell.more.get(key);
  if (known === undefined) {
    cell.more.set(key, fact);
    addTo(cell, fact.quantity, count);
  } else if (settle(cell, known, fact, refusals)) cell.more.set(key, fact);
}

/** Whether the incoming row replaces the known one; the cell's sum follows. */
function settle(cell: DayCell, known: DeliveryFact, incoming: DeliveryFact, refusals: Refusals): boolean {
  const before = known.reportVersion ?? 1;
  const after = incoming.reportVersion ?? 1;
  if (after < before) return false;
  if (after === before) {
    if (incoming.quantity === known.quantity) return false;
    refusals.add(
      'The same report version was given twice with different quantities',
      () => `${incoming.lineId} ${incoming.localDate ?? incoming.at ?? ''}`,
    );
    const [kept, came] = [known.recordedAt ?? '', incoming.recordedAt ?? ''];
    if (came > kept || (came === kept && incoming.quantity >= known.quantity)) return false;
  }
  cell.rest = subtract(add(cell.rest, decimalOf(incoming.quantity)), decimalOf(known.quantity));
  return true;
}

function closeAll(open: Map<string, Map<string, Open>>): Map<string, Series[]> {
  const out = new Map<string, Series[]>();
  for (const lineId of [...open.keys()].sort()) {
    const list: Series[] = [];
    for (const series of (open.get(lineId) as Map<string, Open>).values()) {
      const days: DayCount[] = [];
      for (const [day, cell] of series.days) {
        const quantity = add(cell.rest, { n: BigInt(cell.small), d: 1n });
        days.push({ day, quantity, count: 1 + (cell.more?.size ?? 0) });
      }
      days.sort((a, b) => a.day - b.day);
      list.push({ source: series.source, metric: series.metric, days, sample: series.sample });
    }
    list.sort((a, b) => (a.source === b.source ? (a.metric < b.metric ? -1 : 1) : a.source < b.source ? -1 : 1));
    out.set(lineId, list);
  }
  return out;
}

/** The sums as plain JSON for the hashed inputs. */
export function frozenDelivery(delivery: Delivery): unknown[] {
  return [...delivery.byLine].flatMap(([lineId, list]) =>
    list.map((s) => [lineId, s.source, s.metric, s.days.map((d) => [isoDate(d.day), exactText(d.quantity), d.count])]),
  );
}

/** Sum of a series over [from, to). */
export function seriesSum(
  days: readonly DayCount[],
  from: DayNumber,
  to: DayNumber,
): { quantity: Fraction; count: number } {
  let quantity = ZERO;
  let count = 0;
  for (const d of days) {
    if (d.day < from || d.day >= to) continue;
    quantity = add(quantity, d.quantity);
    count += d.count;
  }
  return { quantity, count };
}
