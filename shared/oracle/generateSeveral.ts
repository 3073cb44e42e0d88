/**
 * Test-only. Several rules of one kind over the same lines, in an order of the document that says nothing (BILL-49).
 * Must not: know an expected amount.
 */
import type { Commitment, ContractVersion, Guarantee } from '@countersign/shared/model';
import fc from 'fast-check';
import { guaranteed, withVersions } from './generateAgreed.ts';
import { type Arb, decimal, maybe, percent } from './generateBasics.ts';
import { remedy, second } from './generateFacts.ts';
import type { OracleInput } from './world.ts';

const lineIdsOf = (input: OracleInput): string[] => (input.versions[0]?.lines ?? []).map((line) => line.id);

/** Ids that do not stand in the order of the list. */
const IDS = ['k4', 'k1', 'k5', 'k2', 'k3'];
const scattered = <T extends object>(prefix: string, list: readonly T[]) =>
  list.map((item, n) => ({ id: `${prefix}${IDS[n] ?? n}`, ...item }));

const commitment = (ids: readonly string[], windows: readonly string[]) =>
  fc
    .record({
      kind: fc.constantFrom('CAP', 'CAP', 'MINIMUM'),
      lineId: ids.length === 0 ? fc.constant(undefined) : fc.constantFrom(undefined, ...ids),
      amount: decimal(40_000, 0),
      basis: fc.constantFrom('GROSS', 'GROSS', 'NET_OF_DISCOUNT'),
      period: fc.constantFrom(undefined, ...windows),
      rollover: fc.constantFrom(undefined, undefined, 'CARRY'),
    })
    .map(({ lineId, amount, ...rest }) => ({
      ...rest,
      scope: lineId === undefined ? 'CONTRACT' : 'LINE',
      ...(lineId === undefined ? {} : { lineId }),
      // Of one scope, span and basis a minimum stays below every cap.
      amount: rest.kind === 'CAP' ? String(Number(amount) + 900) : String(Number(amount) % 900),
    }));

/** Caps and minimums of every span over the same lines, so that several of one scope, kind and basis meet. */
export const manyCommitments = (input: OracleInput): Arb<OracleInput> => {
  // What is carried on a line counts from the contract's start, also where the flight begins later.
  const windows = ['QUARTER', 'YEAR', 'TERM'];
  return fc
    .array(commitment(lineIdsOf(input), windows), { minLength: 2, maxLength: 5 })
    .map((list) => withVersions(input, () => ({ commitments: scattered('', list) as unknown as Commitment[] })));
};

/** Lines held to a part of others: chains and pairs. */
export const partsOfOthers = (input: OracleInput): Arb<OracleInput> => {
  const ids = lineIdsOf(input);
  if (ids.length < 2) return fc.constant(input);
  const ratio = fc
    .tuple(fc.shuffledSubarray(ids, { minLength: 2 }), fc.nat({ max: 8 }), percent)
    .map(([chosen, cut, share]) => {
      const at = 1 + (cut % (chosen.length - 1));
      return { lineIds: chosen.slice(0, at), ofLineIds: chosen.slice(at), percent: share };
    });
  return fc
    .array(ratio, { minLength: 1, maxLength: 3 })
    .map((list) => withVersions(input, () => ({ ratioCaps: scattered('p', list) })));
};

/** Two guarantees that recoup from lines they share. */
export const twoGuarantees = (input: OracleInput): Arb<OracleInput> =>
  fc.tuple(guaranteed(lineIdsOf)(input), guaranteed(lineIdsOf)(input)).map(([one, other]) => {
    const first = (given: OracleInput): Guarantee[] => [...(given.versions[0]?.guarantees ?? [])];
    const guarantees = [...first(one).map((g) => ({ ...g, id: 'g2' })), ...first(other)];
    return withVersions(input, () => ({ guarantees }));
  });

/** Two to four starts and ends by money, of lines and of the contract, which may overlap. */
export const manyAmounts = (input: OracleInput): Arb<OracleInput> =>
  fc
    .array(
      fc.tuple(
        fc.constantFrom('START' as const, 'END' as const),
        maybe('lineId', fc.constantFrom(...lineIdsOf(input)), 1),
        fc.oneof(decimal(300, 0), decimal(9000, 0), decimal(60_000, 0)),
      ),
      { minLength: 2, maxLength: 4 },
    )
    .map((rows) => {
      const triggers = rows.map(([applies, line, amount]) => ({ applies, ...line, on: 'ON_AMOUNT' as const, amount }));
      return withVersions(input, () => ({ triggers: scattered('t', triggers) }));
    });

/** A discrepancy rule for some lines beside one for all. */
export const manyDiscrepancies = (input: OracleInput): Arb<OracleInput> => {
  const rule = fc
    .tuple(
      fc.integer({ min: 0, max: 30 }),
      fc.constantFrom('CONTROLLING', 'OTHER'),
      remedy,
      maybe('lineIds', fc.subarray(lineIdsOf(input), { minLength: 1 }), 1),
    )
    .map(([threshold, base, done, lines]) => ({ thresholdPercent: String(threshold), base, ...done, ...lines }));
  return fc
    .tuple(second(input.facts.delivery), fc.array(rule, { minLength: 2, maxLength: 3 }))
    .map(([delivery, rules]) => {
      const discrepancyRules = scattered('x', rules) as ContractVersion['discrepancyRules'];
      const changed = withVersions(input, () => ({ discrepancyRules }));
      return { ...changed, facts: { ...input.facts, delivery } };
    });
};

/** Several limits on each payout rule, by count and by money, of a day, a period and the term. */
export const manyLimits = (input: OracleInput): Arb<OracleInput> => {
  const limit = fc
    .tuple(
      fc.oneof(
        fc.nat({ max: 6 }).map((n) => ({ quantity: String(n) })),
        decimal(90, 0).map((amount) => ({ amount })),
      ),
      maybe('period', fc.constantFrom('DAY', 'BILLING_PERIOD'), 2),
      maybe('per', fc.constant('PARTNER'), 1),
    )
    .map((parts) => Object.assign({}, ...parts));
  return fc.array(fc.array(limit, { minLength: 1, maxLength: 3 }), { minLength: 3, maxLength: 3 }).map((limits) =>
    withVersions(input, (version) => ({
      payoutRules: version.payoutRules?.map((rule, n) => ({ ...rule, limits: limits[n] })),
    })),
  );
};

/** A lock rule for one type of action beside one for all, each with its largest share of reversals. */
export const manyLocks = (input: OracleInput): Arb<OracleInput> => {
  const lock = fc
    .tuple(
      fc.oneof(
        fc.record({ months: fc.nat({ max: 1 }), days: fc.nat({ max: 9 }) }),
        fc.record({ days: fc.nat({ max: 30 }) }),
      ),
      maybe('maxReversalPercent', fc.constantFrom('0', '25', '50', '75'), 1),
      maybe('payDay', fc.integer({ min: 1, max: 31 }), 2),
    )
    .map((parts) => Object.assign({}, ...parts));
  return fc.tuple(lock, lock, fc.boolean()).map(([all, sale, last]) => {
    const own = { id: 'w1', eventType: 'SALE', ...sale };
    const locks = last ? [{ id: 'w2', ...all }, own] : [own, { id: 'w2', ...all }];
    return withVersions(input, () => ({ locks }));
  });
};
