/**
 * Delivery at volume, as columns. Owns: adding up rows that were checked and deduplicated once, at import.
 * Must not: check or replace rows again; what it returns is what the same rows one by one would have given.
 */

import type { DayNumber } from '@countersign/shared/model';
import { add, DomainError } from '@countersign/shared/money';
import { type DayCount, DayCounts } from './dayCounts.ts';
import { filledDays } from './plainRows.ts';
import { bySourceAndMetric, type Delivery, type Series } from './series.ts';

/** Rows as parallel columns; quantities are whole counts. */
export interface DeliveryColumns {
  /** What each number in `series` stands for. */
  readonly names: readonly {
    readonly lineId: string;
    readonly source?: string | undefined;
    readonly metric?: string | undefined;
  }[];
  readonly series: Uint32Array;
  /** Days since 1970-01-01, local or broadcast. */
  readonly days: Int32Array;
  /** Whole numbers below 2^53. */
  readonly quantities: Float64Array;
}

/** Beyond this the running sum moves into a big integer: below 2^53 adding whole numbers loses nothing. */
const SAFE = Number.MAX_SAFE_INTEGER / 2;

/** Adds up columns by series and day: one pass, two typed arrays. */
export function sumColumns(columns: DeliveryColumns, lines: ReadonlySet<string>): Delivery {
  const { names, series, days, quantities } = columns;
  const length = quantities.length;
  if (series.length !== length || days.length !== length)
    throw new DomainError(
      'COLUMNS_UNEQUAL',
      'The delivery columns differ in length.',
      'Give one entry of each for every row.',
    );
  if (length === 0) return { byLine: new Map(), rejected: [] };
  let first = Number.MAX_SAFE_INTEGER;
  let last = Number.MIN_SAFE_INTEGER;
  for (let i = 0; i < length; i += 1) {
    const day = days[i] as number;
    if (day < first) first = day;
    if (day > last) last = day;
  }
  const width = last - first + 1;
  const sums = new Float64Array(names.length * width);
  const counts = new Uint32Array(names.length * width);
  const largest = addPlain(columns, first, width, sums, counts);
  if (largest * length <= SAFE)
    return { byLine: toSeries(names, first, width, sums, counts, null, lines), rejected: [] };
  // A sum may have outgrown a double: what was added is thrown away and added again under watch.
  sums.fill(0);
  counts.fill(0);
  const overflow = addGuarded(columns, first, width, sums, counts);
  return { byLine: toSeries(names, first, width, sums, counts, overflow, lines), rejected: [] };
}

/** Adds without watching; returns the largest size of a quantity, by which the caller knows whether that was right. */
function addPlain(
  { series, days, quantities }: DeliveryColumns,
  first: number,
  width: number,
  sums: Float64Array,
  counts: Uint32Array,
): number {
  let largest = 0;
  for (let i = 0; i < quantities.length; i += 1) {
    const at = (series[i] as number) * width + (days[i] as number) - first;
    const quantity = quantities[i] as number;
    const size = Math.abs(quantity);
    if (size > largest) largest = size;
    sums[at] = (sums[at] as number) + quantity;
    counts[at] = (counts[at] as number) + 1;
  }
  return largest;
}

function addGuarded(
  { series, days, quantities }: DeliveryColumns,
  first: number,
  width: number,
  sums: Float64Array,
  counts: Uint32Array,
): Map<number, bigint> {
  const overflow = new Map<number, bigint>();
  for (let i = 0; i < quantities.length; i += 1) {
    const at = (series[i] as number) * width + (days[i] as number) - first;
    const quantity = quantities[i] as number;
    const sum = (sums[at] as number) + quantity;
    if (Math.abs(sum) > SAFE) overflow.set(at, (overflow.get(at) ?? 0n) + BigInt(quantity));
    else sums[at] = sum;
    counts[at] = (counts[at] as number) + 1;
  }
  return overflow;
}

function toSeries(
  names: DeliveryColumns['names'],
  first: DayNumber,
  width: number,
  sums: Float64Array,
  counts: Uint32Array,
  overflow: ReadonlyMap<number, bigint> | null,
  lines: ReadonlySet<string>,
): Map<string, Series[]> {
  const out = new Map<string, Series[]>();
  names.forEach(({ lineId, source, metric }, index) => {
    if (!lines.has(lineId)) return;
    const from = index * width;
    const plain = filledDays(first, sums.subarray(from, from + width), counts.subarray(from, from + width));
    if (plain.length === 0) return;
    const days = overflow === null ? plain : withOverflow(plain, (day) => overflow.get(from + day - first) ?? 0n);
    const own = out.get(lineId) ?? [];
    own.push({ source: source ?? 'own', metric: metric ?? '', days, sample: [] });
    out.set(lineId, own);
  });
  return out;
}

/** What outgrew a double joins the day it belongs to. */
function withOverflow(plain: DayCounts, more: (day: DayNumber) => bigint): DayCounts {
  const days = plain.list();
  return DayCounts.of(days.map((d) => ({ ...d, quantity: add(d.quantity, { n: more(d.day), d: 1n }) })));
}

/** Two readings of facts as one, equal series joined. */
export function mergeDelivery(a: Delivery, b: Delivery): Delivery {
  const byLine = new Map<string, Series[]>();
  for (const lineId of [...new Set([...a.byLine.keys(), ...b.byLine.keys()])].sort()) {
    const joined = new Map<string, Series>();
    for (const series of [...(a.byLine.get(lineId) ?? []), ...(b.byLine.get(lineId) ?? [])]) {
      const key = `${series.source}\u0000${series.metric}`;
      const known = joined.get(key);
      joined.set(
        key,
        known === undefined
          ? series
          : {
              ...series,
              days: mergeDays(known.days, series.days),
              sample: [...known.sample, ...series.sample].sort().slice(0, 3),
            },
      );
    }
    byLine.set(lineId, [...joined.values()].sort(bySourceAndMetric));
  }
  return { byLine, rejected: [...a.rejected, ...b.rejected] };
}

function mergeDays(a: DayCounts, b: DayCounts): DayCounts {
  const days = new Map<DayNumber, DayCount>();
  for (const count of [...a.list(), ...b.list()]) {
    const known = days.get(count.day);
    days.set(
      count.day,
      known === undefined
        ? count
        : { day: count.day, quantity: add(known.quantity, count.quantity), count: known.count + count.count },
    );
  }
  return DayCounts.of([...days.values()].sort((x, y) => x.day - y.day));
}
