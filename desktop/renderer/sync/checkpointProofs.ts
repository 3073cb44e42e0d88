// What the server has to prove of a checkpoint: that the history accepted before is its beginning, or it the beginning of that, and that
// this computer's own entries are in it. Owns asking for the proofs and their arithmetic; what follows from one that fails decides
// `verification.ts`.
import { fromHex, verifyConsistency, verifyInclusion } from '@countersign/shared/history';
import { type Api, ApiError } from '../api/index.ts';
import type { CheckpointRecord, UnprovedRecord } from '../storage/index.ts';

/** A large paste is many entries under one checkpoint. */
const PROOFS_AT_ONCE = 16;

/**
 * Whether one history goes on from the other: the one held, and the one of `size` entries with the root `root`.
 * @throws Offline or ApiError when the proof could not be had
 */
export async function isConsistent(
  held: CheckpointRecord,
  size: number,
  root: Uint8Array,
  api: Pick<Api, 'consistency'>,
): Promise<boolean> {
  const [from, to] = size < held.size ? [size, held.size] : [held.size, size];
  // The empty tree is the beginning of every history; no proof exists for it.
  if (from === 0) return true;
  let proof: Uint8Array[];
  try {
    proof = (await api.consistency(from, to)).map(fromHex);
  } catch (error) {
    // A server whose log ends below what it once signed has lost or hidden entries.
    if (error instanceof ApiError && size < held.size && error.status >= 400 && error.status < 500) return false;
    throw error;
  }
  const heldRoot = fromHex(held.root);
  return size < held.size
    ? verifyConsistency(from, to, root, heldRoot, proof)
    : verifyConsistency(from, to, heldRoot, root, proof);
}

/** Own entries some at a time, each with whether it is in the held history. @throws Offline or ApiError when a proof could not be had */
export async function* ownInHistory(
  held: CheckpointRecord,
  own: readonly UnprovedRecord[],
  api: Pick<Api, 'inclusion'>,
): AsyncGenerator<readonly { readonly index: number; readonly isIncluded: boolean }[]> {
  for (let from = 0; from < own.length; from += PROOFS_AT_ONCE) {
    const some = own.slice(from, from + PROOFS_AT_ONCE);
    const proofs = await Promise.all(some.map(({ index }) => api.inclusion(index, held.size)));
    yield some.map(({ index, leafHash }, i) => ({
      index,
      isIncluded: verifyInclusion(
        index,
        held.size,
        fromHex(leafHash),
        (proofs[i] ?? []).map(fromHex),
        fromHex(held.root),
      ),
    }));
  }
}
