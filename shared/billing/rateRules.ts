/**
 * Rules that multiply a selected rate. Owns: which rules speak of a line, and the one rounding a rate may have.
 * Must not: select rates (rate.ts) or price units.
 */
import { allHold } from '@countersign/shared/attribution';
import { byText, type ContractVersion, type Line, type Price, type RateRule } from '@countersign/shared/model';
import { decimalOf, exactText, multiply, type RoundingMode, roundTo } from '@countersign/shared/money';

/** A rule that acted, with the price before and after it. */
export interface AppliedRule {
  readonly rule: RateRule;
  readonly before: Price;
  readonly after: Price;
}

function speaksOf(rule: RateRule, line: Line): boolean {
  if (rule.lineIds !== undefined && !rule.lineIds.includes(line.id)) return false;
  const dimensions = { ...line.dimensions, productKey: line.productKey ?? '', rateType: line.rateType };
  // Conditions read a line through its dimensions, as they read an action through its own.
  return allHold(rule.conditions, { dimensions });
}

/** Applies the rules of a version that speak of a line to its price, in their order. */
export function applyRateRules(
  version: ContractVersion,
  line: Line,
  price: Price,
): { price: Price; applied: AppliedRule[] } {
  const applied: AppliedRule[] = [];
  let current = price;
  const rules = (version.rateRules ?? [])
    .filter((rule) => speaksOf(rule, line))
    .sort((a, b) => (a.order ?? 0) - (b.order ?? 0) || byText(a.id, b.id));
  for (const rule of rules) {
    const after = scaled(current, rule, version.roundingMode ?? 'HALF_UP');
    applied.push({ rule, before: current, after });
    current = after;
  }
  return { price: current, applied };
}

function scaled(price: Price, rule: RateRule, mode: RoundingMode): Price {
  const rate = (text: string): string => {
    const exact = multiply(decimalOf(text), decimalOf(rule.factor));
    const { rounding } = rule;
    return exactText(rounding === undefined ? exact : roundTo(exact, rounding.decimals, rounding.mode ?? mode));
  };
  switch (price.type) {
    case 'UNIT':
      return { ...price, rate: rate(price.rate) };
    case 'GRADUATED':
    case 'VOLUME':
      return {
        ...price,
        tiers: price.tiers.map((t) => ({ ...t, ...(t.rate === undefined ? {} : { rate: rate(t.rate) }) })),
      };
    case 'PERCENT_TIERS':
      return {
        ...price,
        tiers: price.tiers.map((t) => ({ ...t, ...(t.percent === undefined ? {} : { percent: rate(t.percent) }) })),
      };
    case 'PACKAGE':
    case 'FLAT':
      return { ...price, amount: rate(price.amount) };
    case 'BLOCKS':
      return { ...price, tiers: price.tiers.map((t) => ({ ...t, amount: rate(t.amount) })) };
    case 'PERCENT':
      return { ...price, percent: rate(price.percent) };
    case 'COMBINE':
      return { ...price, of: price.of.map((part) => scaled(part, rule, mode)) };
  }
}
