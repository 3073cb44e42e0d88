// Reads one file in a thread of its own. Owns the messages to and from it; reading is readTable's.
import { parentPort, workerData } from 'node:worker_threads';
import { ImportError } from './importError.ts';
import { readTable } from './readTable.ts';
import type { ImportTable } from './table.ts';

/** What the thread answers: a table, or why there is none. */
export type TableAnswer =
  | { readonly table: ImportTable }
  | { readonly refused: Pick<ImportError, 'code' | 'message' | 'cure' | 'place'> };

async function answer(bytes: Uint8Array): Promise<TableAnswer> {
  try {
    return { table: await readTable(bytes) };
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    const { code, message, cure, place } = error;
    return { refused: { code, message, cure, place } };
  }
}

parentPort?.postMessage(await answer(workerData as Uint8Array));
