// Where a signed entry stands in its device's chain. Owns telling a resend from an equivocation; must not freeze or append.
import { chainFault } from '@countersign/shared/history';
import { type Refusal, refuse } from '@countersign/shared/protocol';
import type { History } from '../history/index.ts';
import type { LogRow, Storage } from '../storage/index.ts';
import type { VerifiedEntry } from './signedEntry.ts';

export type ChainPlace =
  | { readonly kind: 'next' }
  /** The same bytes are in the log: answer `stored` again. */
  | { readonly kind: 'stored'; readonly row: LogRow }
  /** Another entry of this device has this number. */
  | { readonly kind: 'equivocation'; readonly other: LogRow }
  /** What it follows is not in the log, for example because the disk did not take it. */
  | { readonly kind: 'ahead'; readonly refusal: Refusal }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

const OTHER_PAST = refuse(
  'chain',
  'This was signed upon another history than the log has. Verify the log again, then send it.',
  'entry/seenRoot',
);

/** [ADM-3] [ADM-16] The place of a verified entry. Waits for what is being written, so that a quick resend is recognised. */
export async function chainPlace(history: History, storage: Storage, verified: VerifiedEntry): Promise<ChainPlace> {
  const { parsed, hash } = verified;
  let head = await history.sequencer.loadChain(parsed);
  const seq = Number(parsed.seq);
  if (seq < head.nextSeq) {
    await history.sequencer.settled();
    const row = await storage.entryAt(parsed.dev, parsed.epoch, seq);
    if (row !== null) return row.entryHash === hash ? { kind: 'stored', row } : { kind: 'equivocation', other: row };
    // What was being written in its place was not stored: the chain ends before it.
    head = await history.sequencer.loadChain(parsed);
  }
  const fault = chainFault(head, parsed);
  if (fault !== undefined) {
    return { kind: seq > head.nextSeq ? 'ahead' : 'refused', refusal: refuse('chain', `${fault}.`) };
  }
  // A log that was restored is shorter than some have seen; who lies about it must not make the log contradict itself.
  return history.holds(Number(parsed.seenSize), parsed.seenRoot)
    ? { kind: 'next' }
    : { kind: 'refused', refusal: OTHER_PAST };
}
