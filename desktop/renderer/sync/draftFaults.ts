// What stands in the way of a draft: a disk that refuses, a history that is not believed, a server that cannot be spoken to. Owns which
// of them is said and what they forbid; must not stop or start anything.
import { CLOSE } from '@countersign/shared/protocol';
import { type StorageFailure, storageFailure } from '../storage/index.ts';
import type { Verifier } from './verification.ts';

export class DraftFaults {
  readonly #verifier: Verifier;
  readonly #disk: { readonly lost: StorageFailure | null };
  /** Until the app is opened again, in words. */
  #broken: string | null = null;
  /** What the disk says. */
  #storage: string | null = null;
  #readOnly: string | null = null;

  /** @param disk says when the local data was taken away for good. */
  constructor(verifier: Verifier, disk: { readonly lost: StorageFailure | null }) {
    this.#verifier = verifier;
    this.#disk = disk;
  }

  /** The worst, in words; null when there is none. */
  get worst(): string | null {
    return this.#disk.lost?.message ?? this.#storage ?? this.#verifier.distrust ?? this.#broken;
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

  /** Something failed that nobody foresaw, or the disk refused: true when it may take it another time. */
  failed(error: unknown): boolean {
    const failure = storageFailure(error);
    if (failure !== null) {
      this.#storage = failure.message;
      return this.#disk.lost === null;
    }
    const words = error instanceof Error ? error.message : String(error);
    this.#broken = `This version cannot be synced: ${words} The work on this computer is kept. Export it, then open the version again.`;
    return false;
  }

  /** The disk took a write; true when it had refused one before. One that ended as the data was taken away says nothing of the next. */
  diskWorks(): boolean {
    if (this.#disk.lost !== null) return false;
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
