// How far a draft is verified: what waits for a proof, and checkpoints as they come. Owns asking again for proofs that could not be
// had; what a proof is worth decides `verification.ts`.
import { fromUtf8 } from '@countersign/shared/history';
import { ApiError, Offline } from '../api/index.ts';
import type { DraftMemory } from './draftMemory.ts';
import type { Runtime } from './runtime.ts';
import type { SignerBook } from './signerBook.ts';
import { HistoryDistrusted, type Verifier } from './verification.ts';

/** Until proofs that could not be had are asked for again. */
const PROOF_RETRY_MS = 2_000;

export interface ProofsPort {
  changed(): void;
  /** The history contradicts itself: nothing more is sent. */
  stopSending(): void;
  fail(error: unknown): void;
}

export class DraftProofs {
  readonly #verifier: Verifier;
  readonly #signers: SignerBook;
  readonly #memory: DraftMemory;
  readonly #runtime: Runtime;
  readonly #port: ProofsPort;
  #cancelAgain: (() => void) | null = null;

  constructor(verifier: Verifier, signers: SignerBook, memory: DraftMemory, runtime: Runtime, port: ProofsPort) {
    this.#verifier = verifier;
    this.#signers = signers;
    this.#memory = memory;
    this.#runtime = runtime;
    this.#port = port;
  }

  /** Whether everything known of the draft is under a verified checkpoint and nothing waits. */
  isVerified(): boolean {
    const { held, distrust } = this.#verifier;
    if (held === null || distrust !== null || this.#memory.unproved > 0 || this.#memory.waitingWork().count > 0)
      return false;
    return held.size >= this.#memory.draft.next;
  }

  /** A checkpoint came. Its proofs are fetched beside the line of turns: sending waits only for their failure. */
  checkpoint(note: Uint8Array): void {
    this.#cancelAgain?.();
    this.#cancelAgain = null;
    const checked = this.#verifier.accept(fromUtf8(note)).then(() => this.#signers.keepUp());
    checked.catch((error: unknown) => {
      if (error instanceof HistoryDistrusted) this.#port.stopSending();
      else if (!(error instanceof Offline || error instanceof ApiError)) this.#port.fail(error);
      // Without the proofs the state stays Stored. The next checkpoint may be long in coming, so this one is tried again.
      else this.#cancelAgain = this.#runtime.after(PROOF_RETRY_MS, () => this.checkpoint(note));
      this.#port.changed();
    });
  }

  /** Counts what still waits for a proof, and remembers when nothing did. */
  async count(): Promise<void> {
    const { held, distrust } = this.#verifier;
    if (distrust !== null) this.#port.stopSending();
    // What is put there by another window comes with its entries: nothing that waits for a proof does so unseen.
    if (this.#memory.unproved > 0) this.#memory.unproved = await this.#memory.store.unproved();
    if (held !== null && this.isVerified() && this.#memory.draft.verifiedAt !== held.at)
      await this.#memory.describe({ verifiedAt: held.at });
    this.#port.changed();
  }

  close(): void {
    this.#cancelAgain?.();
  }
}
