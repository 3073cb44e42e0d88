// Keeping what a person did in a draft: on disk in one transaction, and tried again while the disk refuses ([SYNC-26] [SYNC-33]). Owns
// when the disk is tried again, whatever it refused; what is written is `draftMemory.ts`'s.
import { storageFailure } from '../storage/index.ts';
import type { DraftMemory } from './draftMemory.ts';
import type { DraftTurns } from './draftTurns.ts';
import type { Runtime } from './runtime.ts';

/** Until a disk that refused something is tried again. */
const AGAIN_MS = 5_000;

export interface SavingPort {
  saved(): void;
  failed(error: unknown): void;
}

export class DraftSaving {
  readonly #memory: DraftMemory;
  readonly #runtime: Runtime;
  readonly #turns: DraftTurns;
  readonly #port: SavingPort;
  #cancelAgain: (() => void) | null = null;

  constructor(memory: DraftMemory, runtime: Runtime, turns: DraftTurns, port: SavingPort) {
    this.#memory = memory;
    this.#runtime = runtime;
    this.#turns = turns;
    this.#port = port;
  }

  /** Writes everything that is not on disk yet; runs as a turn. @throws StorageFailure; it is tried again by itself */
  async save(): Promise<void> {
    await this.#write();
    this.#port.saved();
  }

  /** The disk refused something: in a while it is tried again, also when nothing is left to write, and followed by what it then holds. */
  later(): void {
    this.#cancelAgain ??= this.#runtime.after(AGAIN_MS, () => {
      this.#cancelAgain = null;
      this.#turns.run(async () => {
        await this.#write();
        await this.#memory.catchUp();
        this.#port.saved();
      });
    });
  }

  async #write(): Promise<void> {
    try {
      await this.#memory.save();
    } catch (error) {
      this.#port.failed(error);
      this.later();
      throw storageFailure(error) ?? error;
    }
  }

  /** Nothing is tried again any more. */
  close(): void {
    this.#cancelAgain?.();
  }
}
