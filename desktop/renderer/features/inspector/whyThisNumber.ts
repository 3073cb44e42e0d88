// Why a line's number is what it is: quantity × rate, the commission, what it adds to net. Exact, through shared/money; what needs
// facts or other lines is the preview's.
import {
  decimalOf,
  decimalProblem,
  exactText,
  isCurrency,
  isZero,
  type Money,
  minorDigits,
  negate,
  percentOf,
  roundedText,
  subtract,
  sum,
} from '@countersign/shared/money';
import { lineTotal } from '../../grid/lineTotal.ts';
import type { DraftSession } from '../../sync/draftSession.ts';

export interface Reckoning {
  /** `1 spot × 4,000.00` as parts; amounts are decimal text. */
  readonly quantity: string;
  readonly rate: string;
  readonly gross: Money;
  readonly commissions: readonly { readonly label: string; readonly percent: string; readonly amount: string }[];
  readonly net: Money;
  /** Clause key that the line names; null when it names none. */
  readonly clause: string | null;
}

type Source = Pick<DraftSession, 'rowIds' | 'value'>;

/** null where the price is not a plain quantity × rate. Discounts come before commission, so with one of them net is the preview's. */
export function reckonLine(source: Source, rowId: string, currency: string): Reckoning | null {
  const value = (field: string) => source.value('lines', rowId, field);
  const quantity = value('quantity');
  const rate = value('rate');
  const figures = {
    status: value('status'),
    quantity,
    rateType: value('rateType'),
    rate,
    priceModel: value('priceModel'),
  };
  const gross = lineTotal(figures, currency);
  if (gross === null || quantity === null || rate === null || !isCurrency(currency)) return null;
  const adjustments = source.rowIds('adjustments');
  const kinds = adjustments.map((id) => source.value('adjustments', id, 'kind'));
  if (kinds.includes('DISCOUNT')) return null;
  const exact = decimalOf(gross.amount);
  const digits = minorDigits(currency);
  const commissions = adjustments.flatMap((id) => {
    const percent = source.value('adjustments', id, 'percent');
    if (source.value('adjustments', id, 'kind') !== 'COMMISSION' || percent === null) return [];
    if (decimalProblem(percent) !== null) return [];
    const amount = roundedText(negate(percentOf(exact, decimalOf(percent))), digits, 'HALF_UP');
    const label = source.value('adjustments', id, 'label') ?? 'Commission';
    return [{ label, percent: exactText(decimalOf(percent)), amount }];
  });
  const taken = sum(commissions.map((commission) => negate(decimalOf(commission.amount))));
  const net = roundedText(subtract(exact, taken), digits, 'HALF_UP');
  return {
    quantity,
    rate,
    gross,
    commissions: isZero(taken) ? [] : commissions,
    net: { amount: net, currency },
    clause: value('clause'),
  };
}
