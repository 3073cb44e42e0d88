// Builds the exact bytes a device signs. Owns the entry's fields from a chain position and a payload; must not store or send.
import {
  type Entry,
  type EntryKind,
  encodePayload,
  entryBytes,
  entryHash,
  jsonPart,
  payloadRoot,
  toHex,
} from '@countersign/shared/history';
import type { ChainRecord } from '../storage/index.ts';
import type { Runtime } from './runtime.ts';

/** Who signs, where, and what they had verified. */
export interface Signer {
  readonly workspaceId: string;
  readonly userId: string;
  readonly deviceId: string;
  readonly seen: { readonly size: number; readonly root: string } | null;
}

export interface UnsignedEntry {
  readonly bytes: Uint8Array;
  /** Hex SHA-256 of the bytes: what the next entry's `prevDev` is. */
  readonly hash: string;
  readonly payload: Uint8Array;
}

/** The entry at the next place of a chain. `part0` is the kind's JSON; `parts` follow it in the payload. */
export function unsignedEntry(
  runtime: Runtime,
  signer: Signer,
  place: Pick<ChainRecord, 'epoch' | 'nextSeq' | 'prevDev'>,
  doc: string,
  kind: EntryKind,
  part0: unknown,
  parts: readonly Uint8Array[] = [],
): UnsignedEntry {
  const all = [jsonPart(part0), ...parts];
  const payload = encodePayload(all);
  const entry: Entry = {
    v: '1',
    ws: signer.workspaceId,
    doc,
    kind,
    user: signer.userId,
    dev: signer.deviceId,
    epoch: place.epoch,
    seq: String(place.nextSeq),
    prevDev: place.prevDev,
    seenSize: String(signer.seen?.size ?? 0),
    seenRoot: signer.seen?.root ?? '',
    payHash: toHex(payloadRoot(all)),
    payLen: String(payload.length),
    nonce: toHex(runtime.randomBytes(16)),
    devTime: runtime.now(),
  };
  const bytes = entryBytes(entry);
  return { bytes, hash: toHex(entryHash(bytes)), payload };
}

/** The chain after an entry with this hash. */
export function advanced(chain: ChainRecord, hash: string): ChainRecord {
  return { ...chain, nextSeq: chain.nextSeq + 1, prevDev: hash };
}
