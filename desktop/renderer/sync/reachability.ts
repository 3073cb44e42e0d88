// Whether the server answers, learned from everything that asks it. Owns the state and the slow asking while it does not; must not know
// what is asked.
import type { Reachability } from './engine.ts';
import { Listeners } from './listeners.ts';
import type { Runtime } from './runtime.ts';

const ASK_EVERY_MS = 5_000;

export class ServerReach {
  readonly changed = new Listeners<[]>();
  readonly #runtime: Runtime;
  /** Asks the server anything; resolves when it answered. */
  readonly #ask: () => Promise<unknown>;
  #state: Reachability = 'connecting';
  #cancel: (() => void) | null = null;
  #stopped = false;

  constructor(runtime: Runtime, ask: () => Promise<unknown>) {
    this.#runtime = runtime;
    this.#ask = ask;
  }

  get state(): Reachability {
    return this.#state;
  }

  /** The server answered, whatever it said. */
  answered(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#set('online');
  }

  /** It did not: ask now and then until it does. */
  missed(): void {
    this.#set('offline');
    if (this.#stopped) return;
    this.#cancel ??= this.#runtime.after(ASK_EVERY_MS, () => {
      this.#cancel = null;
      this.askNow();
    });
  }

  askNow(): void {
    if (this.#stopped) return;
    // The answer, or its absence, comes back through `answered` and `missed`.
    this.#ask().catch(() => this.missed());
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = null;
    this.changed.clear();
  }

  #set(state: Reachability): void {
    if (this.#state === state) return;
    this.#state = state;
    this.changed.tell();
  }
}
