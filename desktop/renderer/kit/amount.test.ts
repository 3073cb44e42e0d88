import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountText, countOf, TRUE_MINUS } from './amount.ts';
import { personColour, twoLetters } from './people.ts';

describe('amounts as people read them', () => {
  it('[UI-50] groups, pads, and uses the true minus; a change carries a plus', () => {
    expect(amountText('-1234567.5', { decimals: 2 })).toBe(`${TRUE_MINUS}1,234,567.50`);
    expect(amountText('9300', { signed: true })).toBe('+9,300');
    expect(amountText('0.00', { signed: true })).toBe('0.00');
    expect(amountText('-0')).toBe('0');
  });

  it('[UI-50] never changes a digit', () => {
    const plain = fc
      .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 24n }), fc.stringMatching(/^\d{0,12}$/))
      .map(([minus, whole, decimals]) => `${minus ? '-' : ''}${whole}${decimals === '' ? '' : `.${decimals}`}`);
    fc.assert(
      fc.property(plain, (text) => {
        const digits = (of: string) => of.replace(/[^\d.]/g, '');
        expect(digits(amountText(text))).toBe(digits(text));
      }),
    );
  });

  it('[UI-50] shows what is no decimal as it is', () => {
    expect(amountText('1.234,56')).toBe('1.234,56');
    expect(countOf(1, 'cell')).toBe('1 cell');
    expect(countOf(1200, 'change')).toBe('1,200 changes');
  });

  it('[UI-51] one person has one colour and two letters; those who meet in the demo differ', () => {
    const met = ['u-finance', 'u-ops', 'u-reviewer', 'u-controller'].map(personColour);
    expect(new Set(met).size).toBe(4);
    expect(twoLetters('Finance')).toBe('Fi');
    expect(twoLetters('Mary Ann Lee')).toBe('MA');
  });
});
