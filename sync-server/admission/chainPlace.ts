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
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** [ADM-3] The place of a verified entry. Waits for what is being written, so that a quick resend is recognised. */
export async function chainPlace(history: History, storage: Storage, verified: VerifiedEntry): Promise<ChainPlace> {
  const { parsed, hash } = verified;
  const head = await history.sequencer.loadChain(parsed);
  const seq = Number(parsed.seq);
  if (seq < head.nextSeq) {
    await history.sequencer.settled();
    const row = await storage.entryAt(parsed.dev, parsed.epoch, seq);
    if (row !== null) return row.entryHash === hash ? { kind: 'stored', row } : { kind: 'equivocation', other: row };
  }
  const fault = chainFault(head, parsed);
  return fault === undefined ? { kind: 'next' } : { kind: 'refused', refusal: refuse('chain', `${fault}.`) };
}
