// Money on screen: currency, grouping, true minus, tabular figures. Takes decimal text only, never a JavaScript number.
import { type AmountStyle, amountText } from './amount.ts';

export interface MoneyTextProps extends AmountStyle {
  /** Decimal text, for example `-1234.50`. */
  readonly amount: string;
  /** ISO 4217; left out where the column's header says it. */
  readonly currency?: string;
  readonly strong?: boolean;
}

/** `USD 93,160.00`. */
export function MoneyText({ amount, currency, strong = false, decimals, signed }: MoneyTextProps) {
  const style = { ...(decimals === undefined ? {} : { decimals }), ...(signed === undefined ? {} : { signed }) };
  return (
    <span className={`num nowrap${strong ? ' strong' : ''}`}>
      {currency === undefined ? '' : `${currency} `}
      {amountText(amount, style)}
    </span>
  );
}
