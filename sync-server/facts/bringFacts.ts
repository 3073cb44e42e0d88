/**
 * Bringing facts in: kept, and said in the signed log with the file's hash and what became of its rows, so that a bill can be traced to
 * files that nobody changed since. Owns that no batch stays without its leaf.
 */
import { FACTS_DOCUMENT } from '@countersign/shared/history';
import type { Services } from '../services.ts';
import type { BatchResult, FactBatch } from './factStore.ts';
import { keepBatch } from './sharedFacts.ts';

export type FactStream = 'delivery' | 'actions' | 'touches';

/**
 * [FACT-20] Keeps a batch and appends its leaf. A batch whose leaf could not be written is brought again with the same file: its rows
 * are the same then, and the leaf is made up for.
 */
export async function bringFacts(
  services: Pick<Services, 'dataDir' | 'storage' | 'history'>,
  by: string,
  stream: FactStream,
  batch: FactBatch,
): Promise<BatchResult> {
  const result = await keepBatch(services, batch);
  const { added, replaced, same, rejected } = result;
  await services.history.appendServerEntry('facts', FACTS_DOCUMENT, {
    contractId: batch.contractId,
    stream,
    fileHash: batch.fileHash,
    fileName: batch.fileName.slice(0, MOST_NAME),
    rows: added + replaced + same + rejected.length,
    rejected: rejected.length,
    added,
    replaced,
    same,
    by,
  });
  return result;
}

/** Longest file name that a leaf carries. */
const MOST_NAME = 255;
