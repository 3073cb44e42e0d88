// Runs pieces of asynchronous work one after another. A piece that fails must not stop the ones behind it.

export class Serial {
  #tail: Promise<unknown> = Promise.resolve();

  /** Queues a piece of work; resolves or rejects with it. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    // The caller hears of the failure through `result`; the chain itself goes on.
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Resolves when everything queued so far is done. */
  async idle(): Promise<void> {
    await this.#tail;
  }
}
