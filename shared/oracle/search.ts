/**
 * Test-only. Looks for disagreements in one family and shrinks what it finds.
 * Must not: decide who is right.
 */
import fc from 'fast-check';
import { disagreement } from './compare.ts';
import { FAMILIES } from './families.ts';

export interface Outcome {
  readonly compared: number;
  /** Each: family, seed, the smallest contract and both bills. */
  readonly found: readonly string[];
}

/** Compares so many contracts of a family, from a seed; stops at the first disagreement, shrunk. */
export function search(name: string, contracts: number, seed: number): Outcome {
  const family = FAMILIES[name];
  if (family === undefined) throw new RangeError(`There is no family "${name}".`);
  const property = fc.property(family.cases, (input) => {
    const text = disagreement(input);
    if (text !== null) throw new Error(text);
  });
  const result = fc.check(property, { seed, numRuns: contracts });
  if (!result.failed) return { compared: result.numRuns, found: [] };
  const smallest = JSON.stringify(result.counterexample?.[0]);
  const cause = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
  return {
    compared: result.numRuns,
    found: [`${name}, seed ${seed}, after ${result.numRuns} contracts:\n${smallest}\n  ${cause}`],
  };
}
