// The log in pages for a screen: newest first, by document, person, kind and period. Owns finding them; who may ask is the route's to say.
import type { LogRow, Storage } from '../storage/index.ts';
import { isBy } from './authorship.ts';
import { SERVER_USER } from './history.ts';

export interface LogQuestion {
  readonly docs?: readonly string[];
  /** Who wrote it, also where the server signed on their behalf. */
  readonly user?: string;
  readonly kind?: string;
  /** First index, and the one after the last. */
  readonly from: number;
  readonly before: number;
  readonly limit: number;
}

export interface LogRows {
  readonly rows: readonly LogRow[];
  /** Where the next page ends; null when nothing older can fit. */
  readonly next: number | null;
}

/** Rows that are looked at in one question to the disk: while few of them fit, more are. */
const MOST_AT_ONCE = 256;

/** [SCR-16] One page. An import is its person's entry as it is in the exported audit, though the server signed it. */
export async function logRows(storage: Pick<Storage, 'logPage'>, question: LogQuestion): Promise<LogRows> {
  const { user, limit, ...where } = question;
  const users = user === undefined ? undefined : [user, SERVER_USER];
  const rows: LogRow[] = [];
  let { before } = question;
  for (let size = limit; before > question.from; size = Math.max(limit, Math.min(MOST_AT_ONCE, size * 2))) {
    const page = await storage.logPage({ ...where, before, limit: size, ...(users === undefined ? {} : { users }) });
    const fitting = page.filter((row) => user === undefined || isBy(row, user)).slice(0, limit - rows.length);
    rows.push(...fitting);
    const last = rows.length === limit ? fitting.at(-1) : page.at(-1);
    if (last === undefined || (page.length < size && rows.length < limit)) return { rows, next: null };
    before = last.index;
    if (rows.length === limit) return { rows, next: before > question.from ? before : null };
  }
  return { rows, next: null };
}
