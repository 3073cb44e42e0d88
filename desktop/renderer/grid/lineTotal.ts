// The computed Total of a line: quantity × rate for spots and units, rounded once. What other prices come to needs the kernel
// and the facts, so their Total stays empty here and the preview tells it (DOMAIN §3).
import {
  decimalOf,
  decimalProblem,
  isCurrency,
  type Money,
  multiply,
  QUANTITY_LIMITS,
  toMoney,
} from '@countersign/shared/money';

/** The fields of a line that its total needs; canonical text or null. */
export interface LineFigures {
  readonly status: string | null;
  readonly quantity: string | null;
  readonly rateType: string | null;
  readonly rate: string | null;
  readonly priceModel: string | null;
}

/** Columns whose change changes the total. */
export const TOTAL_FIELDS = ['status', 'quantity', 'rateType', 'rate', 'priceModel'] as const;
/** Column id of the computed total; no such field is stored. */
export const TOTAL_COLUMN = '$total';

/** The total in the contract's currency; null when this line's price is not a plain quantity × rate, or a figure is missing. */
export function lineTotal(line: LineFigures, currency: string): Money | null {
  if (!isCurrency(currency) || line.rateType !== 'SPOT') return null;
  if (line.priceModel !== null && line.priceModel !== 'UNIT') return null;
  // Superseded and pre-empted lines carry no money.
  if (line.status === 'REVISED' || line.status === 'PRE_EMPTED') return null;
  if (line.quantity === null || line.rate === null) return null;
  if (decimalProblem(line.quantity, QUANTITY_LIMITS) !== null || decimalProblem(line.rate) !== null) return null;
  return toMoney(multiply(decimalOf(line.quantity), decimalOf(line.rate)), currency);
}
