/**
 * Owns the C2SP `tlog-proof@v1` text: index, inclusion proof and checkpoint of one leaf in one small file that other
 * transparency-log tools read.
 */
import { fromBase64, toBase64 } from './bytes.ts';
import { HASH_LENGTH } from './merkle.ts';

const HEADER = 'c2sp.org/tlog-proof@v1';
const MAX_HASHES = 63;

/** One leaf's proof. `extra` is opaque to the format; we write none. */
export interface TlogProof {
  readonly index: bigint;
  readonly hashes: readonly Uint8Array[];
  readonly checkpoint: string;
  readonly extra?: Uint8Array;
}

/** A text that is not a `tlog-proof@v1`. */
export class ProofFormatError extends Error {
  override readonly name = 'ProofFormatError';
}

/** Writes a proof. */
export function formatTlogProof(proof: TlogProof): string {
  const extra = proof.extra === undefined ? '' : `extra ${toBase64(proof.extra)}\n`;
  const hashes = proof.hashes.map((hash) => `${toBase64(hash)}\n`).join('');
  const text = `${HEADER}\n${extra}index ${proof.index}\n${hashes}\n${proof.checkpoint}`;
  parseTlogProof(text);
  return text;
}

/** Reads a proof, without checking it; throws `ProofFormatError`. */
export function parseTlogProof(text: string): TlogProof {
  const split = text.indexOf('\n\n');
  if (split < 0) throw new ProofFormatError('no blank line separates the proof from its checkpoint');
  const [header, ...lines] = text.slice(0, split).split('\n');
  if (header !== HEADER) throw new ProofFormatError(`the first line is not ${HEADER}`);
  const extraLine = lines[0]?.startsWith('extra ') ? lines.shift() : undefined;
  const indexLine = /^index (0|[1-9][0-9]{0,19})$/.exec(lines.shift() ?? '');
  if (indexLine?.[1] === undefined) throw new ProofFormatError('no index line in plain digits');
  if (lines.length > MAX_HASHES) throw new ProofFormatError(`more than ${MAX_HASHES} hashes`);
  try {
    const hashes = lines.map((line) => fromBase64(line));
    if (hashes.some((hash) => hash.length !== HASH_LENGTH)) throw new ProofFormatError('a hash has not 32 bytes');
    const proof = { index: BigInt(indexLine[1]), hashes, checkpoint: text.slice(split + 2) };
    return extraLine === undefined ? proof : { ...proof, extra: fromBase64(extraLine.slice(6)) };
  } catch (cause) {
    if (cause instanceof ProofFormatError) throw cause;
    throw new ProofFormatError(`a line is not canonical base64: ${String(cause)}`);
  }
}
