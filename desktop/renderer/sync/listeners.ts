// A set of listeners. Owns adding, removing and telling; a listener that throws must not keep the others from hearing.

export class Listeners<T extends unknown[]> {
  readonly #all = new Set<(...args: T) => void>();

  /** Adds a listener; returns the way to remove it. */
  add(listener: (...args: T) => void): () => void {
    // Wrapped, so that the same function added twice is two listeners.
    const own = (...args: T) => listener(...args);
    this.#all.add(own);
    return () => this.#all.delete(own);
  }

  tell(...args: T): void {
    for (const listener of [...this.#all]) {
      try {
        listener(...args);
      } catch (error) {
        // A painting error must not stop the engine; it still reaches the window's error handler.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  clear(): void {
    this.#all.clear();
  }
}
