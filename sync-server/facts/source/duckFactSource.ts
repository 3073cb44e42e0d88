/** The fact source of this product: files through DuckDB, one locked session each. */
import type { DuckLimits } from './duckTable.ts';
import type { FactSource } from './factSource.ts';
import { readDelivery } from './readDelivery.ts';
import { readActions, readTouches } from './readEvents.ts';

/** @param limits memory and threads of each session */
export function duckFactSource(limits: DuckLimits = {}): FactSource {
  return {
    delivery: (path, mapping) => readDelivery(path, mapping, limits),
    touches: (path, mapping) => readTouches(path, mapping, limits),
    actions: (path, mapping) => readActions(path, mapping, limits),
  };
}
