/** What does not add up in a result is named, each figure by its own sentence. */
import { describe, expect, it } from 'vitest';
import { leavesTotal, resultProblems, traceLeaves } from './invariants.ts';
import type { PreviewResult } from './result.ts';
import { bill, contract, cpm, delivered } from './testKit/contract.ts';
import type { TraceStep } from './trace.ts';

const sound = (): PreviewResult =>
  bill(
    contract({
      lines: [cpm('20', { id: 'a' }), cpm('10', { id: 'b' })],
      commitments: [
        { id: 'cap', scope: 'LINE', lineId: 'a', kind: 'CAP', amount: '150', basis: 'GROSS' },
        { id: 'min', scope: 'CONTRACT', kind: 'MINIMUM', amount: '300', basis: 'GROSS' },
      ],
      adjustments: [
        { kind: 'DISCOUNT', id: 'd', percent: '5' },
        { kind: 'COMMISSION', id: 'c', percent: '15' },
        { kind: 'TAX', id: 't', code: 'VAT', percent: '20' },
      ],
    }),
    {
      delivery: [delivered('10000', '2026-01-05', { lineId: 'a' }), delivered('5000', '2026-01-06', { lineId: 'b' })],
      posted: [{ period: '2026-01', lineKey: 'gross:a', amount: '25.00' }],
    },
  );
const copy = (result: PreviewResult): PreviewResult => JSON.parse(JSON.stringify(result)) as PreviewResult;
const step = (amount: string | undefined, children: readonly TraceStep[] = []): TraceStep => ({
  kind: 'NOTE',
  title: 'A step',
  text: 'A step.',
  ...(amount === undefined ? {} : { amount }),
  children,
});

/** One cent more at a place of the result, and what is said about it. */
function problemsWith(change: (result: PreviewResult) => PreviewResult): string[] {
  return resultProblems(change(copy(sound())));
}

describe('what must hold of every result', () => {
  it('[BILL-7] a sound bill has no problem', () => {
    expect(resultProblems(sound())).toEqual([]);
  });

  it('[BILL-7] the leaves of a trace are its deepest steps with an amount', () => {
    const tree = step('5', [step('2'), step(undefined, [step('3', [step(undefined)])]), step(undefined)]);
    expect(traceLeaves(tree).map((leaf) => leaf.amount)).toEqual(['2', '3']);
    expect(leavesTotal(tree)).toEqual({ n: 5n, d: 1n });
    expect(traceLeaves(step(undefined))).toEqual([]);
    expect(leavesTotal(step(undefined))).toEqual({ n: 0n, d: 1n });
  });

  it.each(['cap', 'minimum', 'discount', 'commission', 'tax', 'total'] as const)(
    '[BILL-7] a share of a line that is off is named: %s',
    (part) => {
      const problems = problemsWith((result) => ({
        ...result,
        lines: result.lines.map((l, n) => (n === 1 ? { ...l, shares: { ...l.shares, [part]: '999.01' } } : l)),
      }));
      expect(problems).toEqual(['The shares of line b do not sum to its total.']);
    },
  );

  it('[BILL-7] a trace that is off is named, of a line and of an adjustment', () => {
    const off = { ...step('0.01') };
    expect(problemsWith((r) => ({ ...r, lines: r.lines.map((l, n) => (n === 0 ? { ...l, trace: off } : l)) }))).toEqual(
      ['The trace of line a does not sum to its gross.'],
    );
    const [first] = sound().adjustments;
    expect(
      problemsWith((r) => ({ ...r, adjustments: r.adjustments.map((a, n) => (n === 0 ? { ...a, trace: off } : a)) })),
    ).toEqual([`The trace of ${first?.key} does not sum to its amount.`]);
  });

  it.each([
    ['gross', ['Lines do not sum to the gross.', 'Components do not sum to the net.']],
    ['cap', ['Components do not sum to the net.']],
    ['minimum', ['Components do not sum to the net.']],
    ['discount', ['Components do not sum to the net.']],
    ['commission', ['Components do not sum to the net.']],
    ['net', ['Net and tax do not sum to the total.', 'Components do not sum to the net.']],
    ['tax', ['Net and tax do not sum to the total.']],
    ['total', ['Lines and adjustments do not sum to the total.', 'Net and tax do not sum to the total.']],
  ] as const)('[BILL-7] a total that is off is named: %s', (part, expected) => {
    expect(problemsWith((r) => ({ ...r, totals: { ...r.totals, [part]: '0.77' } }))).toEqual(expected);
  });

  it('[BILL-12] a posting that is off is named', () => {
    const key = sound().posting.entries[1]?.lineKey;
    const withEntry = (change: object) => (r: PreviewResult) => ({
      ...r,
      posting: { ...r.posting, entries: r.posting.entries.map((e, n) => (n === 1 ? { ...e, ...change } : e)) },
    });
    const not = `Posting ${key} is not cumulative less posted.`;
    expect(problemsWith(withEntry({ delta: '0.77' }))).toEqual([
      'Posting entries do not sum to the amount to post.',
      not,
    ]);
    expect(problemsWith(withEntry({ posted: '0.77' }))).toEqual([not]);
    expect(problemsWith(withEntry({ cumulative: '0.77' }))).toEqual([not]);
    expect(problemsWith((r) => ({ ...r, posting: { ...r.posting, total: '0.77' } }))).toEqual([
      'Posting entries do not sum to the amount to post.',
    ]);
  });
});
