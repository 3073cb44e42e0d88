// What was promised while a schedule ran: every `stored` the server sent, and errors that nobody took. Owns the record; judging it is
// `checks.ts`.
import { decodeFrame } from '@countersign/shared/protocol';

export class Promises {
  /** Leaf hash by log index, as acknowledged. */
  readonly stored = new Map<number, string>();
  readonly contradictions: string[] = [];
  readonly #unhandled: string[] = [];
  readonly #onRejection = (error: unknown): void => {
    this.#unhandled.push(`an error that nobody took: ${error instanceof Error ? error.stack : String(error)}`);
  };

  constructor() {
    process.on('unhandledRejection', this.#onRejection);
  }

  /** A message as the server sends it. */
  hear(bytes: Uint8Array): void {
    const frame = decodeFrame(new Uint8Array(bytes));
    if (frame.name !== 'stored') return;
    const index = Number(frame.header.index);
    const before = this.stored.get(index);
    if (before !== undefined && before !== frame.header.leafHash)
      this.contradictions.push(`entry ${index} was acknowledged as ${before} and as ${frame.header.leafHash}`);
    this.stored.set(index, frame.header.leafHash);
  }

  /** The log was restored with so many entries: what was promised behind them is undone. */
  forgetFrom(size: number): void {
    for (const index of [...this.stored.keys()]) if (index >= size) this.stored.delete(index);
  }

  unhandled(): readonly string[] {
    return this.#unhandled;
  }

  stop(): void {
    process.off('unhandledRejection', this.#onRejection);
  }
}
