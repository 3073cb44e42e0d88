/**
 * Test-only. Looks for disagreements in one family and shrinks what it finds; says how much of a family bills at all and
 * how much of it reaches what the family is there for.
 * Must not: decide who is right.
 */
import fc from 'fast-check';
import { disagreement } from './compare.ts';
import { type CaseFamily, FAMILIES } from './families.ts';
import { asKnown } from './known.ts';
import { oracleBill } from './oracle.ts';
import { signOf } from './order.ts';
import { fixed } from './rounding.ts';
import type { OracleInput } from './world.ts';

export interface Outcome {
  readonly compared: number;
  /** Each: family, seed, the smallest contract and both bills. */
  readonly found: readonly string[];
}

function familyOf(name: string): CaseFamily {
  const family = FAMILIES[name];
  if (family === undefined) throw new RangeError(`There is no family "${name}".`);
  return family;
}

/** Days after the begin of a period as of which it is billed a second time, while its reports still come in. */
const KNOWN_AFTER = fc.integer({ min: 5, max: 70 });

/**
 * Compares so many contracts of a family, from a seed, each with all that is told and as known at an earlier time; stops at
 * the first disagreement, shrunk.
 */
export function search(name: string, contracts: number, seed: number): Outcome {
  const { cases } = familyOf(name);
  const property = fc.property(cases, KNOWN_AFTER, (input, days) => {
    const text = disagreement(input) ?? disagreement(asKnown(input, days));
    if (text !== null) throw new Error(text);
  });
  const result = fc.check(property, { seed, numRuns: contracts });
  if (!result.failed) return { compared: result.numRuns, found: [] };
  const smallest = JSON.stringify(result.counterexample);
  const cause = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
  return {
    compared: result.numRuns,
    found: [`${name}, seed ${seed}, after ${result.numRuns} contracts:\n${smallest}\n  ${cause}`],
  };
}

export interface Reach {
  readonly sampled: number;
  /** How many come to an amount other than 0. */
  readonly bill: number;
  /** How many come to another bill without the terms the family is there for. */
  readonly reach: number;
}

/** The amounts of a bill as text. */
function amountsOf(input: OracleInput): string {
  const { world, settled, payouts } = oracleBill(input);
  const { any } = world;
  const money = Object.values(settled.totals).map((amount) => fixed(amount, world.digits));
  const lines = settled.lines.map((line) => [line.lineId, ...Object.values(line.amounts).map((a) => `${a.n}/${a.d}`)]);
  const shares = (payouts?.shares ?? []).map((share) => [share.actionId, share.partnerId, String(share.payout.n)]);
  return JSON.stringify([money, lines, shares, any.invoiceCurrency ?? null]);
}

/** Whether any part of the bill is an amount; a discount that takes all of it leaves the gross. */
function bills(input: OracleInput): boolean {
  return Object.values(oracleBill(input).settled.totals).some((amount) => signOf(amount) !== 0);
}

/** How much of a family's first contracts bills, and reaches its terms. */
export function reachOf(name: string, sampled: number, seed: number): Reach {
  const { cases, without } = familyOf(name);
  const inputs = fc.sample(cases, { seed, numRuns: sampled });
  return {
    sampled,
    bill: inputs.filter(bills).length,
    reach: inputs.filter((input) => amountsOf(input) !== amountsOf(without(input))).length,
  };
}
