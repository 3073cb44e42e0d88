/**
 * Test-only. What may be done to a delivery case without making it invalid: repeated and superseded reports, points in
 * time, a second source with a discrepancy rule, makegoods.
 * Must not: know an expected amount.
 */
import type { ContractVersion, DeliveryFact } from '@countersign/shared/model';
import fc from 'fast-check';
import { isoOf } from './days.ts';
import { maybe, percent, START } from './generateBasics.ts';
import type { Family } from './generateLines.ts';
import type { OracleInput } from './world.ts';

type Arb<T> = fc.Arbitrary<T>;

const recorded = fc.integer({ min: 0, max: 200 }).map((n) => `${isoOf(START + n)}T12:00:00Z`);

/** Each fact once more: word for word, or replaced by a higher report version; in any order; seen at any time. */
const reports = (facts: readonly DeliveryFact[]): Arb<DeliveryFact[]> =>
  fc
    .tuple(
      ...facts.map((fact) =>
        fc
          .tuple(fc.constantFrom('ONCE', 'TWICE', 'REPLACED'), recorded, recorded, fc.integer({ min: 0, max: 5000 }))
          .map(([how, first, second, amount]) => {
            const one = { ...fact, recordedAt: first, reportVersion: 1 };
            if (how === 'TWICE') return [one, { ...one }];
            if (how === 'REPLACED')
              return [{ ...one, reportVersion: 2, quantity: String(amount), recordedAt: second }, one];
            return [one];
          }),
      ),
    )
    .map((lists) => lists.flat());

const instants = (facts: readonly DeliveryFact[]): Arb<DeliveryFact[]> =>
  fc.tuple(
    ...facts.map((fact) =>
      fc.integer({ min: 0, max: 24 * 60 - 1 }).map((minutes) => {
        const { localDate, ...rest } = fact;
        return { ...rest, at: new Date(Date.parse(`${localDate}T00:00:00Z`) + minutes * 60_000).toISOString() };
      }),
    ),
  );

/** The other source reports some rows only, so that it may be silent for a whole period. */
export const second = (facts: readonly DeliveryFact[]): Arb<DeliveryFact[]> =>
  fc
    .tuple(
      ...facts.map((fact) =>
        fc
          .tuple(fc.boolean(), fc.oneof(fc.integer({ min: 50, max: 170 }), fc.constantFrom(100, 105, 110, 120)))
          .map(([counted, scale]) => {
            const own = { ...fact, source: 'own' };
            const quantity = String(Math.round((Number(fact.quantity) * scale) / 100));
            return counted ? [own, { ...fact, quantity, source: 'adserver' }] : [own];
          }),
      ),
    )
    .map((lists) => lists.flat());

/** What a rule does about a difference. */
export const remedy = fc.oneof(
  percent.map((upliftPercent) => ({ remedy: 'UPLIFT', upliftPercent })),
  fc.constantFrom({ remedy: 'UNDER_DELIVERY' }, { remedy: 'SPLIT_DIFFERENCE' }),
);

const rule = fc
  .tuple(
    fc.integer({ min: 0, max: 30 }),
    fc.constantFrom('CONTROLLING', 'OTHER'),
    remedy,
    maybe('inclusive', fc.boolean(), 1),
  )
  .map(([threshold, base, done, inclusive]) => ({
    id: 'x1',
    thresholdPercent: String(threshold),
    base,
    ...done,
    ...inclusive,
  }));

function change(
  input: OracleInput,
  versions: Partial<ContractVersion>,
  delivery: readonly DeliveryFact[],
): OracleInput {
  return {
    ...input,
    versions: input.versions.map((v) => ({ ...v, ...versions })),
    facts: { ...input.facts, delivery },
  };
}

const measuredByThird = {
  billingSource: 'THIRD_PARTY_VOLUME' as const,
  controllingMeasurement: { entity: 'adserver' },
};

/** The case with what its family adds to the facts. */
export function withFacts(family: Family, input: OracleInput): Arb<OracleInput> {
  const { delivery } = input.facts;
  let out: Arb<OracleInput> = fc.constant(input);
  if (family.discrepancy) {
    const base = out;
    out = fc.tuple(base, rule, fc.boolean()).chain(([plain, r, third]) => {
      const lines = plain.versions[0]?.lines?.map((line) => (third ? { ...line, ...measuredByThird } : line));
      const discrepancyRules = [r] as unknown as ContractVersion['discrepancyRules'];
      return second(delivery).map((facts) => change(plain, { discrepancyRules, lines }, facts));
    });
  }
  if (family.makegoods)
    out = fc
      .tuple(
        out,
        fc.integer({ min: 1, max: 5000 }),
        maybe(
          'from',
          fc.integer({ min: 0, max: 60 }).map((n) => isoOf(START + n)),
          1,
        ),
      )
      .map(([base, n, from]) => {
        const line = base.versions[0]?.lines?.find((l) => ['CPM', 'VCPM', 'CPC', 'SPOT'].includes(l.rateType));
        const makegoods = line === undefined ? [] : [{ id: 'g1', lineId: line.id, quantity: String(n), ...from }];
        return change(base, { makegoods }, base.facts.delivery);
      });
  if (family.instants) out = out.chain((base) => instants(base.facts.delivery).map((facts) => change(base, {}, facts)));
  if (family.reports)
    out = out.chain((base) =>
      fc
        .tuple(
          reports(base.facts.delivery),
          maybe('asOf', recorded, 1),
          fc.array(recorded, { minLength: 3, maxLength: 3 }),
        )
        .map(([facts, asOf, times]) => ({
          ...base,
          ...asOf,
          ...(family.posted ? { before: times[2] } : {}),
          versions: base.versions.map((v, i) => (i === 0 ? v : { ...v, recordedAt: times[i - 1] })),
          facts: { ...base.facts, delivery: facts },
        })),
    );
  return out;
}
