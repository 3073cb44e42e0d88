/** Checks signed checkpoints for `countersign verify`: one alone, or that the newer of two extends the older. Owns reading proofs and words. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  type Checkpoint,
  EncodingError,
  emptyRoot,
  equalBytes,
  fromBase64,
  fromHex,
  fromUtf8,
  isCheckpointFault,
  KeyFormatError,
  leafHash,
  MerkleTree,
  NoteError,
  openCosigned,
  PolicyError,
  parseCheckpoint,
  parseNote,
  parseVkey,
  parseWitnessPolicy,
  rootHex,
  TreeRangeError,
  type Vkey,
  verifyConsistency,
  type Witnessed,
  webCryptoEd25519,
} from '@countersign/shared/history';
import { sha256 } from '../history/nativeCrypto.ts';
import { findKey, read, UsageError } from './verifyKey.ts';

interface Asked {
  readonly key?: string | undefined;
  readonly data?: string | undefined;
  readonly proof?: string | undefined;
  readonly json?: boolean | undefined;
  /** Text of a policy. */
  readonly policy: string | undefined;
}

/** What a check found wrong. */
class Wrong extends Error {
  override readonly name = 'Wrong';
}

const textOf = (path: string, what: string): string => new TextDecoder().decode(read(path, what));

/** A checkpoint's text, byte for byte: a lenient reader would drop a byte order mark that nobody signed. @throws Wrong */
function noteOf(path: string): string {
  try {
    return fromUtf8(read(path, 'checkpoint'));
  } catch (cause) {
    if (!(cause instanceof EncodingError)) throw cause;
    throw new Wrong(`${path} is not UTF-8.`);
  }
}

const ALONE =
  'Not shown: that others were shown the same log. Compare with a checkpoint that you kept (--from), or demand witnesses (--witness-policy).';

/** [HIST-66] */
const NOT_VERIFIED =
  'Not verified. Do not rely on what this log says. Fetch the checkpoint again (GET /log/checkpoint); where that fails too, keep the files and tell who runs the server.';

/** Whether a file is a signed checkpoint rather than JSON. */
export function isCheckpointFile(bytes: Uint8Array): boolean {
  try {
    parseCheckpoint(parseNote(bytes).text);
    return true;
  } catch (cause) {
    if (isCheckpointFault(cause)) return false;
    throw cause;
  }
}

/** [HIST-63] Checks one checkpoint; resolves to the exit code. */
export async function verifyCheckpoint(asked: Asked & { readonly file: string }): Promise<number> {
  return judged(asked, async (checked, notShown) => {
    await open(asked.file, asked, keyFor(asked.file, asked), checked);
    if (asked.policy === undefined) notShown.push(ALONE);
  });
}

/** [HIST-63] Checks that the log of one checkpoint is the beginning of another's; resolves to the exit code. */
export async function verifyGrowth(asked: Asked & { readonly from: string; readonly to: string }): Promise<number> {
  if ((asked.proof === undefined) === (asked.data === undefined)) {
    throw new UsageError('Give the proof with --proof, or a data folder to make it from with --data.');
  }
  return judged(asked, async (checked, notShown) => {
    const vkey = keyFor(asked.to, asked);
    const older = await open(asked.from, { policy: undefined }, vkey, checked);
    const newer = await open(asked.to, asked, vkey, checked);
    if (older.size > newer.size) throw new Wrong(`--from is of ${older.size} entries, --to of only ${newer.size}.`);
    if (older.size === 0n) {
      if (!equalBytes(older.root, emptyRoot()))
        throw new Wrong('--from is of no entries, and its root is not that of an empty log.');
      checked.push('The empty log is the beginning of every log.');
      return;
    }
    if (older.size === newer.size) {
      if (!equalBytes(older.root, newer.root)) throw new Wrong(SPLIT);
      checked.push(`Both are of the same ${older.size} entries.`);
      return;
    }
    const proof =
      asked.proof === undefined ? proofFromFolder(asked.data ?? '', older, newer) : proofFromFile(asked.proof);
    if (!verifyConsistency(older.size, newer.size, older.root, newer.root, proof)) {
      throw new Wrong(asked.proof === undefined ? CHANGED : NOT_PROVED);
    }
    checked.push(
      `The ${older.size} entries of the older checkpoint are the first of the newer one's ${newer.size}, unchanged.`,
    );
    if (asked.policy === undefined) notShown.push(ALONE);
  });
}

const SPLIT =
  'Both are signed by the workspace key, are of the same number of entries and have different roots: two histories were shown. Keep both files, they prove it.';
const CHANGED =
  'The folder holds the entries that the newer checkpoint signs, and the first of them are not those of the older one: history was changed. Keep both files, they prove it.';
const NOT_PROVED =
  'The proof does not show that the newer log begins with the older one. It is a proof of other sizes, or history was changed: ask for the proof of these two sizes, or check with --data.';

function keyFor(file: string, { key, data }: Pick<Asked, 'key' | 'data'>): Vkey {
  const found = findKey(file, key, data);
  if (found === undefined) throw new UsageError('Name the workspace key with --key.');
  try {
    return parseVkey(found.vkey);
  } catch (cause) {
    if (!(cause instanceof KeyFormatError)) throw cause;
    throw new UsageError(`The workspace key from ${found.from} cannot be used: ${cause.message}.`);
  }
}

