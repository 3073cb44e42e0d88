/** What delivery facts come to. Owns: the sums by line, source, metric and day, and their form in the input hash. */
import { byText, canonicalJson, isoDate } from '@countersign/shared/model';
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
  return byText(a.source, b.source) || byText(a.metric, b.metric);
}

const UTF8 = new TextEncoder();

/** The sums as the bytes of their canonical JSON, for the input hash. */
export function frozenDelivery(delivery: Delivery): Uint8Array {
  const heads: Uint8Array[] = [];
  let room = 2;
  for (const [lineId, list] of delivery.byLine)
    for (const { source, metric, days } of list) {
      const inText =
        days.room === null
          ? days
              .list()
              .map((d) => canonicalJson([isoDate(d.day), exactText(d.quantity), d.count]))
              .join()
          : '';
      const head = UTF8.encode(`[${[lineId, source, metric].map(canonicalJson).join()},[${inText}`);
      heads.push(head);
      room += head.length + (days.room ?? 0) + 3;
    }
  const out = new Uint8Array(room);
  const put = (byte: number): void => {
    out[to] = byte;
    to += 1;
  };
  let to = 0;
  let next = 0;
  put(OPEN);
  for (const list of delivery.byLine.values())
    for (const { days } of list) {
      if (next > 0) put(COMMA);
      const head = heads[next] as Uint8Array;
      out.set(head, to);
      to += head.length;
      next += 1;
      if (days.room !== null) to = days.write(out, to);
      put(CLOSE);
      put(CLOSE);
    }
  put(CLOSE);
  return out.subarray(0, to);
}

const [OPEN, COMMA, CLOSE] = [91, 44, 93];
