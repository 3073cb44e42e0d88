import type { ContractFigures, Worth } from '@countersign/shared/protocol/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { versionSummary } from '../testKit/versionSummary.ts';
import type { ContractRow } from './contractRows.ts';
import { firstNeeds } from './firstNeeds.ts';
import { openRows, totalsOf } from './totals.ts';
import { worthHint, worthWords } from './worthWords.ts';

const row = (
  worth: Worth | null,
  direction: ContractFigures['direction'] = 'RECEIVABLE',
  state = 'DRAFT',
): ContractRow => ({
  contract: { id: 'c-1', kind: 'CONTRACT', number: '1', title: 'One', counterparty: 'A', versions: [] },
  version: versionSummary(),
  state,
  figures: { versionId: 'v-1', worth, direction, starts: null, ends: null, lastDay: null, billing: null },
  next: { date: null, words: '', isPast: false },
});
const ordered = (amount: string, currency = 'USD', delivered = 0): Worth => ({
  kind: 'ordered',
  amount,
  currency,
  delivered,
});
const centsText = (cents: bigint) => {
  const digits = cents.toString().padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

describe('figures of the list', () => {
  it('[SCR-65] totals are exact, by currency, what we pay apart, whatever the order of the rows', () => {
    const amount = fc.record({
      cents: fc.bigInt({ min: 0n, max: 10n ** 15n }),
      currency: fc.constantFrom('EUR', 'USD'),
      direction: fc.constantFrom('PAYABLE' as const, 'RECEIVABLE' as const),
    });
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 40 }), (amounts) => {
        const rows = amounts.map(({ cents, currency, direction }) =>
          row(ordered(centsText(cents), currency), direction),
        );
        const totals = totalsOf(rows);
        for (const { amount: sum, currency, payable } of totals) {
          const held = amounts.filter((one) => one.currency === currency && (one.direction === 'PAYABLE') === payable);
          expect(sum).toBe(centsText(held.reduce((so, { cents }) => so + cents, 0n)));
        }
        expect(totals).toHaveLength(new Set(amounts.map(({ currency, direction }) => currency + direction)).size);
        expect(totalsOf(rows.toReversed())).toEqual(totals);
      }),
    );
  });

  it('[SCR-65] yen stay without decimals; words are not added; only drafts and reviews are being worked on', () => {
    const rates: Worth = { kind: 'rates', count: 3, currencies: ['USD'] };
    expect(totalsOf([row(ordered('7', 'JPY')), row(ordered('5', 'JPY')), row(rates), row(null)])).toEqual([
      { amount: '12', currency: 'JPY', payable: false },
    ]);
    const states = ['DRAFT', 'IN_REVIEW', 'APPROVED', 'ACTIVE'];
    const rows = states.map((state) => row(ordered('1.00'), 'RECEIVABLE', state));
    expect(openRows(rows).map(({ state }) => state)).toEqual(['DRAFT', 'IN_REVIEW']);
  });

  it('[SCR-60] what has no amount is said in words, and an amount says what it stands for', () => {
    expect(worthWords({ kind: 'rates', count: 16, currencies: ['GBP'] })).toBe('16 rates, GBP');
    expect(worthWords({ kind: 'rates', count: 1, currencies: [] })).toBe('1 rate');
    expect(worthWords({ kind: 'rates', count: 1253, currencies: ['EUR', 'USD'] })).toBe('1,253 rates, EUR and USD');
    expect(worthWords({ kind: 'rates', count: 9, currencies: ['CHF', 'EUR', 'USD'] })).toBe('9 rates, 3 currencies');
    expect(worthWords({ kind: 'percent', percent: '7', of: 'sale' })).toBe('7% of sale');
    expect(worthWords({ kind: 'each', amount: '12.5', currency: 'GBP', of: 'lead' })).toBe('GBP 12.50 per lead');
    expect(worthWords({ kind: 'payouts', count: 3 })).toBe('3 payouts');
    expect(worthWords({ kind: 'delivered', lines: 11 })).toBe('11 lines, as delivered');
    expect(worthHint(ordered('1.00'))).toBe('Gross of everything ordered');
    expect(worthHint(ordered('1.00', 'USD', 2))).toBe(
      'Gross of everything ordered. 2 more lines bill what is delivered',
    );
  });

  it('[SCR-63] of many things that wait the first stand above the list, and never all but one', () => {
    const shown = [0, 1, 8, 9, 40].map((count) => firstNeeds(Array.from({ length: count }, (_, i) => i)).length);
    expect(shown).toEqual([0, 1, 8, 7, 7]);
  });
});
