/**
 * Test-only. Everything whose bytes are kept: the signed agreements, what the unit tests bill, generated contracts of every
 * family of the oracle, changed contracts, and the kernel's other answers. Owns: which cases there are and their names.
 * Must not: say what is right; `fixture/digests.txt` holds what the kernel answered when it was blessed.
 */
import type { PreviewInput } from '@countersign/shared/billing';
import { ActionFact, DeliveryFact, TouchFact } from '@countersign/shared/model';
import fc from 'fast-check';
import { FAMILIES } from '../oracle/families.ts';
import type { OracleInput } from '../oracle/world.ts';
import { billText, impactText, laterText, packText, timesText, volumeText } from './answer.ts';
import { agreements, recorded } from './corpus.ts';
import { seedOf } from './dice.ts';
import { rareDelivery } from './rareDelivery.ts';
import { rareLines } from './rareLines.ts';
import { rarePayouts } from './rarePayouts.ts';
import { rarePrices } from './rarePrices.ts';
import { rareRates } from './rareRates.ts';
import { rareTerms } from './rareTerms.ts';
import { type Donors, donorsOf, varied } from './vary.ts';

/** So many generated contracts of each family. */
const CONTRACTS = 12;

export interface GoldenCase {
  /** Unique; what stands before the last space is the family. */
  readonly name: string;
  /** Everything the answer depends on. */
  readonly input: unknown;
  readonly answer: () => string;
  /** One of many alike, of which a quick run may leave some out. */
  readonly sparse?: boolean;
}

const files = [...agreements()];
const tests = recorded();
const rare = {
  rates: rareRates,
  prices: rarePrices,
  terms: rareTerms,
  lines: rareLines,
  delivery: rareDelivery,
  payouts: rarePayouts,
};
const rareInputs = Object.values(rare).flat();
/** As files hold them: without members that are undefined. */
const corpus = JSON.parse(
  JSON.stringify([...files.map(([, input]) => input), ...tests, ...rareInputs]),
) as readonly PreviewInput[];
let donors: Donors | undefined;

const numbered = (
  family: string,
  inputs: readonly PreviewInput[],
  text: (input: PreviewInput) => string,
): GoldenCase[] => inputs.map((input, n) => ({ name: `${family} ${n + 1}`, input, answer: () => text(input) }));

function generated(family: string): GoldenCase[] {
  const arbitrary = FAMILIES[family]?.cases;
  if (arbitrary === undefined) throw new RangeError(`There is no family "${family}".`);
  const inputs: OracleInput[] = fc.sample(arbitrary, { seed: seedOf(family), numRuns: CONTRACTS });
  return inputs.map((input, n) => ({
    name: `${family} ${n + 1}`,
    input,
    answer: () => `${billText(input)}\n${laterText(input)}`,
    sparse: true,
  }));
}

/** The changed contract of a seed. The kernel is given checked facts only, so those that no file may hold are left out. */
export function changedCase(seed: number): GoldenCase {
  donors ??= donorsOf(corpus);
  const { facts, ...rest } = varied(corpus, donors, seed) as PreviewInput;
  const checked = {
    delivery: facts.delivery.filter((fact) => DeliveryFact.safeParse(fact).success),
    touches: facts.touches.filter((fact) => TouchFact.safeParse(fact).success),
    actions: facts.actions.filter((fact) => ActionFact.safeParse(fact).success),
  };
  const input: PreviewInput = { ...rest, facts: checked };
  return { name: `changed ${seed}`, input, answer: () => billText(input), sparse: true };
}

const inSteps = <T>(list: readonly T[], step: number): T[] => list.filter((_, n) => n % step === 0);

/** The cases by family, made when asked for; `seeds` are those of the changed contracts. */
export function families(seeds: readonly number[]): Map<string, () => GoldenCase[]> {
  const amended = tests.filter((input) => input.versions.length > 1);
  const counted = tests.filter((input) => input.facts.delivery.length > 0);
  return new Map<string, () => GoldenCase[]>([
    [
      'agreement',
      () => files.map(([name, input]) => ({ name: `agreement ${name}`, input, answer: () => billText(input) })),
    ],
    ['recorded', () => numbered('recorded', tests, billText)],
    ...Object.entries(rare).map(([name, inputs]): [string, () => GoldenCase[]] => [
      `rare ${name}`,
      () => numbered(`rare ${name}`, inputs, billText),
    ]),
    ...Object.keys(FAMILIES).map((name): [string, () => GoldenCase[]] => [name, () => generated(name)]),
    ['changed', () => seeds.map(changedCase)],
    ['impact', () => numbered('impact', [...amended, ...inSteps(tests, 9), ...inSteps(rareInputs, 11)], impactText)],
    ['test pack', () => numbered('test pack', inSteps(tests, 9), packText)],
    ['volume', () => numbered('volume', inSteps(counted, 5), volumeText)],
    ['point in time', () => numbered('point in time', amended, timesText)],
  ]);
}
