/**
 * Fact batches of a workspace that several nodes serve. The database keeps every batch as it came; each node's own file is made from them, in
 * their order, so that all count the same. Owns that a batch is in the database before it counts; keeping it is factStore.ts's.
 */
import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync, gzipSync } from 'node:zlib';
import { KeyedMutex } from '../keyedMutex.ts';
import type { Services } from '../services.ts';
import type { SharedParts } from '../storage/index.ts';
import type { BatchResult, FactBatch } from './factStore.ts';
import { factStoreOf, factsFile } from './workspaceFacts.ts';

const KIND = 'facts';
const PAGE = 16;
/** One batch after the other, so that they stand in one order everywhere. */
const turns = new KeyedMutex();

type FactServices = Pick<Services, 'dataDir' | 'storage'>;

/** Keeps a batch, where several nodes serve the workspace for all of them. */
export async function keepBatch(services: FactServices, batch: FactBatch): Promise<BatchResult> {
  const { parts } = services.storage;
  if (parts === undefined) return factStoreOf(services).keep(batch);
  return turns.run(services.dataDir, async () => {
    const name = randomUUID();
    await parts.add(KIND, name, gzipSync(JSON.stringify(batch)));
    const result = await applyNew(services, parts, name);
    if (result === null) throw new Error('a fact batch was kept and then not found');
    return result;
  });
}

/** Brings this node's file up to the batches in the database. */
export async function catchUpFacts(services: FactServices): Promise<void> {
  const { parts } = services.storage;
  if (parts === undefined) return;
  await turns.run(services.dataDir, () => applyNew(services, parts, null));
}

/** Applies what the file lacks; gives the result of the batch that is asked for. */
async function applyNew(
  services: FactServices,
  parts: SharedParts,
  wanted: string | null,
): Promise<BatchResult | null> {
  const store = factStoreOf(services);
  let result: BatchResult | null = null;
  for (;;) {
    // A batch and its count are one transaction of the file, so the count says which ones it holds.
    const page = await parts.page(KIND, batchesIn(factsFile(services.dataDir)), PAGE);
    for (const { name, bytes } of page) {
      const kept = store.keep(JSON.parse(gunzipSync(bytes).toString('utf8')) as FactBatch);
      if (name === wanted) result = kept;
    }
    if (page.length < PAGE) return result;
  }
}

function batchesIn(file: string): number {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return Number(db.prepare('SELECT count(*) AS n FROM batch').get()?.n ?? 0);
  } finally {
    db.close();
  }
}
