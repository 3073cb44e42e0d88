/**
 * Owns making an audit file from stored leaves: the answer to one question, with everything that proves it. The caller
 * verifies what it made before handing it out.
 */
import { BundleError } from '../bundle/failure.ts';
import type { BundleLeaf } from '../bundle/format.ts';
import type { StoredLeaf } from '../bundle/index.ts';
import { toBase64 } from '../bytes.ts';
import { parseCanonical } from '../canonicalBytes.ts';
import { parseCheckpoint } from '../checkpoint.ts';
import type { KeyChange } from '../keyChange.ts';
import { type Leaf, parseLeaf } from '../leaf.ts';
import { leafHash } from '../merkle.ts';
import { parseNote } from '../note.ts';
import { decodePayload } from '../payload.ts';
import type { NoteSigner } from '../vkey.ts';
import { AUDIT_FORMAT, type AuditFile, type AuditQuery, auditBytes, auditMessage } from './format.ts';

/** What an audit file is made of. */
export interface AuditParts {
  readonly workspace: string;
  readonly vkey: string;
  /** How the workspace key came to be this one, where it was changed. */
  readonly keyChanges?: readonly KeyChange[];
  readonly query: AuditQuery;
  readonly names: AuditFile['names'];
  /** Signed note that covers every leaf given, with the workspace's signature only. */
  readonly checkpoint: string;
  /** The answer, in log order. */
  readonly listed: readonly StoredLeaf[];
  /** Every leaf of the documents that hold key leaves, up to the last of the answer, in log order. */
  readonly keys: readonly StoredLeaf[];
  /** Erase leaves that account for payloads missing from the answer. */
  readonly erasures: readonly StoredLeaf[];
  readonly prove: (index: number, size: number) => readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
  /** The workspace's note key. */
  readonly signer: NoteSigner;
}

/** [HIST-81] Makes the bytes of an audit file. */
export async function buildAuditFile(parts: AuditParts): Promise<Uint8Array> {
  const { origin, size } = parseCheckpoint(parseNote(parts.checkpoint).text);
  const listed = new Set(parts.listed.map(({ index }) => index));
  const all = new Map([...parts.keys, ...parts.erasures, ...parts.listed].map((stored) => [stored.index, stored]));
  const leaves: BundleLeaf[] = [];
  for (const stored of [...all.values()].toSorted((a, b) => a.index - b.index)) {
    const leaf = parseLeaf(stored.bytes);
    const proof = await parts.prove(stored.index, Number(size));
    const carried = listed.has(stored.index) || isEvidence(leaf);
    leaves.push({
      index: String(stored.index),
      leaf,
      payload: carried ? payloadOf(stored) : null,
      proof: proof.map(toBase64),
    });
  }
  const unsigned: AuditFile = {
    format: AUDIT_FORMAT,
    workspace: parts.workspace,
    origin,
    vkey: parts.vkey,
    query: parts.query,
    names: parts.names,
    checkpoint: parts.checkpoint,
    listed: [...listed].toSorted((a, b) => a - b).map(String),
    leaves,
    ...(parts.keyChanges === undefined || parts.keyChanges.length === 0 ? {} : { keyChanges: [...parts.keyChanges] }),
    sig: '',
  };
  return auditBytes({ ...unsigned, sig: toBase64(await parts.signer.sign(auditMessage(unsigned))) });
}

/** Leaves whose payload the check needs, also where they are not part of the answer. */
export const isEvidence = ({ entry }: Leaf): boolean => entry.kind === 'key' || entry.kind === 'erase';

function payloadOf(stored: StoredLeaf): BundleLeaf['payload'] {
  if (stored.payload === null) return null;
  const [part0, ...rest] = decodePayload(stored.payload);
  if (part0 === undefined) throw new BundleError('payload', `log index ${stored.index}`, 'The payload has no part 0.');
  return { part0: parseCanonical(part0), rest: rest.map((part) => toBase64(leafHash(part))) };
}
