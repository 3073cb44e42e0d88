// Entries as they arrive on the socket: in order, each naming the one before it. Owns finding gaps; must not keep or apply anything.
import { type AcceptedEntry, BrokenEntry, readAccepted } from './acceptedEntry.ts';

interface Arrived {
  readonly index: number;
  readonly leaf: Uint8Array;
  readonly payload: Uint8Array;
}

export interface Taken {
  readonly accepted: readonly AcceptedEntry[];
  /** As they came, to be given back. */
  readonly arrived: readonly Arrived[];
  /** Why what follows cannot be taken; null when everything fits. */
  readonly fault: string | null;
}

export class EntryIntake {
  readonly #draftId: string;
  #waiting: Arrived[] = [];
  #deaf = true;

  constructor(draftId: string) {
    this.#draftId = draftId;
  }

  /** A socket said `opened`: its entries count from here on. */
  listen(): void {
    this.#waiting = [];
    this.#deaf = false;
  }

  /** The socket is given up: what else it brings is ignored. */
  ignore(): void {
    this.#waiting = [];
    this.#deaf = true;
  }

  /** Adds an entry; false when it is ignored. */
  push(index: string, leaf: Uint8Array, payload: Uint8Array): boolean {
    if (this.#deaf) return false;
    this.#waiting.push({ index: Number(index), leaf, payload });
    return true;
  }

  /** What was taken waits again, before all that came meanwhile; not when its socket was given up. */
  giveBack({ arrived }: Taken): void {
    if (!this.#deaf) this.#waiting = [...arrived, ...this.#waiting];
  }

  /** Everything that arrived and follows on `next` and `head`; what is already held is dropped. */
  take(next: number, head: string): Taken {
    const arrived = this.#waiting;
    this.#waiting = [];
    const accepted: AcceptedEntry[] = [];
    let wanted = next;
    let last = head;
    for (const { index, leaf, payload } of arrived) {
      if (index < wanted) continue;
      try {
        const entry = readAccepted(index, this.#draftId, leaf, payload);
        if (entry.leaf.env.prevDoc !== last) throw new BrokenEntry(`an entry before entry ${index} is missing`);
        accepted.push(entry);
        wanted = index + 1;
        last = entry.leafHash;
      } catch (error) {
        if (!(error instanceof BrokenEntry)) throw error;
        return { accepted, arrived, fault: error.message };
      }
    }
    return { accepted, arrived, fault: null };
  }
}
