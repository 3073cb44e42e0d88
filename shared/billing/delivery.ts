/** Delivery facts as sums. Owns: which way rows are read. Must not: price. Order of rows never matters. */
import type { DeliveryFact } from '@countersign/shared/model';
import { type DayReading, sumRows } from './deliveryRows.ts';
import { sumPlainRows } from './plainRows.ts';
import type { Delivery } from './series.ts';

/**
 * Adds up the facts known by `asOf`. A higher reportVersion replaces a lower one of the same line, source, metric, day
 * and key; the same version with another quantity is refused (the one recorded first stays).
 */
export function sumDelivery(
  facts: readonly DeliveryFact[],
  asOfMs: number | null,
  reading: DayReading,
  lines: ReadonlySet<string>,
): Delivery {
  return sumPlainRows(facts, asOfMs, lines) ?? sumRows(facts, asOfMs, reading, lines);
}
