import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SigningKey } from './nativeCrypto.ts';
import { readBatch } from './signatureBatch.ts';
import { SignatureThread, type Thread, withSignatureThread } from './signatureThread.ts';

const key = new SigningKey(randomBytes(32));

/** Questions, every third of them wrong. */
const questions = Array.from({ length: 700 }, (_, i) => {
  const message = randomBytes(i % 90);
  const signature = key.sign(message);
  const isGood = i % 3 !== 0;
  return { message, signature: isGood ? signature : signature.with(5, (signature[5] ?? 0) ^ 1), isGood };
});
const wanted = questions.map(({ isGood }) => isGood);

const askAll = (thread: Pick<SignatureThread, 'verify'>): Promise<boolean[]> =>
  Promise.all(questions.map(({ message, signature }) => thread.verify(key.publicKey, message, signature)));

test('[HIST-58] two threads give the verdicts of one, each to whoever asked', { timeout: 120_000 }, async () => {
  const verdicts = await withSignatureThread(1_000_000, async (ed25519) => {
    const malformed = [
      await ed25519.verify(key.publicKey, randomBytes(3), randomBytes(63)),
      await ed25519.verify(randomBytes(31), randomBytes(3), randomBytes(64)),
    ];
    expect(malformed).toEqual([false, false]);
    return askAll(ed25519);
  });
  expect(verdicts).toEqual(wanted);
});

/** A thread that takes questions and answers none. */
class DeafThread extends EventEmitter {
  readonly batches: Uint8Array[] = [];
  postMessage(batch: Uint8Array): void {
    this.batches.push(batch);
  }
  terminate(): Promise<number> {
    return Promise.resolve(0);
  }
}

test('[HIST-58] what a lost thread had, and everything after it, is checked here', async () => {
  const deaf = new DeafThread();
  const thread = new SignatureThread(deaf as unknown as Thread, new Int32Array(1));
  const first = askAll(thread);
  await setImmediate();
  const handed = deaf.batches.flatMap((batch) => [...readBatch(batch)]);
  expect(handed.length).toBe(128);
  expect(handed[7]?.message).toEqual(new Uint8Array(questions[7]?.message ?? []));
  deaf.emit('error', new Error('no memory'));
  expect(await first).toEqual(wanted);
  expect(await askAll(thread)).toEqual(wanted);
  expect(deaf.batches.length).toBe(4);
});
