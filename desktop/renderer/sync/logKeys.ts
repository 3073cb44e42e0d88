// The key that a log's checkpoints are signed with may be changed; the old key then names the new one, in the log. Owns following such
// changes from the key that this computer believes; must not store anything.
import {
  type Checkpoint,
  followKeyChanges,
  fromHex,
  KeyChangeError,
  NoteError,
  openCheckpoint,
  type ProvedKeyChange,
  parseVkey,
  verifyInclusion,
} from '@countersign/shared/history';
import type { Api } from '../api/index.ts';

export type KeyChangeApi = Partial<Pick<Api, 'keyChanges'>>;

/** A checkpoint, the key that it is signed with, and the changes that led to that key from the believed one. */
export interface OpenedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly vkey: string;
  readonly changes: readonly ProvedKeyChange[];
}

/**
 * [HIST-105] Opens a note under the believed key, or under the one that it led to by changes which the server proves.
 * @throws NoteError, CheckpointError when neither signed it; Offline or ApiError when the changes could not be had
 */
export async function openInForce(note: string, believed: string, api: KeyChangeApi): Promise<OpenedCheckpoint> {
  try {
    return { checkpoint: await openCheckpoint(note, [parseVkey(believed)]), vkey: believed, changes: [] };
  } catch (error) {
    const isForeign = error instanceof NoteError && error.fault === 'unverified';
    if (!isForeign || api.keyChanges === undefined) throw error;
    const followed = await followFrom(believed, api.keyChanges);
    if (followed === null) throw error;
    const { vkey, changes } = followed;
    const checkpoint = await openCheckpoint(note, [parseVkey(vkey)]);
    const last = changes.at(-1);
    // Behind a change only the new key counts, and before it the new key signed nothing.
    if (last !== undefined && checkpoint.size <= BigInt(last.index)) throw error;
    return { checkpoint, vkey, changes };
  }
}

/** Where proved changes lead from a key; null when they lead nowhere, or prove nothing. */
export async function followFrom(
  believed: string,
  keyChanges: Api['keyChanges'],
): Promise<{ readonly vkey: string; readonly changes: readonly ProvedKeyChange[] } | null> {
  try {
    const { vkey, changes } = await followKeyChanges(believed, await keyChanges());
    return changes.length === 0 ? null : { vkey, changes };
  } catch (error) {
    // What is not proved is as if it had not been said: the caller refuses the key.
    if (error instanceof KeyChangeError) return null;
    throw error;
  }
}

/** Whether the entries of changes stand in the history of a checkpoint: the same that this computer verified before. */
export async function areIncluded(
  { changes, checkpoint }: OpenedCheckpoint,
  inclusion: Api['inclusion'],
): Promise<boolean> {
  for (const { index, leafHash } of changes) {
    const proof = (await inclusion(index, Number(checkpoint.size))).map(fromHex);
    if (!verifyInclusion(index, checkpoint.size, leafHash, proof, checkpoint.root)) return false;
  }
  return true;
}
