// A log that was restored from a backup begins a new generation and has forgotten what came after it. Own entries that it forgot are
// offered again, as commands of their author (DESIGN §11 rule 9). Owns the two transactions of that; everything else of a draft's disk
// is `draftStore.ts`.
import { parsePart0 } from '@countersign/shared/history';
import {
  type BatchKind,
  type EntryRecord,
  type OfferedRecord,
  type QueuedCommand,
  stored,
  type WorkspaceDatabase,
} from '../storage/index.ts';
import { type AcceptedEntry, BrokenEntry, readAccepted } from './acceptedEntry.ts';

const OWN_KINDS: ReadonlySet<string> = new Set<BatchKind>(['edit', 'choose']);

/** An entry that can be read; a rotten one cannot be offered again, and the log that had it is gone. */
function readable(draftId: string, { index, leaf, payload }: EntryRecord): AcceptedEntry[] {
  try {
    return [readAccepted(index, draftId, leaf, payload)];
  } catch (error) {
    if (error instanceof BrokenEntry) return [];
    throw error;
  }
}

function ownCommands({ leaf: { entry, env }, parts, entryHash }: AcceptedEntry): OfferedRecord['commands'] {
  if (!OWN_KINDS.has(entry.kind)) return [];
  const kind = entry.kind as BatchKind;
  const { commands } = parsePart0(kind, parts[0]);
  return commands.map((command) => ({ draftId: entry.doc, kind, command, at: env.serverTime, entryHash }));
}

/**
 * Drops the accepted entries of the old generation and keeps those that this computer signed, with the batch in flight, until the new log is here.
 * One transaction: a command is always somewhere.
 */
export function leaveGeneration(
  db: WorkspaceDatabase,
  draftId: string,
  own: { readonly deviceId: string | null; readonly generation: string },
): Promise<void> {
  return stored(() =>
    db.transaction(
      'rw',
      [db.drafts, db.entries, db.sealed, db.epochs, db.unproved, db.offered, db.chains],
      async () => {
        const draft = await db.drafts.get(draftId);
        if (draft === undefined) return;
        const range = db.entries.where('[draftId+index]').between([draftId, 0], [draftId, Infinity]);
        const entries = (await range.toArray()).flatMap((record) => readable(draftId, record));
        const sealed = await db.sealed.get(draftId);
        const before = await db.offered.get(draftId);
        // Also what an earlier key of this computer signed, before it was revoked.
        const devices = new Set((await db.chains.toArray()).map(({ deviceId }) => deviceId));
        const isOwn = (device: string): boolean => device === own.deviceId || devices.has(device);
        const mine = entries.filter(({ leaf }) => isOwn(leaf.entry.dev)).flatMap(ownCommands);
        const inFlight = (sealed?.commands ?? []).map(({ order: _order, ...queued }) => ({
          ...queued,
          entryHash: sealed?.entryHash ?? '',
        }));
        await db.offered.put({
          draftId,
          // A second restore before the first was caught up with: what was held then still says most.
          held: before?.held ?? entries.map(({ index, leafHash }) => ({ index, leafHash })),
          commands: [...(before?.commands ?? []), ...mine, ...inFlight],
        });
        await range.delete();
        await db.unproved.where({ draftId }).delete();
        if (sealed !== undefined) {
          await db.sealed.delete(draftId);
          await db.epochs.update([draftId, sealed.epoch], { state: 'spent' });
        }
        await db.drafts.put({ ...draft, generation: own.generation, next: 0, head: '', complete: false });
      },
    ),
  );
}

/**
 * The new log is here: what it holds is done with, and the rest goes to the front of the queue, seen as far as both logs are the same.
 * Returns how many commands are offered again.
 */
export function offerAgain(db: WorkspaceDatabase, draftId: string): Promise<number> {
  return stored(() =>
    db.transaction('rw', [db.entries, db.queue, db.offered], async () => {
      const offered = await db.offered.get(draftId);
      if (offered === undefined) return 0;
      const range = db.entries.where('[draftId+index]').between([draftId, 0], [draftId, Infinity]);
      const entries = (await range.toArray()).flatMap((record) => readable(draftId, record));
      const present = new Set(entries.map(({ entryHash }) => entryHash));
      const leafAt = new Map(entries.map(({ index, leafHash }) => [index, leafHash]));
      const same = offered.held.filter(({ index, leafHash }) => leafAt.get(index) === leafHash);
      const seenUpTo = 1 + Math.max(-1, ...same.map(({ index }) => index));
      const again = offered.commands.filter(({ entryHash }) => !present.has(entryHash));
      const queue = await db.queue.where({ draftId }).sortBy('order');
      const first = queue[0]?.order ?? 1;
      const clipped = (command: QueuedCommand['command']): QueuedCommand['command'] => ({
        ...command,
        seen: String(Math.min(Number(command.seen), seenUpTo)),
      });
      await db.queue.bulkPut([
        ...again.map(({ entryHash: _entryHash, command, ...queued }, place): QueuedCommand => {
          return { ...queued, order: first - again.length + place, command: clipped(command) };
        }),
        // What was never sent was made upon the old log as well: what that log had more, nobody has seen.
        ...queue.map((queued): QueuedCommand => ({ ...queued, command: clipped(queued.command) })),
      ]);
      await db.offered.delete(draftId);
      return again.length;
    }),
  );
}
