/**
 * Owns the last two steps of a log's check: the changes of its key follow from each other, and the tree gives the root that was
 * signed last.
 */
import { equalBytes, toHex } from './bytes.ts';
import { type Checkpoint, CheckpointError, openCheckpoint } from './checkpoint.ts';
import type { Ed25519 } from './ed25519.ts';
import type { FsckCode, LogReader } from './fsckReport.ts';
import { followKeyChanges, KeyChangeError } from './keyChange.ts';
import { type Leaf, leafBytes } from './leaf.ts';
import { leafHash, type MerkleTree } from './merkle.ts';
import { NoteError } from './note.ts';
import { KeyFormatError, parseVkey } from './vkey.ts';

/** A `logKey` entry as it is stored. */
export interface StoredKeyChange {
  readonly index: number;
  readonly leaf: Leaf;
  readonly vkey: string;
  readonly previous: string;
}

type Report = (code: FsckCode, index: number | undefined, text: string) => void;

/** [HIST-104] Every change names the key before it, the last one the workspace's, and the kept proofs are those of the entries. */
export async function checkKeyChanges(
  reader: LogReader,
  changes: readonly StoredKeyChange[],
  ed25519: Ed25519,
  report: Report,
): Promise<void> {
  changes.forEach(({ index, previous }, i) => {
    const before = changes[i - 1];
    if (before !== undefined && before.vkey !== previous)
      report('key', index, 'The key change is of another key than the one before it named.');
  });
  const [first] = changes;
  const last = changes.at(-1);
  if (last !== undefined && last.vkey !== (await reader.vkey()))
    report('key', last.index, 'The workspace key is not the one that the last key change names.');
  const kept = await reader.keyChanges?.();
  if (kept === undefined) return;
  try {
    const followed = first === undefined ? [] : (await followKeyChanges(first.previous, kept, ed25519)).changes;
    const proved = new Map(followed.map(({ index, leafHash: hash }) => [index, toHex(hash)]));
    for (const { index, leaf } of changes) {
      if (proved.get(index) !== toHex(leafHash(leafBytes(leaf))))
        report('key', index, 'No proof of this key change is kept: clients that know the old key cannot follow it.');
    }
    if (kept.length !== changes.length)
      report('key', undefined, 'Proofs of key changes are kept that are not in the log.');
  } catch (cause) {
    if (!(cause instanceof KeyChangeError)) throw cause;
    report('key', undefined, `The kept proof of a key change fails: ${cause.message}.`);
  }
}

/** The newest signed checkpoint, when it can be compared with the tree. */
export async function checkCheckpoint(
  reader: LogReader,
  tree: MerkleTree,
  ed25519: Ed25519,
  report: Report,
): Promise<Checkpoint | undefined> {
  const note = await reader.checkpoint();
  if (note === null) {
    if (tree.size > 0) report('checkpoint', undefined, 'The log has entries and no signed checkpoint.');
    return undefined;
  }
  let checkpoint: Checkpoint;
  try {
    checkpoint = await openCheckpoint(note, [parseVkey(await reader.vkey())], ed25519);
  } catch (cause) {
    if (!(cause instanceof NoteError || cause instanceof CheckpointError || cause instanceof KeyFormatError))
      throw cause;
    report('checkpoint', undefined, `The last checkpoint fails: ${cause.message}.`);
    return undefined;
  }
  if (checkpoint.size > BigInt(tree.size)) {
    const text = `The log was signed at ${checkpoint.size} entries and holds ${tree.size}: its end is missing.`;
    report('root', undefined, text);
  } else if (!equalBytes(tree.root(Number(checkpoint.size)), checkpoint.root)) {
    const text = `The stored leaves do not give the root that was signed at ${checkpoint.size} entries.`;
    report('root', undefined, text);
  }
  return checkpoint;
}
