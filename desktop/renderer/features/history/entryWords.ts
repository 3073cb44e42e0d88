// What the rows of the log say: kinds and entries in words, the short form of hashes, where checkpoints stand. Pure.
import { ROW_FIELD } from '@countersign/shared/protocol';
import type { LogEntry, ReadableChange } from '@countersign/shared/protocol/api';
import { countOf, countText, withInstants } from '../../kit/index.ts';
import { cellText } from '../review/rowContext.ts';

/** Kinds a reader may filter by, in the order of a version's life. Others are shown but not offered. */
export const KIND_WORDS: Readonly<Record<string, string>> = {
  create: 'Draft opened',
  edit: 'Edited',
  choose: 'Value chosen',
  import: 'File imported',
  fold: 'Stored anew',
  submit: 'Submitted',
  requestChanges: 'Changes requested',
  withdraw: 'Withdrawn',
  reopen: 'Reopened',
  approve: 'Approved',
  execute: 'Executed',
  amend: 'Amendment opened',
  renew: 'Renewed',
  terminate: 'Terminated',
  export: 'Exported',
  receipt: 'Receipt',
  key: 'Key',
  role: 'Role',
  read: 'Read',
  erase: 'Content erased',
  restore: 'Restored',
  schema: 'Schema',
  park: 'Parked',
  facts: 'Facts brought in',
  logKey: 'Log key changed',
  breakGlass: 'Emergency role',
};

export const kindWord = (kind: string): string => KIND_WORDS[kind] ?? kind;

/** First eight digits of a hash. */
export const shortHash = (hash: string): string => hash.slice(0, 8);
/** Both ends of a hash: enough to compare by eye. */
export const hashEnds = (hash: string): string => `${hash.slice(0, 8)} … ${hash.slice(-8)}`;

/** What an entry did, without who did it: that stands beside it. The verb comes apart. */
export function saysOf({ name, text }: Pick<LogEntry, 'name' | 'text'>): {
  readonly verb: string;
  readonly rest: string;
} {
  const says = text.startsWith(`${name} `) ? text.slice(name.length + 1) : text;
  const space = says.indexOf(' ');
  const [verb, rest] = space < 0 ? [says, ''] : [says.slice(0, space), says.slice(space + 1)];
  return { verb: `${verb.charAt(0).toUpperCase()}${verb.slice(1)}`, rest: withInstants(rest.replace(/\.$/, '')) };
}

/** How many entries there are, as far as it is known: of a filter only what was loaded. @param all of the whole log, when all is asked for. */
export function countWords(shown: number, more: boolean, all: number | null): string {
  if (all !== null && more) return `${countText(shown)} of ${countText(Math.max(all, shown))} entries`;
  return more ? `The newest ${countText(shown)} entries` : countOf(shown, 'entry', 'entries');
}

/** How many entries Page Up and Page Down pass. */
const PAGE_STEP = 10;

/** [UI-15] Where a key leads from one of so many entries; null for other keys. */
export function placeOfKey(key: string, at: number, count: number): number | null {
  const last = count - 1;
  const places: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + PAGE_STEP,
    PageUp: at - PAGE_STEP,
    Home: 0,
    End: last,
  };
  const place = places[key];
  return place === undefined || last < 0 ? null : Math.min(last, Math.max(0, place));
}

export type LogRow =
  | { readonly is: 'entry'; readonly entry: LogEntry }
  | { readonly is: 'checkpoint'; readonly size: number; readonly at: string | null; readonly root: string };

export interface PlacedCheckpoint {
  readonly size: number;
  readonly rootHash: string;
  readonly at: string | null;
}

/** Entries newest first with each checkpoint standing above the newest entry it covers. */
export function logRows(entries: readonly LogEntry[], checkpoints: readonly PlacedCheckpoint[]): LogRow[] {
  const rows: LogRow[] = [];
  const waiting = [...checkpoints].sort((a, b) => b.size - a.size);
  for (const entry of entries) {
    while (waiting[0] !== undefined && BigInt(entry.index) < BigInt(waiting[0].size)) {
      const [next] = waiting.splice(0, 1);
      if (next !== undefined) rows.push({ is: 'checkpoint', size: next.size, at: next.at, root: next.rootHash });
    }
    rows.push({ is: 'entry', entry });
  }
  return rows;
}

/** The entry before this one in the same document, by its leaf hash among what is loaded. */
export function entryByLeaf(entries: readonly LogEntry[], leafHash: string): LogEntry | null {
  return entries.find((entry) => entry.leafHash === leafHash) ?? null;
}

/** Whether the two sides of a change mean something to a person: a new row's tuple and an order key do not. */
function hasSides({ field }: ReadableChange): boolean {
  return field !== ROW_FIELD.insert && field !== ROW_FIELD.order && field !== ROW_FIELD.dead;
}

/** What happened to a row as a whole. */
export function rowVerb({ field, to }: Pick<ReadableChange, 'field' | 'to'>): string {
  if (field === ROW_FIELD.insert) return 'Added';
  if (field === ROW_FIELD.order) return 'Moved';
  return to === '1' ? 'Removed' : 'Brought back';
}

/** Both sides of a change in words; null where the change has none. */
export function sidesOf(change: ReadableChange): { readonly from: string; readonly to: string } | null {
  if (!hasSides(change)) return null;
  const { sheet, field, from, to, row } = change;
  return { from: cellText(sheet, field, from, row), to: cellText(sheet, field, to, row) };
}
