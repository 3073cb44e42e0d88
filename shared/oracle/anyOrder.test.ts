/** A bill does not depend on the order of the rows of a document, with the rules of every family of contracts. */
import { type PreviewResult, preview } from '@countersign/shared/billing';
import type { ContractVersion } from '@countersign/shared/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAMILIES } from './families.ts';
import type { OracleInput } from './world.ts';

const CASES = Math.min(12, Number(process.env.LAW_RUNS ?? '12'));

/** Eligibility is left out: its rules are tried in the order written (ATTR-7). */
const UNORDERED = [
  'lines',
  'commitments',
  'adjustments',
  'triggers',
  'guarantees',
  'ratioCaps',
  'discrepancyRules',
  'makegoods',
  'overrides',
  'rateCardRows',
  'defaultRates',
  'rateRules',
  'payoutRules',
  'locks',
  'upgrades',
] as const satisfies readonly (keyof ContractVersion)[];

const shuffled = <T>(list: readonly T[]): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...list], { minLength: list.length, maxLength: list.length });

/** A version with the rows of each of its lists in another order. */
function inOtherOrder(version: ContractVersion): fc.Arbitrary<ContractVersion> {
  const lists = UNORDERED.flatMap((name) => {
    const list = version[name] as readonly unknown[] | undefined;
    return list === undefined ? [] : [shuffled(list).map((rows) => [name, rows] as const)];
  });
  return fc.tuple(...lists).map((entries) => ({ ...version, ...Object.fromEntries(entries) }) as ContractVersion);
}

/** Everything of a result but the order of its lists, and the hashes of what was given. */
function amountsOf(result: PreviewResult): unknown {
  const sorted = (rows: readonly object[]): string[] => rows.map((row) => JSON.stringify(row)).sort();
  return {
    totals: result.totals,
    posting: sorted(result.posting.entries),
    lines: sorted(result.lines.map(({ key, quantity, gross, shares }) => ({ key, quantity, gross, shares }))),
    adjustments: sorted(result.adjustments.map(({ key, amount, trace }) => ({ key, amount, text: trace.text }))),
    actions: sorted((result.actions ?? []).map(({ trace: _, ...action }) => action)),
    notBilled: sorted(result.notBilled),
    warnings: sorted(result.warnings),
    forecasts: sorted(result.forecasts ?? []),
    payment: result.payment,
    invoice: result.invoice,
  };
}

const answer = ({ before: _, ...input }: OracleInput): unknown => amountsOf(preview(input));

describe('the rows of a document in any order', () => {
  for (const [index, [name, { cases }]] of Object.entries(FAMILIES).entries()) {
    it(`[BILL-49] change no amount of a contract of the family "${name}"`, () => {
      const pairs = cases.chain((input) =>
        fc.tuple(...input.versions.map(inOtherOrder)).map((versions) => [input, { ...input, versions }] as const),
      );
      const law = fc.property(pairs, ([given, other]) => {
        expect(answer(other)).toEqual(answer(given));
      });
      fc.assert(law, { seed: 77 + index, numRuns: CASES });
    });
  }
});
