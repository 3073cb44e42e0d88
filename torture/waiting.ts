// Waiting for what clients hear, never for time. Owns when it is given up: nothing is heard for too long, or there is nothing more to wait for.

/** A server that does not answer this long is a finding of its own. */
const STALLED_MS = 60_000;

export class Waiting {
  readonly #stalledMs: number;
  #wake: () => void = () => undefined;

  constructor(stalledMs = STALLED_MS) {
    this.#stalledMs = stalledMs;
  }

  /** Something was heard: whoever waits looks again. */
  heard(): void {
    this.#wake();
  }

  /**
   * Resolves when `ready` holds or `over` does, or, after saying so, when nothing came of it in time. `over` is looked at again at every sound,
   * so what makes it true must be followed by `heard`.
   */
  async until(ready: () => boolean, over: () => boolean, stalled: (text: string) => void): Promise<void> {
    let gaveUp = false;
    const stall = setTimeout(() => {
      gaveUp = true;
      stalled(`for ${this.#stalledMs / 1000} s`);
      this.heard();
    }, this.#stalledMs);
    while (!ready() && !gaveUp && !over()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    clearTimeout(stall);
  }
}
