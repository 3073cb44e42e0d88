/**
 * Delivery rows that are plain and in order: known lines, dates, whole counts, keys that rise within a line and day, as
 * every report file has them. Owns: adding those up in one pass without an object a row. It gives up, and says so, on the
 * first row that needs judging (deliveryRows.ts judges); for rows it takes, both give the same sums.
 */
import { type DayNumber, type DeliveryFact, dayNumber, isoDate } from '@countersign/shared/model';
import { DayCounts } from './dayCounts.ts';
import { bySourceAndMetric, type Delivery, type Series } from './series.ts';

const SAMPLES = 3;
/** Longest span of days a series may have here. */
const WIDEST = 4096;

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

/** Keeps the smallest few ids, whatever the order of rows. */
export function keepSample(series: { readonly sample: string[] }, id: string): void {
  const { sample } = series;
  if (sample.length >= SAMPLES && id >= (sample[SAMPLES - 1] as string)) return;
  sample.push(id);
  sample.sort();
  if (sample.length > SAMPLES) sample.length = SAMPLES;
}

const FIRST_YEAR = 1970;
const YEARS = 200;
const UNREAD = -2_147_483_648;
const NO_DATE = UNREAD + 1;
/** Day numbers by year, month and day of the month, found once each. */
const DAY_NUMBERS = new Int32Array(YEARS * 372).fill(UNREAD);

/** Two digits as a number; far below zero when they are none. */
function digits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1_000_000;
}

/** Day number of YYYY-MM-DD between 1970 and 2169; NO_DATE for anything else, which others must judge. */
function plainDay(text: string): DayNumber {
  if (text.length !== 10) return NO_DATE;
  const year = digits(text, 0) * 100 + digits(text, 2) - FIRST_YEAR;
  const month = digits(text, 5);
  const day = digits(text, 8);
  if (!(year >= 0 && year < YEARS && month >= 1 && month <= 12 && day >= 1 && day <= 31)) return NO_DATE;
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return NO_DATE;
  const at = year * 372 + month * 31 + day - 32;
  const known = DAY_NUMBERS[at] as number;
  if (known !== UNREAD) return known;
  const read = dayNumber(text);
  const found = isoDate(read) === text ? read : NO_DATE;
  DAY_NUMBERS[at] = found;
  return found;
}

/** A date as text with its day, and the date that followed it when it was last seen: reports repeat their days in one order. */
interface SeenDate {
  readonly text: string;
  readonly day: DayNumber;
  next: SeenDate | null;
}

const NO_SUMS = new Float64Array(0);
const NO_COUNTS = new Uint32Array(0);

/** Running sums of one series, one place a day from `base` on. */
interface Open {
  readonly source: string;
  readonly metric: string;
  readonly sample: string[];
  base: DayNumber;
  sums: Float64Array;
  counts: Uint32Array;
  /** The last key of each day. */
  keys: string[];
}

/** Makes room for a day; false where the series would grow too wide. */
function widen(series: Open, day: DayNumber): boolean {
  const { base, sums, counts, keys } = series;
  const width = sums.length;
  const from = width === 0 ? day : Math.min(base, day);
  const to = width === 0 ? day + 32 : Math.max(base + width, day + 1);
  const size = Math.max(to - from, width * 2);
  if (size > WIDEST) return false;
  const shift = width === 0 ? 0 : base - from;
  series.base = from;
  series.sums = new Float64Array(size);
  series.sums.set(sums, shift);
  series.counts = new Uint32Array(size);
  series.counts.set(counts, shift);
  series.keys = [...Array.from({ length: shift }, () => ''), ...keys];
  while (series.keys.length < size) series.keys.push('');
  return true;
}

/**
 * Whether a key surely was not given before: keys rise by length, then by text, as counters and sorted ids do. Written out,
 * because keys of one report differ in their last few places and a loop sees that sooner than a call.
 */
function rises(before: string, key: string): boolean {
  const { length } = key;
  if (length !== before.length) return length > before.length;
  for (let i = 0; i < length; i += 1) {
    const step = key.charCodeAt(i) - before.charCodeAt(i);
    if (step !== 0) return step > 0;
  }
  return false;
}

