/** Laws of payouts, over generated actions. */
import type { ActionFact, Price } from '@countersign/shared/model';
import { compare, decimalOf, sum } from '@countersign/shared/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resultProblems } from './invariants.ts';
import { bill, contract, runs } from './testKit/contract.ts';
import { percent, tiers } from './testKit/generators.ts';

describe('laws of payouts', () => {
  const action = fc.record({
    order: fc.integer({ min: 0, max: 100_000 }),
    day: fc.integer({ min: 1, max: 28 }),
    reversed: fc.boolean(),
    partner: fc.constantFrom('p', 'q'),
  });
  const actions = fc.array(action, { maxLength: 20 }).map((list) =>
    list.map(
      ({ order, day, reversed, partner }, i): ActionFact => ({
        id: `a${i}`,
        partnerId: partner,
        occurredAt: `2026-01-${String(day).padStart(2, '0')}T12:00:00Z`,
        amounts: { order: `${Math.floor(order / 100)}.${String(order % 100).padStart(2, '0')}` },
        ...(reversed ? { statusEvents: [{ status: 'REVERSED' as const, at: '2026-04-02T12:00:00Z' }] } : {}),
      }),
    ),
  );
  const rule = fc.oneof(
    percent.map((p): Price => ({ type: 'PERCENT', percent: p })),
    tiers.map(
      (t): Price => ({
        type: 'VOLUME',
        tiers: t.map((tier, i, all) => ({
          ...tier,
          flat: '0',
          upTo: i === all.length - 1 ? null : String((i + 1) * 3),
        })),
      }),
    ),
  );

  it('[ATTR-9] a reversal after lock books exactly what the same reversal before lock would have left out', () => {
    fc.assert(
      fc.property(rule, actions, (payout, list) => {
        const locking = contract({
          direction: 'PAYABLE',
          payoutRules: [{ id: 'r', payout }],
          locks: [{ months: 0, days: 5 }],
        });
        const open = contract({ direction: 'PAYABLE', payoutRules: [{ id: 'r', payout }] });
        const [january, april] = ['2026-01', '2026-04'].map((period) => bill(locking, { actions: list, period }));
        for (const result of [january, april]) expect(result === undefined ? [] : resultProblems(result)).toEqual([]);
        const both = sum([january, april].map((r) => decimalOf(r?.totals.total ?? '0')));
        expect(compare(both, decimalOf(bill(open, { actions: list }).totals.total))).toBe(0);
      }),
      { numRuns: runs(60) },
    );
  });

  it('[ATTR-5] the shares of actions sum to the gross of their rules', () => {
    fc.assert(
      fc.property(rule, actions, (payout, list) => {
        const result = bill(contract({ direction: 'PAYABLE', payoutRules: [{ id: 'r', payout }] }), { actions: list });
        expect(
          compare(sum((result.actions ?? []).map((a) => decimalOf(a.payout))), decimalOf(result.totals.gross)),
        ).toBe(0);
      }),
      { numRuns: runs(60) },
    );
  });
});
