// What a failing test pack means for a version. Owns the words of the check and of the refusal; the cases are billed by the kernel.
import type { ReviewCheck } from '@countersign/shared/protocol/api';

/** One case as it came out. */
export interface CaseOutcome {
  readonly title: string;
  readonly passed: boolean;
  readonly differences: readonly { readonly total: string; readonly expected: string; readonly actual: string }[];
  readonly problem: string | null;
}

/** The first case that fails with every total that differs; null when all pass. */
export function testPackProblem(outcomes: readonly CaseOutcome[]): string | null {
  const failed = outcomes.filter(({ passed }) => !passed);
  const [first] = failed;
  if (first === undefined) return null;
  const differs = first.differences.map(
    ({ total, expected, actual }) => `${total} is ${actual} and the case expects ${expected}`,
  );
  const more = failed.length === 1 ? '' : ` ${failed.length - 1} more of ${outcomes.length} cases fail.`;
  return `Test case "${first.title}" fails: ${first.problem ?? `${differs.join('; ')}.`}${more}`;
}

/** [TEST-2] The check a reviewer sees; none for a version without cases. */
export function testPackCheck(outcomes: readonly CaseOutcome[]): ReviewCheck[] {
  if (outcomes.length === 0) return [];
  const problem = testPackProblem(outcomes);
  const count = outcomes.length === 1 ? 'The test case passes' : `All ${outcomes.length} test cases pass`;
  return [
    {
      id: 'testPack',
      label: 'Test pack passes',
      ok: problem === null,
      detail: problem ?? `${count}.`,
    },
  ];
}
