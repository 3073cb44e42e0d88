// The thread of `signatureThread.ts`: checks batches of signatures and counts what it has done. Must not read anything but its messages.
import { parentPort, workerData } from 'node:worker_threads';
import { verifyEd25519 } from './nativeCrypto.ts';
import { readBatch } from './signatureBatch.ts';

const done = new Int32Array(workerData as SharedArrayBuffer);

parentPort?.on('message', (batch: Uint8Array) => {
  const verdicts: boolean[] = [];
  for (const { publicKey, message, signature } of readBatch(batch)) {
    verdicts.push(verifyEd25519(publicKey, message, signature));
    Atomics.add(done, 0, 1);
  }
  parentPort?.postMessage(verdicts);
});
