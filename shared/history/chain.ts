/**
 * Owns the device chain: per device and epoch, entries count from 0 and each names the hash of the one before. Two
 * different entries in one place are proof that a device (or a copy of its key) said two things.
 */
import { toHex } from './bytes.ts';
import { type Entry, entryBytes, entryHash } from './entry.ts';

/** Where a chain stands: the next `seq` and the hash that its entry must name ('' at the start). */
export interface ChainHead {
  readonly nextSeq: number;
  readonly prevDev: string;
}

/** Start of every chain. */
export const CHAIN_START: ChainHead = { nextSeq: 0, prevDev: '' };

/** Key of a chain. NUL cannot occur in an identifier. */
export const chainKey = (entry: Pick<Entry, 'dev' | 'epoch'>): string => `${entry.dev}\u0000${entry.epoch}`;

/** [HIST-25] Why an entry does not continue a chain; undefined when it does. */
export function chainFault(head: ChainHead, entry: Entry): string | undefined {
  if (entry.seq !== String(head.nextSeq)) {
    return `device ${entry.dev}, epoch ${entry.epoch}: expected entry ${head.nextSeq} of the chain and found ${entry.seq}`;
  }
  if (entry.prevDev !== head.prevDev) {
    return `device ${entry.dev}, epoch ${entry.epoch}: entry ${entry.seq} does not name the entry before it`;
  }
  return undefined;
}

/** The chain after an entry. */
export function advanceChain(entry: Entry): ChainHead {
  return { nextSeq: Number(entry.seq) + 1, prevDev: toHex(entryHash(entryBytes(entry))) };
}

/** [HIST-26] Whether two signed entries prove equivocation: one place in one chain, different content. */
export function isEquivocation(a: Entry, b: Entry): boolean {
  if (a.ws !== b.ws || a.dev !== b.dev || a.epoch !== b.epoch || a.seq !== b.seq) return false;
  return toHex(entryHash(entryBytes(a))) !== toHex(entryHash(entryBytes(b)));
}
