// The windows of one profile that have the same draft open: which of them sends, and that the others follow what it wrote. Owns when this
// window looks; what it reads then is the engine's, the lock and the hints are `ownership.ts`'s.
import type { DraftTurns } from './draftTurns.ts';
import { type Locks, Ownership } from './ownership.ts';

export interface WindowsPort {
  /** Reads what another window wrote. Runs as a turn. */
  follow(): Promise<void>;
  /** This window is the one that sends now. */
  owns(): void;
}

export class DraftWindows {
  readonly #ownership: Ownership;
  readonly #turns: DraftTurns;
  readonly #port: WindowsPort;
  readonly #stops: readonly (() => void)[];
  #willLook = false;

  /** @param name of the draft in its database, the same in every window. */
  constructor(name: string, locks: Locks, turns: DraftTurns, port: WindowsPort) {
    this.#turns = turns;
    this.#port = port;
    this.#ownership = new Ownership(name, locks);
    this.#stops = [
      this.#ownership.woken.add(() => this.#look()),
      this.#ownership.changed.add(() => turns.run(() => this.#becomeOwner())),
    ];
  }

  /** Whether this window sends. */
  get isOwner(): boolean {
    return this.#ownership.isOwner;
  }

  /** Tells the other windows to look again. */
  wake(): void {
    this.#ownership.wake();
  }

  /** Follows and sends no more. */
  stop(): void {
    for (const stop of this.#stops) stop();
  }

  /** Resolves when another window may send. */
  leave(): Promise<void> {
    return this.#ownership.leave();
  }

  async #becomeOwner(): Promise<void> {
    // The window that owned the draft before may have gone on since this one read it.
    await this.#port.follow();
    this.#port.owns();
  }

  /** Another window wrote something. One look that has not begun yet sees all of it, however often it wrote. */
  #look(): void {
    if (this.#willLook) return;
    this.#willLook = true;
    this.#turns.run(async () => {
      this.#willLook = false;
      await this.#port.follow();
    });
  }
}
