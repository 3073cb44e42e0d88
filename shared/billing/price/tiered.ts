/** Tiered prices: graduated, all units, and their percentages. Owns: their charge in a segment with its steps. */
import type { Price, RateType } from '@countersign/shared/model';
import {
  add,
  compare,
  decimalOf,
  exactText,
  type Fraction,
  isZero,
  max,
  multiply,
  subtract,
  ZERO,
} from '@countersign/shared/money';
import type { TierStep, TraceStep } from '../trace.ts';
import { grouped, groupedExact, perUnit, unitsPerRate } from '../words.ts';
import { type Count, type PriceContext, type Priced, step } from './context.ts';
import {
  type ExactTier,
  exactTiers,
  graduatedParts,
  partsTotal,
  type TierPart,
  tierIndexOf,
  volumeFlat,
  volumePart,
} from './tiers.ts';

/** Prices with a table of tiers. */
export type TieredPrice = Extract<Price, { type: 'GRADUATED' | 'VOLUME' | 'PERCENT_TIERS' }>;

/** A price's tiers as exact numbers. Rates are per 1,000 for CPM, per 100 for percentages. */
export function tiersOf(price: TieredPrice, rateType: RateType): ExactTier[] {
  const rows = price.tiers.map((t) => ({
    upTo: t.upTo === null ? null : decimalOf(t.upTo),
    rate: decimalOf(('percent' in t ? t.percent : 'rate' in t ? t.rate : undefined) ?? '0'),
    flat: decimalOf(t.flat ?? '0'),
  }));
  return exactTiers(rows, price.type === 'PERCENT_TIERS' ? 100n : unitsPerRate(rateType));
}

function rateAt(price: TieredPrice, index: number): string {
  const row = price.tiers[index];
  if (row === undefined) return '0';
  return ('percent' in row ? row.percent : 'rate' in row ? row.rate : undefined) ?? '0';
}

function tierStep(tier: ExactTier, part: TierPart, rate: string, flatText: string): TierStep {
  return {
    above: exactText(tier.above),
    upTo: tier.upTo === null ? null : exactText(tier.upTo),
    quantity: exactText(part.units),
    rate,
    flat: isZero(part.flatPart) ? '0' : flatText,
    exact: exactText(add(part.unitPart, part.flatPart)),
  };
}

function boundText(tier: ExactTier): string {
  if (tier.upTo === null) return tier.above.n === 0n ? 'all units' : `above ${groupedExact(tier.above)}`;
  return `${groupedExact(tier.above)} to ${groupedExact(tier.upTo)}`;
}

/** What units of earlier billing periods gain or lose as the counter moves to another tier. */
function reratedOf(
  tiers: readonly ExactTier[],
  carried: NonNullable<Count['carried']>,
  chosen: Fraction,
  assumed: Fraction | null,
): { now: ExactTier; amount: Fraction } {
  const now = tiers[tierIndexOf(tiers, chosen)] as ExactTier;
  const before = assumed === null ? carried.total : max(carried.total, assumed);
  const then = tiers[tierIndexOf(tiers, before)] as ExactTier;
  // The flat of the tier left is given back with its rate: one flat stands, that of the tier reached.
  const flats = subtract(volumeFlat(tiers, carried.total, chosen), volumeFlat(tiers, carried.total, before));
  return { now, amount: add(multiply(carried.units, subtract(now.unit, then.unit)), flats) };
}

function partSteps(
  price: TieredPrice,
  rateType: RateType,
  tiers: readonly ExactTier[],
  parts: readonly TierPart[],
): TraceStep[] {
  const suffix =
    price.type === 'PERCENT_TIERS' || rateType === 'CPS'
      ? '%'
      : rateType === 'CPM' || rateType === 'VCPM'
        ? ' per 1,000'
        : '';
  return parts.map((part) => {
    const tier = tiers[part.index] as ExactTier;
    const rate = rateAt(price, part.index);
    const fee = isZero(part.flatPart) ? '' : `, plus ${groupedExact(part.flatPart)} for entering the tier`;
    const text = `${groupedExact(part.units)} at ${grouped(rate)}${suffix}${fee}.`;
    const exact = add(part.unitPart, part.flatPart);
    return {
      ...step('TIER', `Tier ${part.index + 1}, ${boundText(tier)}`, text, exact, [], price.clauseId),
      tiers: [tierStep(tier, part, rate, price.tiers[part.index]?.flat ?? '0')],
    };
  });
}

/** A price in tiers over the units of one segment: of each tier its own units, or all units at the tier reached. */
export function tiered(price: TieredPrice, rateType: RateType, context: PriceContext): Priced {
  const count = context.count(rateType, price.metric, price);
  const tiers = tiersOf(price, rateType);
  const allUnits = price.type === 'VOLUME' || (price.type === 'PERCENT_TIERS' && price.mode === 'VOLUME');
  // Short rate: while the counter is open the assumed total chooses the tier; the close re-prices what was billed so.
  const stated = price.type === 'VOLUME' ? price.assumedTotal : undefined;
  const assumed = stated === undefined ? null : decimalOf(stated);
  const chosen = assumed !== null && count.closes === false ? max(count.total, assumed) : count.total;
  const parts = allUnits
    ? [volumePart(tiers, count.units, count.from, count.to, chosen)]
    : graduatedParts(tiers, count.from, count.to);
  const { carried } = count;
  const rerated = allUnits && carried !== null ? reratedOf(tiers, carried, chosen, assumed) : null;
  const moved = (): TraceStep[] => {
    if (rerated === null || carried === null || isZero(rerated.amount)) return [];
    const short = assumed !== null && compare(assumed, count.total) > 0;
    const title = short ? 'Short rate' : 'Earlier units at the tier now reached';
    const text = `${groupedExact(carried.units)} units billed before move to the tier ${boundText(rerated.now)}.`;
    return [{ ...step('TIER', title, text, rerated.amount, [], price.clauseId), tiers: [] }];
  };
  const lastIndex = tierIndexOf(tiers, allUnits ? chosen : count.to);
  const last = tiers[lastIndex] as ExactTier;
  const lastRate = rateAt(price, lastIndex);
  return {
    exact: add(partsTotal(parts), rerated === null ? ZERO : rerated.amount),
    steps: () => [...partSteps(price, rateType, tiers, parts), ...moved()],
    rate: price.type === 'PERCENT_TIERS' ? `${grouped(lastRate)}%` : perUnit(rateType, lastRate),
    tier: { above: exactText(last.above), upTo: last.upTo === null ? null : exactText(last.upTo) },
  };
}
