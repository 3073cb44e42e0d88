import { decimalOf, exactText } from '@countersign/shared/money';
import { describe, expect, it } from 'vitest';
import { consumeCredits, spendOverage } from './credits.ts';

const left = (lines: readonly string[], credits: readonly string[]) =>
  consumeCredits(lines.map(decimalOf), credits.map(decimalOf)).map(exactText);

describe('credits', () => {
  it('[BILL-11] are used up in order, and a line that is itself a credit takes none', () => {
    expect(left(['10', '20', '5'], ['12', '20'])).toEqual(['0', '0', '3']);
    expect(left(['-5', '10'], ['8'])).toEqual(['-5', '2']);
  });

  it('[BILL-11] a spend limit takes nothing off a correction', () => {
    const over = (already: string, line: string) =>
      exactText(spendOverage(decimalOf(already), decimalOf(line), decimalOf('100')));
    expect([over('90', '15'), over('90', '10'), over('120', '15'), over('105', '-5')]).toEqual(['5', '0', '15', '0']);
  });
});
