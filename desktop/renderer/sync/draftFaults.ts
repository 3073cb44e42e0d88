// What stands in the way of a draft: a disk that refuses, a history that is not believed, a server that cannot be spoken to. Owns which
// of them is said and what they forbid; must not stop or start anything.
import { CLOSE } from '@countersign/shared/protocol';
import { storageFailure } from '../storage/index.ts';
import type { Verifier } from './verification.ts';

export class DraftFaults {
  readonly #verifier: Verifier;
  /** Until the app is opened again, in words. */
  #broken: string | null = null;
  /** What the disk says. */
  #storage: string | null = null;
  #readOnly: string | null = null;

  constructor(verifier: Verifier) {
    this.#verifier = verifier;
  }

  /** The worst, in words; null when there is none. */
  get worst(): string | null {
    return this.#storage ?? this.#verifier.distrust ?? this.#broken;
  }
  /** Why nothing may be changed here, whatever the role: the server speaks of documents that this app does not know. */
  get readOnly(): string | null {
    return this.#readOnly;
  }

  /** The server closed for good. */
  ended(code: number, text: string): void {
    this.#broken = text;
    if (code === CLOSE.schema) this.#readOnly = text;
  }

  breakOff(words: string): void {
    this.#broken = words;
  }

  /** Something failed that nobody foresaw, or the disk refused. */
  failed(error: unknown): void {
    const failure = storageFailure(error);
    if (failure !== null) {
      this.#storage = failure.message;
      return;
    }
    const words = error instanceof Error ? error.message : String(error);
    this.#broken = `This version cannot be synced: ${words} The work on this computer is kept. Export it, then open the version again.`;
  }

  /** The disk took a write; true when it had refused one before. */
  diskWorks(): boolean {
    const hadRefused = this.#storage !== null;
    this.#storage = null;
    return hadRefused;
  }

  /** The person signed in again. */
  revived(): void {
    this.#broken = null;
    this.#readOnly = null;
  }
}