/** The sums of rows that need no judging; null as soon as one does. */
export function sumPlainRows(
  facts: readonly DeliveryFact[],
  asOfMs: number | null,
  lines: ReadonlySet<string>,
): Delivery | null {
  const open = new Map<string, Map<string, Open>>();
  let lastLine = '';
  let lastSource = '';
  let lastMetric = '';
  let last: Open | null = null;
  let base = 0;
  let sums: Float64Array = NO_SUMS;
  let counts: Uint32Array = NO_COUNTS;
  let keys: string[] = [];
  let largest = 0;
  const dates = new Map<string, SeenDate>();
  let date = null as SeenDate | null;
  for (let i = 0; i < facts.length; i += 1) {
    const fact = facts[i] as DeliveryFact;
    const { lineId, localDate, id } = fact;
    const source = fact.source ?? 'own';
    const metric = fact.metric ?? '';
    if (asOfMs !== null && fact.recordedAt !== undefined) return null;
    if (last === null || lineId !== lastLine || source !== lastSource || metric !== lastMetric) {
      if (!lines.has(lineId)) return null;
      last = seriesOf(open, lineId, source, metric);
      ({ base, sums, counts, keys } = last);
      lastLine = lineId;
      lastSource = source;
      lastMetric = metric;
    }
    if (typeof localDate !== 'string') return null;
    // The same text again is the same day: comparing it with the one that is due costs less than reading it.
    let seen: SeenDate | null = date === null ? null : date.next;
    if (seen === null || seen.text !== localDate) {
      seen = dates.get(localDate) ?? { text: localDate, day: plainDay(localDate), next: null };
      dates.set(localDate, seen);
      if (date !== null) date.next = seen;
    }
    date = seen;
    const { day } = seen;
    const count = plainCount(fact.quantity);
    if (day === NO_DATE || count < 0) return null;
    if (count > largest) largest = count;
    if (day < base || day >= base + sums.length) {
      if (!widen(last, day)) return null;
      ({ base, sums, counts, keys } = last);
    }
    const at = day - base;
    const key = fact.key ?? '';
    const rows = counts[at] as number;
    if (rows > 0 && !rises(keys[at] as string, key)) return null;
    keys[at] = key;
    counts[at] = rows + 1;
    sums[at] = (sums[at] as number) + count;
    if (id !== undefined) keepSample(last, id);
  }
  // Only then has no sum left the whole numbers that a double holds.
  return largest * facts.length > Number.MAX_SAFE_INTEGER ? null : { byLine: close(open), rejected: [] };
}

function seriesOf(open: Map<string, Map<string, Open>>, lineId: string, source: string, metric: string): Open {
  let ofLine = open.get(lineId);
  if (ofLine === undefined) {
    ofLine = new Map();
    open.set(lineId, ofLine);
  }
  const name = `${source}\u0000${metric}`;
  let series = ofLine.get(name);
  if (series === undefined) {
    series = { source, metric, sample: [], base: 0, sums: NO_SUMS, counts: NO_COUNTS, keys: [] };
    ofLine.set(name, series);
  }
  return series;
}

function close(open: Map<string, Map<string, Open>>): Map<string, Series[]> {
  const out = new Map<string, Series[]>();
  for (const lineId of [...open.keys()].sort()) {
    const list = [...(open.get(lineId) as Map<string, Open>).values()].map(({ source, metric, sample, ...sums }) => ({
      source,
      metric,
      days: filledDays(sums.base, sums.sums, sums.counts),
      sample,
    }));
    out.set(lineId, list.sort(bySourceAndMetric));
  }
  return out;
}

/** The days that have rows, of sums held one place a day. */
export function filledDays(base: DayNumber, sums: Float64Array, counts: Uint32Array): DayCounts {
  let filled = 0;
  for (let i = 0; i < counts.length; i += 1) if ((counts[i] as number) > 0) filled += 1;
  const days = new Int32Array(filled);
  const whole = new Float64Array(filled);
  const rows = new Uint32Array(filled);
  for (let i = 0, to = 0; i < counts.length; i += 1) {
    if ((counts[i] as number) === 0) continue;
    days[to] = base + i;
    whole[to] = sums[i] as number;
    rows[to] = counts[i] as number;
    to += 1;
  }
  return DayCounts.ofWhole(days, whole, rows);
}
