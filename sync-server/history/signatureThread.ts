// Ed25519 checks for who reads a whole log: a second thread takes batches of them and this one checks the rest, so that both cores are busy. Owns
// the thread; verdicts are the same and come to whoever asked, so that nothing depends on who was faster. Without a thread everything is checked here.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Ed25519, PUBLIC_KEY_LENGTH, SIGNATURE_LENGTH } from '@countersign/shared/history';
import { verifyEd25519 } from './nativeCrypto.ts';
import { type Asked, writeBatch } from './signatureBatch.ts';

/** Questions that cross together: handing over costs little for so many, and the thread begins soon. */
const BATCH = 32;
/** Questions that the thread may have before it: more are checked here meanwhile. */
const BACKLOG = 4 * BATCH;

interface Question extends Asked {
  readonly answer: (isGood: boolean) => void;
}

/** What is asked of the thread, and hearing of it. A `Worker`, or a stand-in. */
export type Thread = Pick<Worker, 'postMessage' | 'terminate'> & {
  on(event: 'message', listener: (verdicts: boolean[]) => void): unknown;
  on(event: 'error', listener: (cause: unknown) => void): unknown;
};

export class SignatureThread implements Ed25519 {
  readonly #thread: Thread;
  readonly #done: Int32Array;
  /** Batches that the thread has, oldest first. */
  readonly #sent: Question[][] = [];
  #waiting: Question[] = [];
  #handed = 0;
  #failed = false;

  /** @param done counts what the thread has checked; it writes and this reads. */
  constructor(thread: Thread, done: Int32Array) {
    this.#thread = thread;
    this.#done = done;
    thread.on('message', (verdicts) => {
      for (const [i, { answer }] of (this.#sent.shift() ?? []).entries()) answer(verdicts[i] === true);
    });
    thread.on('error', () => this.#checkHere());
  }

  async verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
    if (publicKey.length !== PUBLIC_KEY_LENGTH || signature.length !== SIGNATURE_LENGTH) return false;
    const backlog = this.#handed + this.#waiting.length - Atomics.load(this.#done, 0);
    if (this.#failed || backlog >= BACKLOG) return verifyEd25519(publicKey, message, signature);
    return new Promise((answer) => {
      this.#waiting.push({ publicKey, message, signature, answer });
      if (this.#waiting.length === 1) setImmediate(() => this.#hand());
      if (this.#waiting.length >= BATCH) this.#hand();
    });
  }

  /** Ends the thread. Nothing may be asked afterwards. */
  async close(): Promise<void> {
    await this.#thread.terminate();
  }

  #hand(): void {
    const batch = this.#waiting;
    if (batch.length === 0 || this.#failed) return;
    this.#waiting = [];
    this.#sent.push(batch);
    this.#handed += batch.length;
    const bytes = writeBatch(batch);
    this.#thread.postMessage(bytes, [bytes.buffer]);
  }

  /** The thread is gone, for want of memory perhaps: whatever it had is checked here, and everything after it. */
  #checkHere(): void {
    this.#failed = true;
    for (const { publicKey, message, signature, answer } of [...this.#sent.splice(0).flat(), ...this.#waiting])
      answer(verifyEd25519(publicKey, message, signature));
    this.#waiting = [];
  }
}

/** Fewer are checked sooner than a thread has started. */
const WORTH_A_THREAD = 10_000;

/** Runs work with a second thread for signatures where there is a second core and enough to do for it, and ends it. @param entries to be checked */
export async function withSignatureThread<T>(entries: number, work: (ed25519: Ed25519) => Promise<T>): Promise<T> {
  const here: Ed25519 = { verify: async (...asked) => verifyEd25519(...asked) };
  if (entries < WORTH_A_THREAD || availableParallelism() < 2) return work(here);
  const done = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const worker = new Worker(new URL('./signatureWorker.ts', import.meta.url), { workerData: done });
  const thread = new SignatureThread(worker, new Int32Array(done));
  try {
    return await work(thread);
  } finally {
    await thread.close();
  }
}
