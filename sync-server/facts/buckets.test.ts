import { preview } from '@countersign/shared/billing';
import type { DeliveryFact } from '@countersign/shared/model';
import { compileVersion } from '@countersign/shared/model/compile';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graduatedContract } from '../demo/deliveryContracts.ts';
import { contentOfSheets } from '../testKit/demoContent.ts';
import { BUCKETS_ABOVE, inBuckets } from './buckets.ts';

const rows = (count: number, of: (i: number) => Partial<DeliveryFact>): DeliveryFact[] =>
  Array.from({ length: count }, (_, i) => ({
    lineId: '1',
    source: 'own',
    metric: 'IMPRESSIONS',
    localDate: '2020-03-02',
    quantity: '1',
    key: `k${i}`,
    ...of(i),
  }));

describe('inBuckets', () => {
  it('[FACT-9] keeps few rows single', () => {
    const few = rows(BUCKETS_ABOVE, () => ({}));
    expect(inBuckets(few)).toBe(few);
  });

  it('[FACT-9] adds up per line, source, metric, date and knowledge time, and never loses a unit', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.integer({ min: 0, max: 2 }),
            fc.integer({ min: 1, max: 3 }),
            fc.bigInt({ min: -5n, max: 10n ** 12n }),
            fc.boolean(),
          ),
          { minLength: 20, maxLength: 40 },
        ),
        (seeds) => {
          const facts = rows(BUCKETS_ABOVE + seeds.length, (i) => {
            const [line, day, quantity, late] = seeds[i % seeds.length] ?? [0, 1, 0n, false];
            return {
              lineId: String(line),
              localDate: `2020-03-0${day}`,
              quantity: String(quantity),
              ...(late ? { recordedAt: '2020-04-01T00:00:00Z' } : {}),
            };
          });
          const sums = inBuckets(facts);
          expect(sums.length).toBeLessThanOrEqual(18);
          const total = (list: readonly DeliveryFact[]): bigint =>
            list.reduce((sum, { quantity }) => sum + BigInt(quantity), 0n);
          expect(total(sums)).toBe(total(facts));
          expect(total(sums.filter(({ recordedAt }) => recordedAt !== undefined))).toBe(
            total(facts.filter(({ recordedAt }) => recordedAt !== undefined)),
          );
        },
      ),
      { numRuns: 20 },
    );
  });

  it('[FACT-9] bills the same as the single rows', () => {
    const document = graduatedContract();
    const content = contentOfSheets(document.contractId, 'CONTRACT', document.versions[0]?.sheets ?? {});
    const { version } = compileVersion(content, {
      versionId: 'v-1',
      contractId: document.contractId,
      kind: 'ORIGINAL',
      sequence: 1,
    });
    if (version === null) throw new Error('not compiled');
    const facts = rows(BUCKETS_ABOVE + 1, (i) => ({
      lineId: String(1 + (i % 2)),
      localDate: `2020-03-${String(1 + (i % 28)).padStart(2, '0')}`,
      quantity: String(400 + (i % 7)),
    }));
    const totals = (delivery: readonly DeliveryFact[]) =>
      preview({ versions: [version], facts: { delivery, touches: [], actions: [] }, period: '2020-03' }).totals;
    expect(totals(inBuckets(facts))).toEqual(totals(facts));
  });

  it('[FACT-9] leaves fractions and rows without a local date single', () => {
    const facts = rows(BUCKETS_ABOVE + 2, (i) => (i === 0 ? { quantity: '1.5' } : {}));
    const timed: DeliveryFact = { lineId: '1', at: '2020-03-02T00:00:00Z', quantity: '9' };
    expect(inBuckets([...facts, timed])).toHaveLength(3);
  });
});
