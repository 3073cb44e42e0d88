/** What delivery facts come to. Owns: the sums by line, source, metric and day, and their form in the input hash. */
import { canonicalJson, isoDate } from '@countersign/shared/model';
import { exactText } from '@countersign/shared/money';
import type { DayCounts } from './dayCounts.ts';
import type { RejectedFacts } from './result.ts';

/** Days of one line, source and metric. */
export interface Series {
  readonly source: string;
  /** Empty: the metric of the line's rate type. */
  readonly metric: string;
  readonly days: DayCounts;
  /** The smallest few ids of its rows. */
  readonly sample: readonly string[];
}

export interface Delivery {
  readonly byLine: ReadonlyMap<string, readonly Series[]>;
  readonly rejected: readonly RejectedFacts[];
}

export function bySourceAndMetric(a: Series, b: Series): number {
  if (a.source !== b.source) return a.source < b.source ? -1 : 1;
  return a.metric < b.metric ? -1 : 1;
}

/** The sums as canonical JSON for the input hash, written straight from the columns. */
export function frozenDelivery(delivery: Delivery): string {
  const out: string[] = [];
  for (const [lineId, list] of delivery.byLine)
    for (const { source, metric, days } of list)
      out.push(`[${[lineId, source, metric].map(canonicalJson).join()},[${days.json(isoDate, exactText)}]]`);
  return `[${out.join()}]`;
}
