/** The fact store of a running workspace. Owns where its file is and that it is opened once. */
import { join } from 'node:path';
import type { Services } from '../services.ts';
import { type FactStore, openFactStore } from './factStore.ts';

const open = new WeakMap<object, FactStore>();

/** Path of the facts in a data folder. */
export function factsFile(dataDir: string): string {
  return join(dataDir, 'facts.db');
}

/** The store beside the log, opened on first use. */
export function factStoreOf(services: Pick<Services, 'dataDir'>): FactStore {
  const known = open.get(services);
  if (known !== undefined) return known;
  const store = openFactStore(factsFile(services.dataDir));
  open.set(services, store);
  return store;
}

/** Closes it when the server stops; asking again opens it anew. */
export function closeFactStore(services: Pick<Services, 'dataDir'>): void {
  open.get(services)?.close();
  open.delete(services);
}
