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

interface Cell {
  version: number;
  quantity: string;
  recordedAt: string;
}
interface DayCell extends Cell {
  /** Further rows of the same day told apart by `key`; rare, so made only when needed. */
  key: string;
  more: Map<string, Cell> | null;
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
    entry.samples.push(sample());
    // The smallest few by text: the same whatever the order of rows.
    if (entry.samples.length > SAMPLES) {
      entry.samples.sort();
      entry.samples.length = SAMPLES;
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
    if (!isPlainCount(fact.quantity) && decimalProblem(fact.quantity, QUANTITY_LIMITS) !== null) {
      refusals.add('The quantity is not a plain decimal text', () => describe(fact));
      continue;
    }
    place(series, day, fact, refusals);
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

/** Up to 15 digits and nothing else: the common case, checked without a regular expression. */
function isPlainCount(text: unknown): boolean {
  if (typeof text !== 'string' || text.length === 0 || text.length > 15) return false;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return text.length === 1 || text.charCodeAt(0) !== 48;
}

function place(series: Open, day: DayNumber, fact: DeliveryFact, refusals: Refusals): void {
  const key = fact.key ?? '';
  const incoming: Cell = {
    version: fact.reportVersion ?? 1,
    quantity: fact.quantity,
    recordedAt: fact.recordedAt ?? '',
  };
  if (fact.id !== undefined && (series.sample.length < SAMPLES || fact.id < (series.sample[SAMPLES - 1] as string))) {
    series.sample.push(fact.id);
    series.sample.sort();
    if (series.sample.length > SAMPLES) series.sample.length = SAMPLES;
  }
  const cell = series.days.get(day);
  if (cell === undefined) {
    series.days.set(day, { ...incoming, key, more: null });
    return;
  }
  if (cell.key === key) {
    settle(cell, incoming, fact, refusals);
    return;
  }
  if (cell.more === null) cell.more = new Map();
  const other = cell.more.get(key);
  if (other === undefined) cell.more.set(key, incoming);
  else settle(other, incoming, fact, refusals);
}

function settle(cell: Cell, incoming: Cell, fact: DeliveryFact, refusals: Refusals): void {
  if (incoming.version < cell.version) return;
  if (incoming.version === cell.version) {
    if (incoming.quantity === cell.quantity) return;
    refusals.add(
      'The same report version was given twice with different quantities',
      () => `${fact.lineId} ${fact.localDate ?? fact.at ?? ''}`,
    );
    const earlier =
      incoming.recordedAt < cell.recordedAt ||
      (incoming.recordedAt === cell.recordedAt && incoming.quantity < cell.quantity);
    if (!earlier) return;
  }
  cell.version = incoming.version;
  cell.quantity = incoming.quantity;
  cell.recordedAt = incoming.recordedAt;
}

function closeAll(open: Map<string, Map<string, Open>>): Map<string, Series[]> {
  const out = new Map<string, Series[]>();
  for (const lineId of [...open.keys()].sort()) {
    const list: Series[] = [];
    for (const series of (open.get(lineId) as Map<string, Open>).values()) {
      const days: DayCount[] = [];
      for (const [day, cell] of series.days) {
        let quantity = decimalOf(cell.quantity);
        if (cell.more !== null)
          for (const extra of cell.more.values()) quantity = add(quantity, decimalOf(extra.quantity));
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
