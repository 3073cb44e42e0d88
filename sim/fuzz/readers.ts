// The product's readers of what others wrote, given broken bytes: frames, entries, payloads, notes, checkpoints, proofs, bundles, tables.
// Owns the samples, and which errors a reader may throw: only those it says.

import { readStrictUpdate, UpdateFormatError } from '@countersign/shared/document';
import {
  BundleError,
  CheckpointError,
  decodePayload,
  EncodingError,
  fromHex,
  LeafError,
  NotCanonicalError,
  NoteError,
  openCheckpoint,
  PayloadError,
  PayloadShapeError,
  ProofFormatError,
  parseCanonical,
  parseCheckpoint,
  parseLeaf,
  parseNote,
  parsePart0,
  parseTlogProof,
  parseVkey,
  readBundle,
  utf8,
  verifyBundle,
  verifyConsistency,
  verifyInclusion,
} from '@countersign/shared/history';
import { fixtureBundle } from '@countersign/shared/history/fixture';
import { decodeFrame, FrameError, LIMITS } from '@countersign/shared/protocol';
import { nodeEd25519 } from '../../sync-server/history/nativeCrypto.ts';
import { ImportError } from '../../sync-server/imports/importError.ts';
import { readTable } from '../../sync-server/imports/readTable.ts';
import type { Random } from '../random.ts';
import { mutated, type Species } from './frames.ts';
import type { FuzzTarget, ReaderFrame } from './target.ts';
import { smallWorkbook, workbookWith } from './workbook.ts';

type ErrorType = abstract new (...args: never[]) => Error;

const sample = await fixtureBundle();
const bundle = readBundle(sample.bytes);
const bundleText = Buffer.from(sample.bytes).toString('latin1');
const firstLeaf = bundle.leaves[0];
const leafText = utf8(JSON.stringify(firstLeaf?.leaf ?? {}));
const workbook = smallWorkbook();
const TABLE = utf8(
  'Line,Product,From,To,Rate\n1,News,2099-01-01,2099-01-31,"1,234.50"\n2,"Film ""late""",2099-02-01,2099-02-28,7\n',
);

/** Runs a reader; only the errors it says may come out of it. */
async function tried(name: string, allowed: readonly ErrorType[], work: () => unknown): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (allowed.some((type) => error instanceof type)) return null;
    return `${name} threw ${error instanceof Error ? error.stack : String(error)}`;
  }
}

function reader(
  name: string,
  weight: number,
  allowed: readonly ErrorType[],
  source: (random: Random, target: FuzzTarget) => Uint8Array,
  work: (bytes: Uint8Array, random: Random) => unknown,
): Species {
  return {
    name,
    weight,
    make: (random, target): ReaderFrame => {
      const bytes = source(random, target);
      return { read: () => tried(name, allowed, () => work(bytes, random)) };
    },
  };
}

const broken =
  (whole: Uint8Array) =>
  (random: Random): Uint8Array =>
    random.chance(0.1) ? random.bytes(random.int(0, 300)) : mutated(random, whole);

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** One value of the bundle's text is another: reaches further than broken JSON does. */
function brokenBundle(random: Random): Uint8Array {
  if (random.chance(0.2)) return mutated(random, sample.bytes);
  const at = random.int(0, bundleText.length);
  const letter = random.pick([...'0123456789abcdefABZ"{}[]:,-+/=']) ?? '0';
  return Buffer.from(bundleText.slice(0, at) + letter + bundleText.slice(at + 1), 'latin1');
}

const hashes = (random: Random): Uint8Array[] =>
  Array.from({ length: random.int(0, 12) }, () => random.bytes(random.chance(0.9) ? 32 : random.int(0, 40)));
const position = (random: Random): number | bigint =>
  random.pick([random.int(-2, 70), random.int(0, 2 ** 31), 2n ** 63n, 2n ** 64n, -1n]) ?? 0;

export const READERS: readonly Species[] = [
  reader('decodeFrame', 40, [FrameError], (random, target) => mutated(random, target.anyFrame(random)), decodeFrame),
  reader(
    'update',
    40,
    [UpdateFormatError],
    (random, target) => mutated(random, target.honest(random).update),
    (bytes) => readStrictUpdate(bytes, LIMITS.batchCommands),
  ),
  reader('payload', 25, [PayloadError], (random, target) => mutated(random, target.anyPayload(random)), decodePayload),
  reader(
    'part0',
    15,
    [PayloadShapeError, NotCanonicalError],
    (random, target) => mutated(random, target.anyPart0(random)),
    (bytes) => parsePart0('edit', bytes),
  ),
  reader('leaf', 15, [LeafError, NotCanonicalError], broken(leafText), parseLeaf),
  reader('canonical', 15, [NotCanonicalError], broken(leafText), parseCanonical),
  reader('note', 15, [NoteError], broken(utf8(bundle.checkpoint)), parseNote),
  reader('checkpoint', 8, [NoteError, CheckpointError], broken(utf8(bundle.checkpoint)), (bytes) =>
    openCheckpoint(latin1(bytes), [parseVkey(bundle.vkey)], nodeEd25519),
  ),
  reader('checkpointText', 10, [CheckpointError], broken(utf8(bundle.checkpoint)), (bytes) =>
    parseCheckpoint(latin1(bytes)),
  ),
  reader(
    'proofText',
    10,
    [ProofFormatError, NoteError, CheckpointError],
    broken(utf8(`c2sp.org/tlog-proof@v1\nindex 3\n${'A'.repeat(43)}=\n\n${bundle.checkpoint}`)),
    (bytes) => parseTlogProof(latin1(bytes)),
  ),
  reader(
    'inclusion',
    12,
    [],
    (random) => random.bytes(32),
    (root, random) => verifyInclusion(position(random), position(random), random.bytes(32), hashes(random), root),
  ),
  reader(
    'consistency',
    12,
    [],
    (random) => random.bytes(32),
    (root, random) => verifyConsistency(position(random), position(random), random.bytes(32), root, hashes(random)),
  ),
  reader('bundleForm', 4, [BundleError], brokenBundle, readBundle),
  reader('bundle', 1.5, [], brokenBundle, (bytes) =>
    verifyBundle(bytes, { workspaceId: bundle.workspace, vkey: bundle.vkey, ed25519: nodeEd25519 }),
  ),
  reader('csv', 6, [ImportError], broken(TABLE), readTable),
  reader('xlsx', 0.4, [ImportError], broken(workbook), readTable),
  reader('xlsxPart', 0.6, [ImportError], (random) => workbookWith(random, (part) => mutated(random, part)), readTable),
  reader('hex', 5, [EncodingError], broken(utf8('00ff'.repeat(16))), (bytes) => fromHex(latin1(bytes))),
];
