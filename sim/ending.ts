// What may end while others wait for it: a process that dies, a network that goes down. Owns telling those who wait then. A promise
// raced again and again would hold every answer that came before it.

export class Ending {
  readonly #waiting = new Set<(error: Error) => void>();
  #error: Error | null = null;

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Everybody who waits is told, and who comes later at once. Only the first time counts. */
  end(error: Error): void {
    if (this.#error !== null) return;
    this.#error = error;
    for (const tell of this.#waiting) tell(error);
    this.#waiting.clear();
  }

  /** What `work` comes to, if it does so before the end. @throws what `work` throws, or the error of the end. */
  orEnd<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#error === null) this.#waiting.add(reject);
      else reject(this.#error);
      work.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    });
  }
}
