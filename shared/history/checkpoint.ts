/**
 * Owns C2SP checkpoints: the signed text that says a log's origin, size and root. Ours carry no extension lines, and
 * none are accepted, because whatever an extension might mean would be trusted without being understood.
 */
import { EncodingError, fromBase64, toBase64, toHex } from './bytes.ts';
import type { Ed25519 } from './ed25519.ts';
import { HASH_LENGTH } from './merkle.ts';
import { openNote, signNote } from './note.ts';
import type { NoteSigner, Vkey } from './vkey.ts';

/** A log's state: its name, number of leaves and tree root (32 bytes). */
export interface Checkpoint {
  readonly origin: string;
  readonly size: bigint;
  readonly root: Uint8Array;
}

/** A checkpoint text that is not in the one accepted form. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

const MAX_SIZE = 2n ** 64n - 1n;

/** [HIST-14] Parses a checkpoint text: origin, size and base64 root, each on its line, and nothing else. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, size, root, end, ...more] = text.split('\n');
  if (origin === undefined || size === undefined || root === undefined || end !== '' || more.length > 0) {
    throw new CheckpointError('a checkpoint is exactly three lines, each ended by a newline');
  }
  if (origin === '') throw new CheckpointError('the origin line is empty');
  if (!/^(?:0|[1-9][0-9]{0,19})$/.test(size) || BigInt(size) > MAX_SIZE) {
    throw new CheckpointError(`the size “${size}” is not a whole number below 2^64 in plain digits`);
  }
  return { origin, size: BigInt(size), root: parseRoot(root) };
}

function parseRoot(text: string): Uint8Array {
  let root: Uint8Array;
  try {
    root = fromBase64(text);
  } catch (cause) {
    if (cause instanceof EncodingError) throw new CheckpointError(`the root is not canonical base64: ${cause.message}`);
    throw cause;
  }
  if (root.length !== HASH_LENGTH) throw new CheckpointError(`the root has ${root.length} bytes instead of 32`);
  return root;
}

/** [HIST-14] The text of a checkpoint; throws when its parts could not be read back. */
export function formatCheckpoint(checkpoint: {
  readonly origin: string;
  readonly size: bigint | number;
  readonly root: Uint8Array;
}): string {
  const text = `${checkpoint.origin}\n${checkpoint.size}\n${toBase64(checkpoint.root)}\n`;
  parseCheckpoint(text);
  return text;
}

/** Signs a checkpoint as a note. */
export async function signCheckpoint(
  checkpoint: { readonly origin: string; readonly size: bigint | number; readonly root: Uint8Array },
  ...signers: readonly NoteSigner[]
): Promise<string> {
  return signNote(formatCheckpoint(checkpoint), ...signers);
}

/** Opens a checkpoint note with known keys; throws `NoteError` or `CheckpointError`. */
export async function openCheckpoint(
  note: Uint8Array | string,
  vkeys: readonly Vkey[],
  ed25519?: Ed25519,
): Promise<Checkpoint> {
  const { text } = await openNote(note, vkeys, ed25519);
  return parseCheckpoint(text);
}

/** Root in hex, for messages and comparison. */
export const rootHex = (checkpoint: Checkpoint): string => toHex(checkpoint.root);
