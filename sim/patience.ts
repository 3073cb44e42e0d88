// How long a schedule may go on: so many turns of the event loop, whatever the machine's own clock says, so that one that never ends
// fails in the same way everywhere. Owns counting; what is waited for is the schedule's.

const { setImmediate } = globalThis;

/** Schedules take a thousand turns, and the longest five thousand. */
const MOST_TURNS = 100_000;

/** A schedule that does not end. */
export class NeverEnds extends Error {
  override readonly name = 'NeverEnds';
}

export class Patience {
  readonly #most: number;
  #turns = 0;
  #files = 0;

  /** @param most turns that may pass. */
  constructor(most = MOST_TURNS) {
    this.#most = most;
  }

  /**
   * What the work comes to.
   * @param doing says what the work was at.
   * @throws NeverEnds when the turns are used up first; the work is left where it is.
   */
  async during<T>(work: Promise<T>, doing: () => string): Promise<T> {
    let isDone = false;
    const end = Promise.withResolvers<never>();
    const tick = (): void => {
      if (isDone) return;
      if (this.#files === 0) this.#turns += 1;
      if (this.#turns <= this.#most) setImmediate(tick);
      else end.reject(new NeverEnds(`does not end: ${this.#most} turns of the event loop passed, at ${doing()}`));
    };
    setImmediate(tick);
    try {
      return await Promise.race([work, end.promise]);
    } finally {
      isDone = true;
    }
  }

  /** Real files take real time, in which any number of turns pass: these are not counted. */
  async withFiles<T>(work: () => Promise<T>): Promise<T> {
    this.#files += 1;
    try {
      return await work();
    } finally {
      this.#files -= 1;
    }
  }
}
