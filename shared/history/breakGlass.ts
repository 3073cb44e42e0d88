/** Owns reading a `breakGlass` entry of the log for the fold of shared/access; who holds what is that fold's. */
import { type BreakGlassEntry, BreakGlassRecord, type Emergency } from '../access/index.ts';
import { EncodingError, fromUtf8, toHex } from './bytes.ts';
import { type Leaf, leafBytes } from './leaf.ts';
import { leafHash } from './merkle.ts';
import { type PayloadOf, PayloadShapeError } from './payloads.ts';

/** Longest reason, in UTF-8 bytes. */
export const MOST_REASON_BYTES = 1000;
/** Shortest reason, in characters: a word is none. */
export const LEAST_REASON = 10;

/** An entry as the fold takes it. */
export function breakGlassEntry(
  leaf: Leaf,
  act: PayloadOf<'breakGlass'>,
  hash: string = toHex(leafHash(leafBytes(leaf))),
): BreakGlassEntry {
  const { entry, env } = leaf;
  return { index: Number(env.index), leafHash: hash, at: env.serverTime, by: entry.user, act };
}

/**
 * [GLASS-1] The reason of a request, and nothing beside part 0 for the other acts. @throws PayloadShapeError
 */
export function reasonOfBreakGlass(act: PayloadOf<'breakGlass'>, parts: readonly Uint8Array[]): string {
  const [, reason] = parts;
  if (act.action !== 'ask') {
    if (parts.length !== 1) throw new PayloadShapeError('only a request has a reason');
    return '';
  }
  if (reason === undefined || parts.length !== 2) throw new PayloadShapeError('a request has its reason as part 1');
  if (reason.length > MOST_REASON_BYTES) throw new PayloadShapeError(`a reason has ${MOST_REASON_BYTES} bytes at most`);
  const text = readText(reason);
  if (text.trim() !== text || text.length < LEAST_REASON)
    throw new PayloadShapeError(`a reason has ${LEAST_REASON} characters at least, and no space around it`);
  return text;
}

function readText(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch (cause) {
    if (!(cause instanceof EncodingError)) throw cause;
    throw new PayloadShapeError(`the reason is no text: ${cause.message}`);
  }
}

/** Terms of a log whose entries are given in order; entries that count for nothing are passed over. */
export function emergenciesOf(entries: Iterable<BreakGlassEntry>): readonly Emergency[] {
  const record = new BreakGlassRecord();
  for (const entry of entries) record.apply(entry, null);
  return record.all();
}
