// How decimal text is shown to people. Owns grouping, the true minus and signs on text; must not compute and never makes a number.

/** The minus sign of mathematics (U+2212), as wide as a figure. */
export const TRUE_MINUS = '\u2212';

export interface AmountStyle {
  /** Pads with zeros to at least this many decimals; never cuts. */
  readonly decimals?: number;
  /** A plus on positive amounts: used for changes. */
  readonly signed?: boolean;
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/** `-1234.5` → `−1,234.5`. Text that is no plain decimal is returned as it is, so that nothing typed is ever hidden. */
export function amountText(text: string, style: AmountStyle = {}): string {
  const match = DECIMAL.exec(text);
  if (match === null) return text;
  const [, minus = '', whole = '0', decimals = ''] = match;
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const shown = decimals.padEnd(style.decimals ?? 0, '0');
  const isZero = /^0+$/.test(whole) && /^0*$/.test(decimals);
  const sign = minus !== '' && !isZero ? TRUE_MINUS : style.signed === true && !isZero ? '+' : '';
  return `${sign}${grouped}${shown === '' ? '' : `.${shown}`}`;
}

/** Whole numbers with grouping: counts of rows and entries, which are not money. */
export function countText(count: number): string {
  return amountText(String(count));
}

/** `1 cell`, `2 cells`. */
export function countOf(count: number, one: string, many: string = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}