async function open(
  file: string,
  { policy }: Pick<Asked, 'policy'>,
  vkey: Vkey,
  checked: string[],
): Promise<Checkpoint> {
  const note = noteOf(file);
  let opened: Witnessed & { readonly met: boolean };
  try {
    const policies = policy === undefined ? [] : [parseWitnessPolicy(policy)];
    // Cosignatures that nobody asked for are for others to judge.
    opened = await openCosigned(policy === undefined ? withOwnSignature(note) : note, vkey, policies, webCryptoEd25519);
  } catch (cause) {
    if (cause instanceof PolicyError) throw new UsageError(`The policy cannot be read: ${cause.message}.`);
    if (!isCheckpointFault(cause)) throw cause;
    throw new Wrong(`${file} is not a checkpoint that ${vkey.name} signed: ${cause.message}.`);
  }
  const { checkpoint, witnesses, met } = opened;
  if (checkpoint.origin !== vkey.name) throw new Wrong(`${file} is a checkpoint of another log, ${checkpoint.origin}.`);
  if (!met)
    throw new Wrong(`${file} does not carry the policy's quorum; ${witnesses.join(', ') || 'nobody'} cosigned it.`);
  const by = witnesses.length === 0 ? '' : `, cosigned by ${witnesses.join(', ')}`;
  const unasked = policy === undefined ? parseNote(note).signatures.length - 1 : 0;
  const ignored = unasked === 0 ? '' : ` (${unasked} more signature lines were not looked at)`;
  checked.push(
    `${file} is signed by ${vkey.name}+${vkey.keyId}${by}: ${checkpoint.size} entries, root ${rootHex(checkpoint)}${ignored}.`,
  );
  return checkpoint;
}

function withOwnSignature(note: string): string {
  const { text } = parseNote(note);
  const [own = ''] = note.slice(text.length + 1).split('\n');
  return `${text}\n${own}\n`;
}

function proofFromFile(file: string): Uint8Array[] {
  const text = textOf(file, 'proof');
  const hashes = text.trimStart().startsWith('{') ? hashesOfJson(text) : text.split('\n').filter((line) => line !== '');
  try {
    return hashes.map((hash) => (/^[0-9a-f]{64}$/.test(hash) ? fromHex(hash) : fromBase64(hash)));
  } catch (cause) {
    if (!(cause instanceof EncodingError)) throw cause;
    throw new UsageError(`The proof ${file} cannot be read: ${cause.message}.`);
  }
}

function hashesOfJson(text: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new UsageError(`The proof is not JSON: ${cause.message}.`);
  }
  const proof = typeof value === 'object' && value !== null && 'proof' in value ? value.proof : null;
  if (Array.isArray(proof) && proof.every((hash) => typeof hash === 'string')) return proof;
  throw new UsageError('The proof is not the answer of GET /log/consistency.');
}

/** A proof from the leaves in a stopped server's folder. @throws Wrong when its entries are not those of the newer checkpoint */
function proofFromFolder(folder: string, older: Checkpoint, newer: Checkpoint): Uint8Array[] {
  const [from, to] = [Number(older.size), Number(newer.size)];
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(join(folder, 'countersign.db'), { readOnly: true });
    const tree = new MerkleTree(sha256);
    for (const { leaf } of db.prepare('SELECT leaf FROM log WHERE idx < ? ORDER BY idx').iterate(to)) {
      tree.append(leafHash(leaf instanceof Uint8Array ? leaf : new Uint8Array(0), sha256));
    }
    const proof = tree.consistencyProof(from, to);
    if (!equalBytes(tree.root(to), newer.root))
      throw new Wrong(
        `The first ${to} entries in ${folder} are not those that --to signs: it holds another log, or is damaged.`,
      );
    return proof;
  } catch (cause) {
    if (cause instanceof TreeRangeError) throw new Wrong(`${folder} does not hold ${to} entries.`);
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ERR_SQLITE_ERROR')) throw cause;
    throw new UsageError(
      `The database in ${folder} cannot be read: ${cause.message}. Stop the server, or give --proof.`,
    );
  } finally {
    db?.close();
  }
}

async function judged(
  { json }: Asked,
  work: (checked: string[], notShown: string[]) => Promise<void>,
): Promise<number> {
  const checked: string[] = [];
  const notShown: string[] = [];
  let failure: string | null = null;
  try {
    await work(checked, notShown);
  } catch (cause) {
    if (cause instanceof NoteError) failure = `The checkpoint cannot be read: ${cause.message}.`;
    else if (cause instanceof Wrong) failure = cause.message;
    else throw cause;
  }
  const good = failure === null;
  if (json === true) process.stdout.write(`${JSON.stringify({ good, checked, notShown, failure }, null, 2)}\n`);
  else {
    const lines = checked.map((sentence) => `  ok    ${sentence}`);
    lines.push(...notShown.map((sentence) => `  note  ${sentence}`));
    if (failure !== null) lines.push(`  FAIL  ${failure}`);
    process.stdout.write(`${lines.join('\n')}\n${good ? 'Good.' : NOT_VERIFIED}\n`);
  }
  return good ? 0 : 1;
}
