// What a contract is worth where that is no amount, in words, and what an amount stands for. Pure words.
import { minorDigits } from '@countersign/shared/money';
import type { Worth } from '@countersign/shared/protocol/api';
import { amountText, countOf } from '../../kit/amount.ts';

/** `16 rates, GBP`, `8% of sale`, `11 lines, as delivered`; '' for an ordered gross, which is shown as money. */
export function worthWords(worth: Worth): string {
  switch (worth.kind) {
    case 'ordered':
      return '';
    case 'delivered':
      return `${countOf(worth.lines, 'line')}, as delivered`;
    case 'rates':
      return [countOf(worth.count, 'rate'), ...currencyWords(worth.currencies)].join(', ');
    case 'percent':
      return `${amountText(worth.percent)}% of ${worth.of}`;
    case 'each':
      return `${worth.currency} ${amountText(worth.amount, { decimals: minorDigits(worth.currency) })} per ${worth.of}`;
    case 'payouts':
      return countOf(worth.count, 'payout');
  }
}

function currencyWords(currencies: readonly string[]): string[] {
  return currencies.length > 2
    ? [countOf(currencies.length, 'currency', 'currencies')]
    : [currencies.join(' and ')].filter(Boolean);
}

/** What the value is, for whoever rests on it. */
export function worthHint(worth: Worth): string {
  if (worth.kind === 'delivered') return 'It bills what is delivered: its preview says how much that is so far';
  if (worth.kind !== 'ordered') return '';
  const more =
    worth.delivered === 0
      ? ''
      : `. ${countOf(worth.delivered, 'more line bills', 'more lines bill')} what is delivered`;
  return `Gross of everything ordered${more}`;
}
