// From points in time to places in the log. Owns the search; must not read what entries say.
import { parseLeaf } from '@countersign/shared/history';
import type { Storage } from '../storage/index.ts';

const DAY_MS = 86_400_000;
const instantOf = (text: string, days: number): string =>
  new Date(text.length === 10 ? Date.parse(`${text}T00:00:00.000Z`) + days * DAY_MS : Date.parse(text)).toISOString();

/** The first instant of a period and the one after its last, as asked for: a day as `to` is included (UTC). Null is no bound. */
export function boundsOf({ from, to }: { from?: string | undefined; to?: string | undefined }): {
  from: string | null;
  to: string | null;
} {
  return { from: from === undefined ? null : instantOf(from, 0), to: to === undefined ? null : instantOf(to, 1) };
}

/** Index of the first entry recorded at an instant or later, `size` when there is none: the log's time never runs backwards. */
export async function firstAt(storage: Pick<Storage, 'logRow'>, size: number, instant: string): Promise<number> {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = await storage.logRow(middle);
    if (row !== null && parseLeaf(row.leaf).env.serverTime < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}
