/**
 * Owns running published history vectors (`shared/vectors/history.json` and any file of its schema) through the public
 * functions of this folder. An unknown kind is a failure, never skipped. Runs in Node, browsers and Electron.
 */
import { z } from 'zod';
import type { VectorOutcome } from '../conformance/outcome.ts';
import { canonicalJson } from '../model/canonical.ts';
import { EncodingError, fromBase64, fromHex, toHex, utf8 } from './bytes.ts';
import { CheckpointError, formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { hashNumberStream } from './conformanceNumbers.ts';
import { type Ed25519, SIGNATURE_LENGTH, signerFromSeed, webCryptoEd25519 } from './ed25519.ts';
import { leafHash, MerkleTree } from './merkle.ts';
import { NoteError, openNote, signatureLineFor } from './note.ts';
import { verifyConsistency, verifyInclusion } from './proofs.ts';
import { tilePath, tileShape } from './tiles.ts';
import { KeyFormatError, noteSigner, parseSkey, parseVkey } from './vkey.ts';

const factSchema = z.object({ id: z.string(), kind: z.string(), input: z.unknown(), expect: z.unknown() });
const fileSchema = z.object({ facts: z.array(factSchema) });

/** A file that is not of the history vector schema. */
export class VectorFileError extends Error {
  override readonly name = 'VectorFileError';
}

/** What one kind of vector does: read the input, run the product, give the answer in the file's own terms. */
type Run = (input: unknown, ed25519: Ed25519) => unknown;

const hex = z.string();
const proof = z.array(z.string()).nullish();
// Published sizes reach past the safe integers on purpose; a negative or broken one is for the product to refuse.
const size = z.union([z.number(), z.string().regex(/^[0-9]+$/)]).transform((value) => {
  return typeof value === 'string' || Number.isInteger(value) ? BigInt(value) : -1n;
});

function hashes(list: readonly string[] | null | undefined): Uint8Array[] {
  return (list ?? []).map((text) => fromBase64(text));
}

/** Proof vectors may hold sizes beyond exact numbers or hashes that do not decode: those are refused proofs. */
function refusedWhenUnreadable(check: () => boolean): { valid: boolean } {
  try {
    return { valid: check() };
  } catch (cause) {
    if (cause instanceof EncodingError) return { valid: false };
    throw cause;
  }
}

async function orError<T>(run: () => T | Promise<T>): Promise<T | { error: true }> {
  try {
    return await run();
  } catch (cause) {
    if (cause instanceof NoteError || cause instanceof CheckpointError || cause instanceof KeyFormatError) {
      return { error: true };
    }
    throw cause;
  }
}

const runs: Readonly<Record<string, Run>> = {
  'merkle-root': (input) => {
    const { leavesHex } = z.object({ leavesHex: z.array(hex) }).parse(input);
    const tree = new MerkleTree();
    for (const leaf of leavesHex) tree.append(leafHash(fromHex(leaf)));
    return { rootHex: toHex(tree.root()) };
  },
  'merkle-leaf': (input) => {
    const { leafHex } = z.object({ leafHex: hex }).parse(input);
    return { hashHex: toHex(leafHash(fromHex(leafHex))) };
  },
  'merkle-inclusion': (input) => {
    const shape = z.object({ leafIdx: size, treeSize: size, root: z.string(), leafHash: z.string(), proof });
    const v = shape.parse(input);
    return refusedWhenUnreadable(() =>
      verifyInclusion(v.leafIdx, v.treeSize, fromBase64(v.leafHash), hashes(v.proof), fromBase64(v.root)),
    );
  },
  'merkle-consistency': (input) => {
    const shape = z.object({ size1: size, size2: size, root1: z.string(), root2: z.string(), proof });
    const v = shape.parse(input);
    return refusedWhenUnreadable(() =>
      verifyConsistency(v.size1, v.size2, fromBase64(v.root1), fromBase64(v.root2), hashes(v.proof)),
    );
  },
  'tile-path': (input) => ({ path: tilePath(z.object({ index: size }).parse(input).index) }),
  'tile-shape': (input) => ({ levels: tileShape(z.object({ size }).parse(input).size) }),
  'note-sign': async (input) => {
    const { skey, text } = z.object({ skey: z.string(), text: z.string() }).parse(input);
    return orError(async () => ({ signatureLine: await signatureLineFor(text, await parseSkey(skey)) }));
  },
  'note-sign-seed': async (input) => {
    const v = z.object({ name: z.string(), seedHex: hex, text: z.string() }).parse(input);
    const signer = noteSigner(v.name, await signerFromSeed(fromHex(v.seedHex)));
    return { signatureLine: await signatureLineFor(v.text, signer) };
  },
  'note-open': async (input, ed25519) => {
    const { noteB64, vkeys } = z.object({ noteB64: z.string(), vkeys: z.array(z.string()) }).parse(input);
    return orError(async () => {
      const opened = await openNote(fromBase64(noteB64), vkeys.map(parseVkey), ed25519);
      return { ok: opened.known.map((s) => s.name), unknown: opened.unknown.map((s) => s.name) };
    });
  },
  vkey: (input) => {
    const { vkey } = z.object({ vkey: z.string() }).parse(input);
    try {
      const { name, keyId } = parseVkey(vkey);
      return { valid: true, name, keyId };
    } catch (cause) {
      if (cause instanceof KeyFormatError) return { valid: false };
      throw cause;
    }
  },
  'checkpoint-body': async (input) => {
    const { text } = z.object({ text: z.string() }).parse(input);
    return orError(() => {
      const parsed = parseCheckpoint(text);
      return { origin: parsed.origin, size: parsed.size.toString(), rootHex: toHex(parsed.root) };
    });
  },
  'checkpoint-format': (input) => {
    const v = z.object({ origin: z.string(), size, recordUtf8: z.string() }).parse(input);
    return { text: formatCheckpoint({ origin: v.origin, size: v.size, root: leafHash(utf8(v.recordUtf8)) }) };
  },
  'ed25519-sign': async (input) => {
    const { seedHex, messageHex } = z.object({ seedHex: hex, messageHex: hex }).parse(input);
    const signer = await signerFromSeed(fromHex(seedHex));
    return { publicHex: toHex(signer.publicKey), signatureHex: toHex(await signer.sign(fromHex(messageHex))) };
  },
  'ed25519-verify': async (input, ed25519) => {
    const v = z.object({ publicHex: hex, messageHex: hex, signatureHex: hex }).parse(input);
    const signature = fromHex(v.signatureHex);
    const valid = await ed25519.verify(fromHex(v.publicHex), fromHex(v.messageHex), signature);
    return { valid: valid && signature.length === SIGNATURE_LENGTH };
  },
  jcs: (input) => {
    const { json } = z.object({ json: z.string() }).parse(input);
    return { utf8Hex: toHex(utf8(canonicalJson(JSON.parse(json)))) };
  },
  'jcs-number': (input) => {
    const { ieee754Hex } = z.object({ ieee754Hex: hex }).parse(input);
    const value = new DataView(fromHex(ieee754Hex).buffer).getFloat64(0);
    if (!Number.isFinite(value)) return { error: true };
    return { text: canonicalJson(value) };
  },
  'jcs-es6-stream': (input) => {
    const v = z.object({ lines: z.int().min(0), staticU64Hex: z.array(hex) }).parse(input);
    return hashNumberStream(v.lines, v.staticU64Hex);
  },
};

/** Whether the answer has every member that the file expects. A note's unknown names count once each. */
function agrees(kind: string, expected: unknown, actual: unknown): boolean {
  const wanted = z.record(z.string(), z.unknown()).safeParse(expected);
  const given = z.record(z.string(), z.unknown()).safeParse(actual);
  if (!wanted.success || !given.success) return false;
  const same = (member: string): boolean => {
    const [a, b] = [wanted.data[member], given.data[member]];
    if (kind === 'note-open' && member === 'unknown' && Array.isArray(a) && Array.isArray(b)) {
      return canonicalJson([...new Set(a)].sort()) === canonicalJson([...new Set(b)].sort());
    }
    return b !== undefined && canonicalJson(a) === canonicalJson(b);
  };
  return Object.keys(wanted.data).length > 0 && Object.keys(wanted.data).every(same);
}

async function runFact(fact: z.infer<typeof factSchema>, ed25519: Ed25519): Promise<VectorOutcome> {
  const base = { id: fact.id, kind: fact.kind, expected: fact.expect };
  const run = Object.hasOwn(runs, fact.kind) ? runs[fact.kind] : undefined;
  if (run === undefined) {
    return { ...base, pass: false, actual: undefined, note: `kind ${fact.kind} is not known to this runner` };
  }
  try {
    const actual = await run(fact.input, ed25519);
    return { ...base, pass: agrees(fact.kind, fact.expect, actual), actual };
  } catch (cause) {
    const note = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    return { ...base, pass: false, actual: undefined, note };
  }
}

/** Runs every fact of a history vector file; throws `VectorFileError` when the file is not of that schema. */
export async function runHistoryVectors(file: unknown, ed25519: Ed25519 = webCryptoEd25519): Promise<VectorOutcome[]> {
  const parsed = fileSchema.safeParse(file);
  if (!parsed.success) throw new VectorFileError(`not a history vector file: ${z.prettifyError(parsed.error)}`);
  const outcomes: VectorOutcome[] = [];
  for (const fact of parsed.data.facts) outcomes.push(await runFact(fact, ed25519));
  return outcomes;
}
