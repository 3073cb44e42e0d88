// The undo stacks of a draft on disk. Owns reading what another window changed and writing within the transaction of an action.
import { stored, type UndoRecord, type WorkspaceDatabase } from '../storage/index.ts';
import type { UndoChange } from './undo.ts';

/** Ids on disk, and the records of those that are not known yet: an action may hold thousands of cells. */
export function readUndo(
  db: WorkspaceDatabase,
  draftId: string,
  known: ReadonlySet<string>,
): Promise<{ readonly ids: ReadonlySet<string>; readonly fresh: readonly UndoRecord[] }> {
  return stored(() =>
    db.transaction('r', db.undo, async () => {
      const ids = await db.undo.where({ draftId }).primaryKeys();
      const fresh = await db.undo.bulkGet(ids.filter((id) => !known.has(id)));
      return { ids: new Set(ids), fresh: fresh.filter((record) => record !== undefined) };
    }),
  );
}

/** Writes a change of the stacks; to be called within a transaction that holds `db.undo`. */
export async function writeUndo(db: WorkspaceDatabase, { put, remove }: UndoChange): Promise<void> {
  await db.undo.bulkDelete([...remove]);
  await db.undo.bulkPut([...put]);
}
