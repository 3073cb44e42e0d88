/**
 * Owns what a log and a witness say to each other (C2SP tlog-witness `add-checkpoint`) and the witness's judgement: it
 * cosigns only what extends the last checkpoint that it cosigned. Keeps nothing; the caller persists before it answers.
 */
import { EncodingError, fromBase64, fromHex, toBase64, toHex } from '../bytes.ts';
import { type Checkpoint, openCheckpoint } from '../checkpoint.ts';
import type { Ed25519 } from '../ed25519.ts';
import { HASH_LENGTH } from '../merkle.ts';
import { parseNote } from '../note.ts';
import { verifyConsistency } from '../proofs.ts';
import type { Vkey } from '../vkey.ts';
import { isCheckpointFault } from './cosigned.ts';

const MOST_HASHES = 63;

/** What a log sends. */
export interface AddCheckpoint {
  readonly oldSize: bigint;
  readonly proof: readonly Uint8Array[];
  readonly note: string;
}

/** What a witness remembers of a log: the last checkpoint that it cosigned. */
export interface WitnessedState {
  readonly size: bigint;
  /** Hex. */
  readonly root: string;
}

/** The witness's answer: cosign `checkpoint` and remember `next`, or an HTTP status with its body. */
export type WitnessVerdict =
  | { readonly ok: true; readonly next: WitnessedState }
  | { readonly ok: false; readonly status: 400 | 403 | 404 | 409 | 422; readonly text: string };

/** The body of a request. */
export function formatAddCheckpoint({ oldSize, proof, note }: AddCheckpoint): string {
  return `old ${oldSize}\n${proof.map((hash) => `${toBase64(hash)}\n`).join('')}\n${note}`;
}

/** Reads a request; undefined when it is not of the form. */
export function parseAddCheckpoint(body: string): AddCheckpoint | undefined {
  const end = body.indexOf('\n\n');
  if (end < 0) return undefined;
  const [first, ...hashes] = body.slice(0, end).split('\n');
  const old = /^old (0|[1-9][0-9]{0,19})$/.exec(first ?? '')?.[1];
  if (old === undefined || hashes.length > MOST_HASHES) return undefined;
  try {
    const proof = hashes.map(fromBase64);
    if (proof.some((hash) => hash.length !== HASH_LENGTH)) return undefined;
    return { oldSize: BigInt(old), proof, note: body.slice(end + 2) };
  } catch (cause) {
    if (cause instanceof EncodingError) return undefined;
    throw cause;
  }
}

/**
 * [HIST-93] What a witness answers, by what it cosigned last (undefined: nothing yet).
 * @param logs keys of the logs that it witnesses.
 */
export async function judgeCheckpoint(
  body: string,
  logs: readonly Vkey[],
  lastOf: (origin: string) => WitnessedState | undefined,
  ed25519: Ed25519,
): Promise<WitnessVerdict> {
  const no = (status: 400 | 403 | 404 | 409 | 422, text: string): WitnessVerdict => ({ ok: false, status, text });
  const request = parseAddCheckpoint(body);
  if (request === undefined) return no(400, 'The body is not an add-checkpoint request.\n');
  let checkpoint: Checkpoint;
  try {
    const origin = parseNote(request.note).text.split('\n')[0] ?? '';
    const keys = logs.filter(({ name }) => name === origin);
    if (keys.length === 0) return no(404, 'This witness does not know the log.\n');
    checkpoint = await openCheckpoint(request.note, keys, ed25519);
  } catch (cause) {
    if (!isCheckpointFault(cause)) throw cause;
    return no(403, `The checkpoint is not signed by the log: ${cause.message}.\n`);
  }
  const { oldSize, proof } = request;
  if (oldSize > checkpoint.size) return no(400, 'The old size is larger than the checkpoint.\n');
  const last = lastOf(checkpoint.origin) ?? { size: 0n, root: '' };
  if (oldSize !== last.size) return no(409, `${last.size}\n`);
  const root = toHex(checkpoint.root);
  if (oldSize === checkpoint.size && oldSize > 0n && root !== last.root) return no(409, `${last.size}\n`);
  const fits =
    oldSize === 0n
      ? proof.length === 0
      : verifyConsistency(oldSize, checkpoint.size, fromHex(last.root), checkpoint.root, proof);
  if (!fits) return no(422, 'The proof does not show that the log only grew.\n');
  return { ok: true, next: { size: checkpoint.size, root } };
}
