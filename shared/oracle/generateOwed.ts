/**
 * Test-only. Makegoods of every kind, and counts of several named sources.
 * Must not: know an expected amount.
 */
import type { DeliveryFact, Line, Makegood } from '@countersign/shared/model';
import fc from 'fast-check';
import { isoOf } from './days.ts';
import { withVersions } from './generateAgreed.ts';
import { type Arb, decimal, maybe, START } from './generateBasics.ts';
import { remedy } from './generateFacts.ts';
import type { OracleInput } from './world.ts';

const linesOf = (input: OracleInput): readonly Line[] => input.versions[0]?.lines ?? [];

/** Makegoods on the line itself or on another, in its unit or another, before the current order or after it. */
export const owed = (input: OracleInput): Arb<OracleInput> => {
  const ids = linesOf(input).map((line) => line.id);
  const types = linesOf(input).map((line) => line.rateType);
  const makegood = fc
    .tuple(
      fc.constantFrom(...ids),
      fc.integer({ min: 1, max: 6000 }).map(String),
      maybe('deliveredOn', fc.constantFrom(...ids), 1),
      maybe('rateType', fc.constantFrom(...types, 'CPC' as const), 1),
      maybe('order', fc.constantFrom('PRIOR_FIRST' as const, 'CURRENT_FIRST' as const), 1),
      maybe('value', decimal(9000, 0), 2),
      maybe(
        'from',
        fc.integer({ min: 0, max: 60 }).map((n) => isoOf(START + n)),
        2,
      ),
      maybe('shortfallRef', fc.constant('IO-2025'), 1),
    )
    .map(([lineId, quantity, ...rest]) => Object.assign({ lineId, quantity }, ...rest) as Omit<Makegood, 'id'>);
  return fc.array(makegood, { minLength: 1, maxLength: 3 }).map((list) =>
    withVersions(input, (version) => ({
      // Which of free units and makegood units of one line come first is not said.
      lines: version.lines?.map(({ freeUnits: _, ...line }) => line),
      makegoods: list.map((item, n) => ({ id: `g${n + 1}`, clauseId: `c${n + 1}`, ...item })),
    })),
  );
};

const SOURCES = ['own', 'adserver', 'verifier'];

/** Each count from three sources, some of them silent. */
const counted = (facts: readonly DeliveryFact[]): Arb<DeliveryFact[]> =>
  fc
    .tuple(
      ...facts.map((fact) =>
        fc
          .array(fc.option(fc.oneof(fc.integer({ min: 50, max: 170 }), fc.constantFrom(100, 110, 120)), { freq: 5 }), {
            minLength: 3,
            maxLength: 3,
          })
          .map((scales) =>
            scales.flatMap((scale, n) => {
              if (scale === null) return [];
              const quantity = String(Math.round((Number(fact.quantity) * scale) / 100));
              return [{ ...fact, quantity, source: SOURCES[n] ?? 'own' }];
            }),
          ),
      ),
    )
    .map((lists) => lists.flat());

/** Lines controlled by one of three sources, each under a rule that names the source it is compared with. */
export const sources = (input: OracleInput): Arb<OracleInput> => {
  const lines = linesOf(input);
  const terms = fc.tuple(
    fc.constantFrom(...SOURCES),
    fc.integer({ min: 1, max: 2 }),
    fc.integer({ min: 0, max: 30 }),
    fc.constantFrom('CONTROLLING', 'OTHER'),
    remedy,
    maybe('inclusive', fc.boolean(), 1),
  );
  return fc
    .tuple(
      counted(input.facts.delivery),
      fc.array(terms, { minLength: lines.length, maxLength: lines.length }),
      fc.boolean(),
    )
    .map(([delivery, each, together]) => {
      const [first] = each;
      const own = together && first !== undefined ? each.map(() => first) : each;
      const rules = own.map(([entity, other, threshold, base, done, inclusive], n) => ({
        id: `x${n + 1}`,
        ...(together ? {} : { lineIds: [lines[n]?.id ?? ''] }),
        thresholdPercent: String(threshold),
        base,
        otherSource: SOURCES[(SOURCES.indexOf(entity) + other) % 3],
        ...done,
        ...inclusive,
      }));
      const changed = withVersions(input, (version) => ({
        lines: version.lines?.map((line, n) => {
          const entity = own[n]?.[0] ?? 'own';
          const billingSource = entity === 'own' ? 'OWN_VOLUME' : 'THIRD_PARTY_VOLUME';
          return { ...line, billingSource, controllingMeasurement: { entity } };
        }),
        discrepancyRules: together ? rules.slice(0, 1) : rules,
      }));
      return { ...changed, facts: { ...input.facts, delivery } };
    });
};
