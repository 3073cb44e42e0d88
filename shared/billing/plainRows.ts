/**
 * Delivery rows that are plain and in order: known lines, dates, whole counts, keys that rise within a line and day, as
 * every report file has them. Owns: adding those up in one pass without an object a row. It gives up, and says so, on the
 * first row that needs judging (deliveryRows.ts judges); for rows it takes, both give the same sums.
 */
import { type DayNumber, type DeliveryFact, dayNumber, isoDate } from '@countersign/shared/model';
import { DayCounts } from './dayCounts.ts';
import { keepSmallest } from './samples.ts';
import { bySourceAndMetric, type Delivery, type Series } from './series.ts';

/** Longest span of days a series may have here. */
const WIDEST = 4096;
/** Days a series holds at first. */
const FIRST_WIDTH = 32;

/**
 * A whole count of up to 15 digits as a number, which holds it exactly; −1 for anything else. Counts of facts are the
 * one place where a number may sum towards money, because below 2^53 integer addition loses nothing.
 */
export function plainCount(text: unknown): number {
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

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Day number of a date that exists, written YYYY-MM-DD; null for anything else, which others must judge. */
function plainDay(text: string): DayNumber | null {
  if (!DATE.test(text)) return null;
  const day = dayNumber(text);
  return isoDate(day) === text ? day : null;
}

/** Running sums of one series, one place a day from `base` on. */
interface Open {
  readonly lineId: string;
  readonly source: string;
  readonly metric: string;
  readonly sample: string[];
  base: DayNumber;
  sums: Float64Array;
  counts: Uint32Array;
  /** The last key of each day that has rows. */
  keys: string[];
}

/** Makes room for a day; false where the series would grow too wide. */
function widen(series: Open, day: DayNumber): boolean {
  const { base, sums, counts, keys } = series;
  const width = sums.length;
  const from = Math.min(base, day);
  const to = Math.max(base + width, day + 1);
  const size = Math.max(to - from, width * 2);
  if (size > WIDEST) return false;
  const shift = base - from;
  series.base = from;
  series.sums = new Float64Array(size);
  series.sums.set(sums, shift);
  series.counts = new Uint32Array(size);
  series.counts.set(counts, shift);
  series.keys = new Array<string>(shift).concat(keys);
  return true;
}

/** Whether a key surely was not given before: keys rise by length, then by text, as counters and sorted ids do. */
function rises(before: string, key: string): boolean {
  return key.length === before.length ? key > before : key.length > before.length;
}

/** The sums of rows that need no judging; null as soon as one does. */
export function sumPlainRows(
  facts: readonly DeliveryFact[],
  asOfMs: number | null,
  lines: ReadonlySet<string>,
): Delivery | null {
  const open = new Map<string, Map<string, Open>>();
  const dates = new Map<string, DayNumber | null>();
  let last: Open | null = null;
  let largest = 0;
  for (const fact of facts) {
    const { lineId, localDate, id } = fact;
    const source = fact.source ?? 'own';
    const metric = fact.metric ?? '';
    const key = fact.key ?? '';
    if (typeof localDate !== 'string' || (asOfMs !== null && fact.recordedAt !== undefined)) return null;
    let day = dates.get(localDate);
    if (day === undefined) {
      day = plainDay(localDate);
      dates.set(localDate, day);
    }
    const count = plainCount(fact.quantity);
    if (day === null || count < 0) return null;
    largest = Math.max(largest, count);
    if (last === null || lineId !== last.lineId || source !== last.source || metric !== last.metric) {
      if (!lines.has(lineId)) return null;
      last = seriesOf(open, lineId, source, metric, day);
    }
    if ((day < last.base || day >= last.base + last.sums.length) && !widen(last, day)) return null;
    const { keys, counts, sums } = last;
    const at = day - last.base;
    const rows = counts[at] as number;
    if (rows > 0 && !rises(keys[at] as string, key)) return null;
    keys[at] = key;
    counts[at] = rows + 1;
    sums[at] = (sums[at] as number) + count;
    if (id !== undefined) keepSmallest(last.sample, id);
  }
  // Only then has no sum left the whole numbers that a double holds.
  return largest * facts.length > Number.MAX_SAFE_INTEGER ? null : { byLine: close(open), rejected: [] };
}

function seriesOf(
  open: Map<string, Map<string, Open>>,
  lineId: string,
  source: string,
  metric: string,
  day: DayNumber,
): Open {
  let ofLine = open.get(lineId);
  if (ofLine === undefined) {
    ofLine = new Map();
    open.set(lineId, ofLine);
  }
  const name = `${source}\u0000${metric}`;
  let series = ofLine.get(name);
  if (series === undefined) {
    const [sums, counts] = [new Float64Array(FIRST_WIDTH), new Uint32Array(FIRST_WIDTH)];
    series = { lineId, source, metric, sample: [], base: day, sums, counts, keys: [] };
    ofLine.set(name, series);
  }
  return series;
}

function close(open: Map<string, Map<string, Open>>): Map<string, Series[]> {
  const out = new Map<string, Series[]>();
  for (const lineId of [...open.keys()].sort()) {
    const list = [...(open.get(lineId) as Map<string, Open>).values()].map(
      ({ source, metric, sample, base, sums, counts }) => ({
        source,
        metric,
        days: filledDays(base, sums, counts),
        sample,
      }),
    );
    out.set(lineId, list.sort(bySourceAndMetric));
  }
  return out;
}

/** The days that have rows, of sums held one place a day. */
export function filledDays(base: DayNumber, sums: Float64Array, counts: Uint32Array): DayCounts {
  const filled = counts.reduce((days, rows) => (rows === 0 ? days : days + 1), 0);
  const days = new Int32Array(filled);
  const whole = new Float64Array(filled);
  const rows = new Uint32Array(filled);
  let to = 0;
  counts.forEach((count, i) => {
    if (count === 0) return;
    days[to] = base + i;
    whole[to] = sums[i] as number;
    rows[to] = count;
    to += 1;
  });
  return DayCounts.ofWhole(days, whole, rows);
}
