// Unsent work when the app itself does not start, because part of the local data cannot be read. Owns reading what is left of it, without an
// engine; must not change anything.
import { openDatabase } from './database.ts';
import { StorageFailure } from './failure.ts';
import { type ReadableWork, readUnsentWork } from './unsentWork.ts';

/** [SYNC-27] Reads what was never acknowledged from these databases. A table that cannot be read, or a whole database, is named. */
export async function rescueUnsent(names: readonly string[], savedAt: string): Promise<ReadableWork> {
  const found = await Promise.all(names.map((name) => unsentIn(name, savedAt)));
  return {
    drafts: found.flatMap(({ drafts }) => drafts),
    unreadable: [...new Set(found.flatMap(({ unreadable }) => unreadable))],
  };
}

async function unsentIn(name: string, savedAt: string): Promise<ReadableWork> {
  try {
    const db = await openDatabase(name);
    try {
      return await readUnsentWork(db, new Set(), savedAt);
    } finally {
      db.close();
    }
  } catch (error) {
    if (!(error instanceof StorageFailure)) throw error;
    return { drafts: [], unreadable: [name] };
  }
}

/** The file of unsent work that a person keeps. */
export function unsentFile({ drafts, unreadable }: ReadableWork, savedAt: string): string {
  const lacks = unreadable.length > 0 ? { unreadable } : {};
  return `${JSON.stringify({ format: 'countersign.unsent/1', savedAt, drafts, ...lacks }, null, 2)}\n`;
}
