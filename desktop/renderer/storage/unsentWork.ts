// Work that exists only on this computer, as a file a person can keep. Must not change anything.
import type { WorkspaceDatabase } from './database.ts';
import { stored } from './failure.ts';
import type { AttentionRecord, InvalidRecord, QueuedCommand } from './records.ts';

export interface UnsentWork {
  readonly format: 'countersign.unsent/1';
  readonly draftId: string;
  readonly savedAt: string;
  /** Commands in the order they were made, the batch in flight first. */
  readonly commands: readonly QueuedCommand[];
  readonly attention: readonly AttentionRecord[];
  readonly invalid: readonly InvalidRecord[];
}

/** Reads what of a draft was never acknowledged. */
export async function readUnsentWork(db: WorkspaceDatabase, draftId: string, savedAt: string): Promise<UnsentWork> {
  return stored(() =>
    db.transaction('r', [db.sealed, db.queue, db.attention, db.invalid, db.offered], async () => {
      const offered = (await db.offered.get(draftId))?.commands ?? [];
      const sealed = await db.sealed.get(draftId);
      const queue = await db.queue.where({ draftId }).sortBy('order');
      return {
        format: 'countersign.unsent/1' as const,
        draftId,
        savedAt,
        commands: [...offered, ...(sealed?.commands ?? []), ...queue],
        attention: await db.attention.where({ draftId }).toArray(),
        invalid: await db.invalid.where({ draftId }).toArray(),
      };
    }),
  );
}
