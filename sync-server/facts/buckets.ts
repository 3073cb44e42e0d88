/** Many delivery rows as daily sums (DESIGN §8). Owns what may be added up: whole units of one line, source, metric and local date. */
import type { DeliveryFact } from '@countersign/shared/model';

/** Up to here rows stay single, so that a reader walks from a cent to the row of the file. */
export const BUCKETS_ABOVE = 5000;

const WHOLE = /^-?\d+$/;

/**
 * [FACT-9] Daily sums of rows that name their local date and count whole units; other rows stay as they are. Rows that became
 * known at different times are never added up: a preview as of an earlier time must not see the later ones.
 */
export function inBuckets(facts: readonly DeliveryFact[]): readonly DeliveryFact[] {
  if (facts.length <= BUCKETS_ABOVE) return facts;
  const single: DeliveryFact[] = [];
  const buckets = new Map<string, { first: DeliveryFact; quantity: bigint; rows: number }>();
  for (const fact of facts) {
    if (fact.localDate === undefined || !WHOLE.test(fact.quantity)) {
      single.push(fact);
      continue;
    }
    const key = JSON.stringify([
      fact.lineId,
      fact.source ?? 'own',
      fact.metric ?? '',
      fact.localDate,
      fact.recordedAt ?? '',
    ]);
    const known = buckets.get(key);
    if (known === undefined) buckets.set(key, { first: fact, quantity: BigInt(fact.quantity), rows: 1 });
    else {
      known.quantity += BigInt(fact.quantity);
      known.rows += 1;
    }
  }
  const sums = [...buckets.values()].map(({ first, quantity, rows }): DeliveryFact => {
    if (rows === 1) return first;
    const { id: _id, key: _key, reportVersion: _version, ...rest } = first;
    const recorded = first.recordedAt === undefined ? {} : { key: `sum@${first.recordedAt}` };
    return { ...rest, ...recorded, id: `sum of ${rows} rows`, quantity: quantity.toString() };
  });
  return [...single, ...sums];
}
