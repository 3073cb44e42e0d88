/**
 * A file that somebody sent, read beside the server: whatever is in it, nobody waits for it and nothing but its own thread runs out of memory.
 * Owns the thread's bounds and how many run; must not read anything itself.
 */
import { Worker } from 'node:worker_threads';
import { fileKind } from './fileKind.ts';
import { ImportError } from './importError.ts';
import { readTable } from './readTable.ts';
import { type ImportTable, TABLE_LIMITS } from './table.ts';
import type { TableAnswer } from './tableWorker.ts';

/** A text file of this size is read faster than a thread is begun. */
const AT_ONCE_BYTES = 256 * 1024;
const MEMORY_MB = 1024;
const MOST_MS = 60_000;
const MOST_RUNNING = 2;
const MOST_WAITING = 8;

let running = 0;
const waiting: (() => void)[] = [];

/** [IMP-15] Reads a file of anybody. @throws ImportError with its place, or that it takes too much to read. */
export async function readTableApart(bytes: Uint8Array, mostMs = MOST_MS): Promise<ImportTable> {
  if (bytes.length > TABLE_LIMITS.bytes || (bytes.length <= AT_ONCE_BYTES && fileKind(bytes) === 'csv'))
    return readTable(bytes);
  if (running < MOST_RUNNING) running += 1;
  else if (waiting.length < MOST_WAITING) await new Promise<void>((resolve) => waiting.push(resolve));
  else throw new ImportError('busy', 'Many files are being read at this moment.', 'Try again in a moment.');
  try {
    return await readInThread(bytes, mostMs);
  } finally {
    // The place goes to the next one in line, or is given back.
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

function readInThread(bytes: Uint8Array, mostMs: number): Promise<ImportTable> {
  const worker = new Worker(new URL('./tableWorker.ts', import.meta.url), {
    workerData: bytes,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    // Its warnings are not the server's log.
    stderr: true,
  });
  const tooMuch = (): ImportError =>
    new ImportError('tooLarge', 'The file takes too much to read.', 'Split it, or save the table as CSV.');
  return new Promise<ImportTable>((resolve, reject) => {
    const late = setTimeout(() => reject(tooMuch()), mostMs);
    worker.once('message', (answer: TableAnswer) => {
      clearTimeout(late);
      if ('table' in answer) resolve(answer.table);
      else {
        const { code, message, cure, place } = answer.refused;
        reject(new ImportError(code, message, cure, place));
      }
    });
    worker.once('error', (error) => {
      clearTimeout(late);
      reject('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooMuch() : error);
    });
    // `message` and `error` come before it, if they come at all.
    worker.once('exit', () => {
      clearTimeout(late);
      reject(tooMuch());
    });
  }).finally(() => worker.terminate());
}
