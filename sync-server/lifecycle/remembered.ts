// Answers that are worked out once after a change, however often and by how many they are asked for. Owns remembering them; what makes an
// answer another one is its asker's to say.

/** Answers that are kept; the one that was asked for longest ago goes first. */
const MOST_KEPT = 10_000;

interface Known<T> {
  readonly stamp: string;
  readonly answer: Promise<T>;
}

export class Remembered<T> {
  readonly #known = new Map<string, Known<T>>();

  /**
   * The answer to `key` as of `stamp`, which must be another one after every change: whoever takes it before reading what it stands for is
   * never answered with less. One that failed is made again when it is asked for again.
   */
  of(key: string, stamp: string, make: () => Promise<T>): Promise<T> {
    const before = this.#known.get(key);
    this.#known.delete(key);
    const known = before?.stamp === stamp ? before : { stamp, answer: make() };
    this.#known.set(key, known);
    if (known !== before) {
      known.answer.catch(() => {
        if (this.#known.get(key) === known) this.#known.delete(key);
      });
      for (const oldest of this.#known.keys()) {
        if (this.#known.size <= MOST_KEPT) break;
        this.#known.delete(oldest);
      }
    }
    return known.answer;
  }
}
