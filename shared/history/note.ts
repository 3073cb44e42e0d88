/**
 * Owns C2SP signed notes: opening a note against known keys and adding a signature. By the format's rule signatures of
 * unknown keys are reported and ignored here; an export bundle refuses them (`bundle/`).
 */
import { concatBytes, EncodingError, fromBase64, fromUtf8, toBase64, toHex, utf8 } from './bytes.ts';
import { type Ed25519, webCryptoEd25519 } from './ed25519.ts';
import { isKeyName, keyIdBytes, type NoteSigner, type Vkey, verifyWithVkey } from './vkey.ts';

const SIGNATURE_PREFIX = '— ';
const MAX_NOTE_BYTES = 1_000_000;
const MAX_SIGNATURES = 100;

/** Why a note does not open. */
export type NoteFault = 'malformed' | 'ambiguousKey' | 'badSignature' | 'unverified';

/** A note that does not open; `fault` is the closed reason, the message says it in words. */
export class NoteError extends Error {
  override readonly name = 'NoteError';
  readonly fault: NoteFault;
  constructor(fault: NoteFault, text: string) {
    super(text);
    this.fault = fault;
  }
}

/** One signature line: key name, key id (8 hex digits) and the signature after the id. */
export interface NoteSignature {
  readonly name: string;
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** A note split into the signed text and its signature lines, nothing verified yet. */
export interface NoteParts {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A note with at least one good signature; `known` and `unknown` keep the order of the lines. */
export interface OpenedNote {
  readonly text: string;
  readonly known: readonly NoteSignature[];
  readonly unknown: readonly NoteSignature[];
}

const malformed = (why: string): NoteError => new NoteError('malformed', `the note is malformed: ${why}`);

function decodeNote(note: Uint8Array | string): string {
  if (typeof note !== 'string' && note.length > MAX_NOTE_BYTES) throw malformed('it is longer than 1,000,000 bytes');
  if (typeof note === 'string' && note.length > MAX_NOTE_BYTES) throw malformed('it is longer than 1,000,000 bytes');
  try {
    return fromUtf8(typeof note === 'string' ? utf8(note) : note);
  } catch (cause) {
    if (cause instanceof EncodingError) throw malformed(cause.message);
    throw cause;
  }
}

function parseSignature(line: string, number: number): NoteSignature {
  const where = `signature line ${number}`;
  if (!line.startsWith(SIGNATURE_PREFIX)) throw malformed(`${where} does not start with an em dash and a space`);
  const space = line.indexOf(' ', SIGNATURE_PREFIX.length);
  const name = space < 0 ? '' : line.slice(SIGNATURE_PREFIX.length, space);
  if (!isKeyName(name)) throw malformed(`${where} has no proper key name`);
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(line.slice(space + 1));
  } catch (cause) {
    if (cause instanceof EncodingError) throw malformed(`${where} is not canonical base64: ${cause.message}`);
    throw cause;
  }
  if (bytes.length < 5) throw malformed(`${where} is too short to hold a key id and a signature`);
  return { name, keyId: toHex(bytes.subarray(0, 4)), signature: bytes.slice(4) };
}

/** [HIST-11] Splits a note into text and signature lines; throws `NoteError` when it is malformed. */
export function parseNote(note: Uint8Array | string): NoteParts {
  const whole = decodeNote(note);
  for (let i = 0; i < whole.length; i++) {
    if (whole.charCodeAt(i) < 0x20 && whole[i] !== '\n') throw malformed('it holds a control character');
  }
  const split = whole.lastIndexOf('\n\n');
  if (split < 0) throw malformed('no blank line ends the text');
  const block = whole.slice(split + 2);
  if (!block.endsWith('\n')) throw malformed('the signature block is empty or does not end with a newline');
  const lines = block.slice(0, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw malformed(`it has more than ${MAX_SIGNATURES} signatures`);
  return { text: whole.slice(0, split + 1), signatures: lines.map((line, i) => parseSignature(line, i + 1)) };
}

const signatureKey = (s: NoteSignature): string => `${s.name}+${s.keyId}`;
const signatureLine = (s: NoteSignature): string => `${signatureKey(s)}+${toHex(s.signature)}`;

/**
 * [HIST-12] Opens a note: every signature by a known key must be good and at least one must be there; signatures by
 * unknown keys are listed apart; repeats are dropped; two known keys of one name and id are ambiguous when used.
 */
export async function openNote(
  note: Uint8Array | string,
  vkeys: readonly Vkey[],
  ed25519: Ed25519 = webCryptoEd25519,
): Promise<OpenedNote> {
  const { text, signatures } = parseNote(note);
  const message = utf8(text);
  const known: NoteSignature[] = [];
  const unknown: NoteSignature[] = [];
  const seen = new Set<string>();
  for (const signature of signatures) {
    const matching = vkeys.filter((key) => key.name === signature.name && key.keyId === signature.keyId);
    const [vkey] = matching;
    if (matching.length > 1) {
      throw new NoteError('ambiguousKey', `two of the given keys are named ${signatureKey(signature)}`);
    }
    const repeat = vkey === undefined ? signatureLine(signature) : signatureKey(signature);
    if (seen.has(repeat)) continue;
    seen.add(repeat);
    if (vkey === undefined) {
      unknown.push(signature);
    } else if (await verifyWithVkey(vkey, message, signature.signature, ed25519)) {
      known.push(signature);
    } else {
      throw new NoteError('badSignature', `the signature of ${signatureKey(signature)} is not good for this text`);
    }
  }
  if (known.length === 0) throw new NoteError('unverified', 'no signature is by a key that was given');
  return { text, known, unknown };
}

/** [HIST-13] Makes one signature line for a text, with its newline. @throws NoteError for a text that no reader would take */
export async function signatureLineFor(text: string, signer: NoteSigner): Promise<string> {
  if (!text.endsWith('\n')) throw malformed('the text does not end with a newline');
  const signature = await signer.sign(utf8(text));
  const line = `${SIGNATURE_PREFIX}${signer.name} ${toBase64(concatBytes(keyIdBytes(signer.keyId), signature))}\n`;
  // What we sign must be a note to every reader; a control character in the text would make it none.
  parseNote(`${text}\n${line}`);
  return line;
}

/** [HIST-13] Signs a text with one key or several, giving the whole note. */
export async function signNote(text: string, ...signers: readonly NoteSigner[]): Promise<string> {
  const lines = await Promise.all(signers.map((signer) => signatureLineFor(text, signer)));
  const note = `${text}\n${lines.join('')}`;
  parseNote(note);
  return note;
}
