// Taking up a log that was restored from a backup, when its history contradicts the one this computer had verified. Owns the question to the
// person and what their yes ends; what the log claims of itself is `restoreClaim.ts`.
import { CheckpointError, NoteError, rootHex } from '@countersign/shared/history';
import type { Api } from '../api/index.ts';
import { type CheckpointRecord, type KnownWorkspace, stored, type WorkspaceDatabase } from '../storage/index.ts';
import { isConsistent } from './checkpointProofs.ts';
import { openInForce } from './logKeys.ts';
import { restoreClaim } from './restoreClaim.ts';
import type { Runtime } from './runtime.ts';

export interface RestoredHistoryOptions {
  readonly db: WorkspaceDatabase;
  readonly api: Pick<Api, 'consistency' | 'inclusion'> & Partial<Pick<Api, 'keyLeaves' | 'keyChanges'>>;
  readonly workspace: Pick<KnownWorkspace, 'logOrigin' | 'vkey'>;
  readonly runtime: Runtime;
  /** Asks the person whether the log was restored; absent where nobody can be asked. */
  readonly confirm?: (question: string) => Promise<boolean>;
}

/**
 * [HIST-72] A log that says of itself that it was restored is taken up when a person vouches for it; nothing else ends a distrust.
 * Returns the checkpoint held from now on, on disk already; null when nothing was taken up.
 * @param believed the key that this computer believes.
 */
export async function takeUpRestored(
  note: string,
  held: CheckpointRecord,
  believed: string,
  options: RestoredHistoryOptions,
): Promise<CheckpointRecord | null> {
  const { api, db, workspace, confirm, runtime } = options;
  const { keyLeaves } = api;
  if (confirm === undefined || keyLeaves === undefined) return null;
  const { checkpoint, vkey } = await openInForce(note, believed, api);
  if (checkpoint.origin !== workspace.logOrigin) return null;
  // What was held may be the beginning of it still, when the restore contradicts a later checkpoint that was never verified.
  const follows = await isConsistent(held, Number(checkpoint.size), checkpoint.root, api);
  const most = follows ? Math.max(held.size, await sizeShown(believed, options)) : held.size;
  const claim = await restoreClaim(
    { api: { keyLeaves, inclusion: api.inclusion }, vkeys: [workspace.vkey, believed, vkey] },
    checkpoint,
    most,
  );
  if (claim === null) return null;
  const agreed = await confirm(
    `The server says that its log was restored at ${claim.at} with the first ${claim.size} entries: ${claim.reason}. This computer had verified ${held.size}. What was lost of its own work is offered again. Ask an admin whether this is so. Go on with the restored log?`,
  );
  if (!agreed) return null;
  const next: CheckpointRecord = {
    id: 'current',
    note,
    size: Number(checkpoint.size),
    root: rootHex(checkpoint),
    vkey,
    at: runtime.now(),
  };
  await stored(() =>
    db.transaction('rw', [db.checkpoint, db.distrust, db.unproved], async () => {
      await db.unproved.where('index').aboveOrEqual(claim.size).delete();
      await db.distrust.clear();
      await db.checkpoint.put(next);
    }),
  );
  return next;
}

/** Size of the checkpoint with which the distrust began; 0 when this workspace’s key did not sign it. */
async function sizeShown(believed: string, { db, api }: RestoredHistoryOptions): Promise<number> {
  const lost = await stored(() => db.distrust.get('current'));
  if (lost === undefined) return 0;
  try {
    return Number((await openInForce(lost.receivedNote, believed, api)).checkpoint.size);
  } catch (error) {
    if (!(error instanceof NoteError || error instanceof CheckpointError)) throw error;
    return 0;
  }
}
