/**
 * Owns what each kind of history vector asks of the public functions of this folder, in the file's own terms. Input that those functions
 * refuse with one of their own errors gives `{error: true}`, or `{valid: false}` where the kind asks whether something is valid.
 */
import { z } from 'zod';
import { EncodingError, fromBase64, fromHex, toHex, utf8 } from './bytes.ts';
import { canonicalText, NotCanonicalError } from './canonicalBytes.ts';
import { CheckpointError, formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { parseDistinctJson } from './conformanceJson.ts';
import { hashNumberStream } from './conformanceNumbers.ts';
import { type Ed25519, signerFromSeed } from './ed25519.ts';
import { leafHash, MerkleTree } from './merkle.ts';
import { NoteError, openNote, signatureLineFor } from './note.ts';
import { verifyConsistency, verifyInclusion } from './proofs.ts';
import { tilePath, tileShape } from './tiles.ts';
import { KeyFormatError, noteSigner, parseSkey, parseVkey } from './vkey.ts';

/** What one kind of vector does: read the input, run the product, give the answer. */
export type Run = (input: unknown, ed25519: Ed25519) => unknown;

/** What the product refuses input with. Anything else, a vector that lacks a member too, fails the vector. */
const REFUSALS = [
  CheckpointError,
  EncodingError,
  KeyFormatError,
  NotCanonicalError,
  NoteError,
  RangeError,
  SyntaxError,
];

function refusedAs(answer: Readonly<Record<string, boolean>>, run: Run): Run {
  return async (input, ed25519) => {
    try {
      return await run(input, ed25519);
    } catch (cause) {
      if (REFUSALS.some((one) => cause instanceof one)) return answer;
      throw cause;
    }
  };
}

const orError = (run: Run): Run => refusedAs({ error: true }, run);
const orInvalid = (run: Run): Run => refusedAs({ valid: false }, run);

/** Bytes as the file writes them: the case of its digits is the file's matter. */
const bytesOf = (hex: string): Uint8Array => fromHex(hex.toLowerCase());

const hex = z.string();
/** Base64 of one hash. The published files write an empty one as null. */
const hash = z
  .string()
  .nullable()
  .transform((text) => text ?? '');
const proof = z
  .array(hash)
  .nullish()
  .transform((list) => list ?? []);
// Published sizes reach past the safe integers on purpose; a negative or broken one is for the product to refuse.
const size = z.union([z.number(), z.string()]).transform((value) => {
  return Number.isInteger(value) || /^[0-9]+$/.test(String(value)) ? BigInt(value) : -1n;
});

const inclusion = z.object({ leafIdx: size, treeSize: size, root: hash, leafHash: hash, proof });
const consistency = z.object({ size1: size, size2: size, root1: hash, root2: hash, proof });
const signed = z.object({ publicHex: hex, messageHex: hex, signatureHex: hex });

const decoded = (list: readonly string[]): Uint8Array[] => list.map((text) => fromBase64(text));

export const RUNS: Readonly<Record<string, Run>> = {
  'merkle-root': orError((input) => {
    const { leavesHex } = z.object({ leavesHex: z.array(hex) }).parse(input);
    const tree = new MerkleTree();
    for (const leaf of leavesHex) tree.append(leafHash(bytesOf(leaf)));
    return { rootHex: toHex(tree.root()) };
  }),
  'merkle-leaf': orError((input) => {
    const { leafHex } = z.object({ leafHex: hex }).parse(input);
    return { hashHex: toHex(leafHash(bytesOf(leafHex))) };
  }),
  'merkle-inclusion': orInvalid((input) => {
    const v = inclusion.parse(input);
    const hashes = decoded(v.proof);
    return { valid: verifyInclusion(v.leafIdx, v.treeSize, fromBase64(v.leafHash), hashes, fromBase64(v.root)) };
  }),
  'merkle-consistency': orInvalid((input) => {
    const v = consistency.parse(input);
    const hashes = decoded(v.proof);
    return { valid: verifyConsistency(v.size1, v.size2, fromBase64(v.root1), fromBase64(v.root2), hashes) };
  }),
  'tile-path': orError((input) => ({ path: tilePath(z.object({ index: size }).parse(input).index) })),
  'tile-shape': orError((input) => ({ levels: tileShape(z.object({ size }).parse(input).size) })),
  'note-sign': orError(async (input) => {
    const { skey, text } = z.object({ skey: z.string(), text: z.string() }).parse(input);
    return { signatureLine: await signatureLineFor(text, await parseSkey(skey)) };
  }),
  'note-sign-seed': orError(async (input) => {
    const v = z.object({ name: z.string(), seedHex: hex, text: z.string() }).parse(input);
    const signer = noteSigner(v.name, await signerFromSeed(bytesOf(v.seedHex)));
    return { signatureLine: await signatureLineFor(v.text, signer) };
  }),
  'note-open': orError(async (input, ed25519) => {
    const { noteB64, vkeys } = z.object({ noteB64: z.string(), vkeys: z.array(z.string()) }).parse(input);
    const opened = await openNote(fromBase64(noteB64), vkeys.map(parseVkey), ed25519);
    return { ok: opened.known.map((s) => s.name), unknown: opened.unknown.map((s) => s.name) };
  }),
  vkey: orInvalid((input) => {
    const { name, keyId } = parseVkey(z.object({ vkey: z.string() }).parse(input).vkey);
    return { valid: true, name, keyId };
  }),
  'checkpoint-body': orError((input) => {
    const parsed = parseCheckpoint(z.object({ text: z.string() }).parse(input).text);
    return { origin: parsed.origin, size: parsed.size.toString(), rootHex: toHex(parsed.root) };
  }),
  'checkpoint-format': orError((input) => {
    const v = z.object({ origin: z.string(), size, recordUtf8: z.string() }).parse(input);
    return { text: formatCheckpoint({ origin: v.origin, size: v.size, root: leafHash(utf8(v.recordUtf8)) }) };
  }),
  'ed25519-sign': orError(async (input) => {
    const { seedHex, messageHex } = z.object({ seedHex: hex, messageHex: hex }).parse(input);
    const signer = await signerFromSeed(bytesOf(seedHex));
    return { publicHex: toHex(signer.publicKey), signatureHex: toHex(await signer.sign(bytesOf(messageHex))) };
  }),
  'ed25519-verify': orInvalid(async (input, ed25519) => {
    const v = signed.parse(input);
    const [key, message, signature] = [bytesOf(v.publicHex), bytesOf(v.messageHex), bytesOf(v.signatureHex)];
    return { valid: await ed25519.verify(key, message, signature) };
  }),
  jcs: orError((input) => {
    const { json } = z.object({ json: z.string() }).parse(input);
    return { utf8Hex: toHex(utf8(canonicalText(parseDistinctJson(json)))) };
  }),
  'jcs-number': orError((input) => {
    const bits = bytesOf(z.object({ ieee754Hex: hex }).parse(input).ieee754Hex);
    return { text: canonicalText(new DataView(bits.buffer).getFloat64(0)) };
  }),
  'jcs-es6-stream': (input) => {
    const v = z.object({ lines: z.int().min(0), staticU64Hex: z.array(hex) }).parse(input);
    return hashNumberStream(v.lines, v.staticU64Hex);
  },
};
