// A log that was restored from a backup says so in itself. Owns finding that entry and what it proves: that the server claims it for
// everybody to see. Whether it is true, a person who can ask an admin decides.
import {
  type Checkpoint,
  decodePayload,
  fromBase64,
  fromHex,
  isCheckpointFault,
  leafHash,
  openCheckpoint,
  type PayloadOf,
  parseLeaf,
  parsePart0,
  parseVkey,
  payloadRoot,
  toHex,
  verifyInclusion,
} from '@countersign/shared/history';
import type { Api } from '../api/index.ts';

/** What a restored log says of itself. */
export interface RestoreClaim {
  /** Entries that were kept. */
  readonly size: number;
  readonly reason: string;
  /** ISO instant the server gave. */
  readonly at: string;
}

export interface RestoreClaimOptions {
  readonly api: Pick<Api, 'keyLeaves' | 'inclusion'>;
  /** Keys that this computer believed, the pinned one first. */
  readonly vkeys: readonly string[];
}

/** [HIST-72] The newest restore in a checkpoint's log that kept no more than `heldSize` entries; null when there is none. */
export async function restoreClaim(
  { api, vkeys }: RestoreClaimOptions,
  checkpoint: Checkpoint,
  heldSize: number,
): Promise<RestoreClaim | null> {
  let found: { readonly claim: RestoreClaim; readonly index: number; readonly hash: string } | null = null;
  for (let from = 0, more = true; more; ) {
    const page = await api.keyLeaves(from);
    for (const { index, leaf: text, payload } of page.leaves) {
      const bytes = fromBase64(text);
      const leaf = parseLeaf(bytes);
      from = Number(index) + 1;
      if (leaf.entry.kind !== 'restore' || payload === null) continue;
      const parts = decodePayload(fromBase64(payload));
      if (toHex(payloadRoot(parts)) !== leaf.entry.payHash) return null;
      const { size, reason, checkpoint: before } = parsePart0('restore', parts[0]);
      if (Number(size) !== Number(index) || !(await isOurs(before, vkeys))) return null;
      const claim = { size: Number(size), reason, at: leaf.env.serverTime };
      found = { claim, index: Number(index), hash: toHex(leafHash(bytes)) };
    }
    more = page.more && page.leaves.length > 0;
  }
  if (found === null || found.claim.size > heldSize || BigInt(found.index) >= checkpoint.size) return null;
  const proof = (await api.inclusion(found.index, Number(checkpoint.size))).map(fromHex);
  return verifyInclusion(found.index, checkpoint.size, fromHex(found.hash), proof, checkpoint.root)
    ? found.claim
    : null;
}

/** Whether the log names a checkpoint of the generation before that this workspace signed; a log without any names none. */
async function isOurs(note: PayloadOf<'restore'>['checkpoint'], vkeys: readonly string[]): Promise<boolean> {
  if (note === '') return true;
  try {
    await openCheckpoint(note, [...new Set(vkeys)].map(parseVkey));
    return true;
  } catch (error) {
    if (!isCheckpointFault(error)) throw error;
    return false;
  }
}
