/** Tier-cliff warnings: all-units prices whose total falls as volume rises. Must not: change an amount. */

import type { Line, Price, RateType } from '@countersign/shared/model';
import {
  add,
  compare,
  type Fraction,
  minorDigits,
  multiply,
  ONE,
  type RoundingMode,
  roundedText,
} from '@countersign/shared/money';
import { labelOf } from './lineTrace.ts';
import { tiersOf } from './price/price.ts';
import { type ExactTier, tierIndexOf, volumePart } from './price/tiers.ts';
import type { Warning } from './result.ts';
import { grouped, groupedExact } from './words.ts';

/** Says where the bill just fell at a bound, or would fall at the next one. */
export function cliffWarnings(
  price: Price,
  rateType: RateType,
  total: Fraction,
  line: Line,
  currency: string,
  mode: RoundingMode,
): Warning[] {
  if (price.type !== 'VOLUME') return [];
  const type = price.rateType ?? rateType;
  const lineId = line.id;
  const name = labelOf(line);
  const tiers = tiersOf(price, type);
  const cost = (units: Fraction): Fraction => {
    const part = volumePart(tiers, units, null, units, units);
    return add(part.unitPart, part.flatPart);
  };
  const money = (value: Fraction): string => `${grouped(roundedText(value, minorDigits(currency), mode))} ${currency}`;
  const out: Warning[] = [];
  const index = tierIndexOf(tiers, total);
  const here = tiers[index] as ExactTier;
  if (index > 0 && compare(cost(total), cost(here.above)) < 0) {
    out.push({
      code: 'TIER_CLIFF',
      lineId,
      text: `${name}: ${groupedExact(total)} units cost ${money(cost(total))}, less than ${groupedExact(here.above)} units would: ${money(cost(here.above))}.`,
    });
  }
  const next = tiers[index + 1];
  if (next !== undefined && total.n > 0n) {
    const entry = add(next.above, ONE);
    if (compare(cost(entry), cost(total)) < 0)
      out.push({
        code: 'TIER_CLIFF',
        lineId,
        text: `${name}: the bill falls from ${money(cost(total))} to ${money(cost(entry))} once ${groupedExact(next.above)} units are passed.`,
      });
  }
  return out;
}

/** Whether an all-units table can charge less for more at one of its bounds. */
export function hasCliff(price: Price, rateType: RateType): boolean {
  if (price.type !== 'VOLUME') return false;
  const tiers = tiersOf(price, price.rateType ?? rateType);
  return tiers.slice(1).some((next, i) => {
    const at = ({ unit, flat }: ExactTier): Fraction => add(multiply(next.above, unit), flat);
    return compare(at(next), at(tiers[i] as ExactTier)) < 0;
  });
}
