// Work that exists only on this computer, as a file a person can keep. Must not change anything.
import type { Table } from 'dexie';
import type { WorkspaceDatabase } from './database.ts';
import { StorageFailure, stored } from './failure.ts';
import type { AttentionRecord, InvalidRecord, OfferedRecord, QueuedCommand, SealedBatch } from './records.ts';

export interface UnsentWork {
  readonly format: 'countersign.unsent/1';
  readonly draftId: string;
  readonly savedAt: string;
  /** Commands in the order they were made, the batch in flight first. */
  readonly commands: readonly QueuedCommand[];
  readonly attention: readonly AttentionRecord[];
  readonly invalid: readonly InvalidRecord[];
}

/** Unsent work of several drafts, as far as it can be read. */
export interface ReadableWork {
  readonly drafts: readonly UnsentWork[];
  /** Names of tables that could not be read: what waits there is not among the drafts. */
  readonly unreadable: readonly string[];
}

interface Records {
  readonly offered: readonly OfferedRecord[];
  readonly sealed: readonly SealedBatch[];
  readonly queue: readonly QueuedCommand[];
  readonly attention: readonly AttentionRecord[];
  readonly invalid: readonly InvalidRecord[];
}

/** Reads whole tables: there is one of each for all drafts, and what waits is little. */
type ReadAll = <T>(table: Table<T>) => Promise<readonly T[]>;

async function records(db: WorkspaceDatabase, all: ReadAll): Promise<Records> {
  return {
    offered: await all(db.offered as Table<OfferedRecord>),
    sealed: await all(db.sealed as Table<SealedBatch>),
    queue: await all(db.queue as Table<QueuedCommand>),
    attention: await all(db.attention as Table<AttentionRecord>),
    invalid: await all(db.invalid as Table<InvalidRecord>),
  };
}

/**
 * [SYNC-27] Reads what was never acknowledged of all drafts but some. Where the disk does not give everything at one moment, each table is
 * asked for by itself: one that is damaged keeps nobody from saving the others.
 */
export async function readUnsentWork(
  db: WorkspaceDatabase,
  without: ReadonlySet<string>,
  savedAt: string,
): Promise<ReadableWork> {
  const tables = [db.offered, db.sealed, db.queue, db.attention, db.invalid];
  const unreadable: string[] = [];
  let held: Records;
  try {
    held = await stored(() => db.transaction('r', tables, () => records(db, (table) => table.toArray())));
  } catch (error) {
    if (!(error instanceof StorageFailure)) throw error;
    held = await records(db, async (table) => {
      try {
        return await stored(() => table.toArray());
      } catch (refused) {
        if (!(refused instanceof StorageFailure)) throw refused;
        unreadable.push(table.name);
        return [];
      }
    });
  }
  const ids = new Set(Object.values(held).flatMap((some: readonly { draftId: string }[]) => some.map(draftOf)));
  const drafts = [...ids].filter((draftId) => !without.has(draftId)).map((draftId) => ofDraft(held, draftId, savedAt));
  return { drafts, unreadable };
}

const draftOf = ({ draftId }: { readonly draftId: string }): string => draftId;

function ofDraft(held: Records, draftId: string, savedAt: string): UnsentWork {
  const own = <T extends { readonly draftId: string }>(some: readonly T[]): T[] =>
    some.filter((record) => record.draftId === draftId);
  return {
    format: 'countersign.unsent/1',
    draftId,
    savedAt,
    // The queue is read in the order of its keys, which is the order in which it was made.
    commands: [
      ...own(held.offered).flatMap(({ commands }) => commands),
      ...own(held.sealed).flatMap(({ commands }) => commands),
      ...own(held.queue),
    ],
    attention: own(held.attention),
    invalid: own(held.invalid),
  };
}
