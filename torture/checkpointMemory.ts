// The checkpoints one client accepted. Owns that a later one extends the one held; every contradiction is kept as a sentence.
import { fromHex, openCheckpoint, parseVkey, rootHex, toHex, verifyConsistency } from '@countersign/shared/history';
import { nodeEd25519 } from '../sync-server/history/index.ts';
import { ServerAway } from './members.ts';

export interface Held {
  readonly size: number;
  readonly root: string;
}

/** Hex proof that one size extends another. */
export type ConsistencySource = (from: number, to: number) => Promise<readonly string[]>;

export class CheckpointMemory {
  /** What contradicts what was accepted before. */
  readonly problems: string[] = [];
  /** Checkpoints whose consistency with the one before was proved. */
  proved = 0;
  /** Every checkpoint that was heard and is rightly signed, also those that were not proved. */
  readonly heard: Held[] = [];
  readonly #vkey: string;
  readonly #origin: string;
  #held: Held | null = null;
  #tail: Promise<void> = Promise.resolve();

  constructor(vkey: string, origin: string) {
    this.#vkey = vkey;
    this.#origin = origin;
  }

  get held(): Held | null {
    return this.#held;
  }

  /** What an entry signed now says it has seen. */
  get seen(): { readonly seenSize: string; readonly seenRoot: string } {
    return { seenSize: String(this.#held?.size ?? 0), seenRoot: this.#held?.root ?? '' };
  }

  /** Takes a note; a proof that cannot be had because the server died is asked for again with the next note. */
  offer(note: string, source: ConsistencySource): void {
    this.#tail = this.#tail
      .then(() => this.#accept(note, source))
      .catch((error: unknown) => {
        this.problems.push(error instanceof Error ? error.message : String(error));
      });
  }

  /** Resolves when every note that was offered was looked at. */
  settled(): Promise<void> {
    return this.#tail;
  }

  async #accept(note: string, source: ConsistencySource): Promise<void> {
    const checkpoint = await openCheckpoint(note, [parseVkey(this.#vkey)], nodeEd25519);
    const next = { size: Number(checkpoint.size), root: rootHex(checkpoint) };
    if (checkpoint.origin !== this.#origin) throw new Error(`a checkpoint is of another log, ${checkpoint.origin}`);
    this.heard.push(next);
    const held = this.#held;
    if (held === null) {
      this.#held = next;
      return;
    }
    if (next.size < held.size) throw new Error(`a checkpoint of ${next.size} entries came after one of ${held.size}`);
    if (next.size === held.size) {
      if (next.root !== held.root) throw new Error(`two histories of ${next.size} entries were signed`);
      return;
    }
    let proof: readonly string[];
    try {
      proof = await source(held.size, next.size);
    } catch (error) {
      // The server was killed under the question.
      if (error instanceof ServerAway) return;
      throw error;
    }
    const extended = verifyConsistency(
      held.size,
      next.size,
      fromHex(held.root),
      fromHex(next.root),
      proof.map(fromHex),
    );
    if (!extended)
      throw new Error(
        `the checkpoint of ${next.size} entries (${toHex(checkpoint.root)}) does not extend that of ${held.size} (${held.root})`,
      );
    this.proved += 1;
    this.#held = next;
  }
}
