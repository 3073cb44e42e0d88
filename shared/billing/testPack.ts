/**
 * The contract's own test pack. Owns: running the cases a version carries and saying what differs.
 * Must not: decide what follows; who exports asks whether all passed.
 */
import type { ContractVersion, TestCase } from '@countersign/shared/model';
import { compare, DomainError, decimalOf } from '@countersign/shared/money';
import { preview } from './preview.ts';
import type { Totals } from './result.ts';

/** One total that is not as the case expects. */
export interface TestDifference {
  readonly total: keyof Totals;
  readonly expected: string;
  readonly actual: string;
}

export interface TestOutcome {
  readonly id: string;
  readonly title: string;
  readonly passed: boolean;
  readonly differences: readonly TestDifference[];
  /** Why the case could not be billed, in words; null when it was. */
  readonly problem: string | null;
}

const PARTS: readonly (keyof Totals)[] = ['gross', 'cap', 'minimum', 'discount', 'commission', 'net', 'tax', 'total'];

/**
 * Bills every test case of a version through `preview` and compares the totals it expects, by value. `before` are the
 * versions it follows, for cases of an amendment. A case that expects nothing fails: it would prove nothing.
 */
export function runTestPack(version: ContractVersion, before: readonly ContractVersion[] = []): TestOutcome[] {
  return (version.testCases ?? []).map((testCase) => runCase([...before, version], testCase));
}

function runCase(versions: readonly ContractVersion[], testCase: TestCase): TestOutcome {
  const { id, facts, period, asOf, expect } = testCase;
  const outcome = { id, title: testCase.title ?? id };
  const expected = PARTS.filter((part) => expect[part] !== undefined);
  if (expected.length === 0)
    return { ...outcome, passed: false, differences: [], problem: 'The case expects no total. State at least one.' };
  try {
    const { totals } = preview({
      versions,
      facts: { delivery: facts.delivery ?? [], touches: facts.touches ?? [], actions: facts.actions ?? [] },
      period,
      asOf,
    });
    const differences = expected
      .map((total) => ({ total, expected: expect[total] as string, actual: totals[total] }))
      .filter((d) => compare(decimalOf(d.expected), decimalOf(d.actual)) !== 0);
    return { ...outcome, passed: differences.length === 0, differences, problem: null };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { ...outcome, passed: false, differences: [], problem: error.message };
  }
}
