/**
 * Tiered prices. Owns: GRADUATED, VOLUME and their percentage twins as charges of a running quantity.
 * Must not: round. Bounds are (previous upTo, upTo]; rates are per `per` units (1,000 for CPM, 100 for percent).
 */
import { add, compare, type Fraction, isZero, min, multiply, subtract, ZERO } from '@countersign/shared/money';

/** A tier ready to compute: exact numbers, the lower bound written out. */
export interface ExactTier {
  /** Exclusive lower bound. */
  readonly above: Fraction;
  /** Inclusive upper bound; null: none. */
  readonly upTo: Fraction | null;
  /** Money per unit, already divided by 1,000 or 100 where the rate is so stated. */
  readonly unit: Fraction;
  readonly flat: Fraction;
}

/** What one tier adds: the units that fell into it, their money, and its flat when it was entered. */
export interface TierPart {
  readonly index: number;
  readonly units: Fraction;
  readonly unitPart: Fraction;
  readonly flatPart: Fraction;
}

export function partsTotal(parts: readonly TierPart[]): Fraction {
  return parts.reduce((total, part) => add(total, add(part.unitPart, part.flatPart)), ZERO);
}

/** A position of a tier counter. `null` is before anything was counted: the first tier's flat is still to come. */
export type Position = Fraction | null;

function below(position: Position, bound: Fraction): Fraction {
  return position === null ? min(ZERO, bound) : min(position, bound);
}

/**
 * GRADUATED charge of moving the counter from `from` to `to`: each slice at its own tier's rate, each flat where its
 * tier is entered, tier 1's with the first count even at zero units. Moving back takes the same amounts away. Below zero
 * the first tier's rate holds and no flat does.
 */
export function graduatedParts(tiers: readonly ExactTier[], from: Position, to: Fraction): TierPart[] {
  const parts: TierPart[] = [];
  tiers.forEach((tier, index) => {
    const floor = index === 0 ? null : tier.above;
    const clip = (position: Position): Fraction => {
      const upper = tier.upTo === null ? (position ?? ZERO) : below(position, tier.upTo);
      return floor !== null && compare(upper, floor) < 0 ? floor : upper;
    };
    const units = subtract(clip(to), clip(from));
    const flatPart = subtract(flatAt(tier, index, to), flatAt(tier, index, from));
    if (!isZero(units) || !isZero(flatPart) || index === 0)
      parts.push({ index, units, unitPart: multiply(units, tier.unit), flatPart });
  });
  return parts;
}

/** The flat of a graduated tier that a running quantity has been charged. */
function flatAt(tier: ExactTier, index: number, position: Position): Fraction {
  if (position === null) return ZERO;
  const entered = index === 0 ? position.n >= 0n : compare(position, tier.above) > 0;
  return entered ? tier.flat : ZERO;
}

/** Index of the tier that holds a quantity: the first whose upTo reaches it. */
export function tierIndexOf(tiers: readonly ExactTier[], quantity: Fraction): number {
  const found = tiers.findIndex((tier) => tier.upTo === null || compare(quantity, tier.upTo) <= 0);
  return found < 0 ? tiers.length - 1 : found;
}

/**
 * The flat of an all-units price that a counter at `position` has been charged where `total` chooses the tier: tier 1's
 * from the first count on, another's once it is entered, none of a total below zero.
 */
export function volumeFlat(tiers: readonly ExactTier[], position: Position, total: Fraction): Fraction {
  if (position === null || total.n < 0n) return ZERO;
  const index = tierIndexOf(tiers, total);
  const tier = tiers[index] as ExactTier;
  return index === 0 || compare(position, tier.above) > 0 ? tier.flat : ZERO;
}

/**
 * VOLUME charge of `units` while the counter goes from `from` to `to`: all of them at the tier that holds `total`. Its
 * flat is charged where the counter enters that tier. Below zero the first tier's rate holds without its flat.
 */
export function volumePart(
  tiers: readonly ExactTier[],
  units: Fraction,
  from: Position,
  to: Fraction,
  total: Fraction,
): TierPart {
  const index = tierIndexOf(tiers, total);
  const tier = tiers[index] as ExactTier;
  const flatPart = subtract(volumeFlat(tiers, to, total), volumeFlat(tiers, from, total));
  return { index, units, unitPart: multiply(units, tier.unit), flatPart };
}

/** Builds exact tiers from bounds, rates and flats; `per` divides the rates (1, 100 or 1,000). */
export function exactTiers(
  rows: readonly { upTo: Fraction | null; rate: Fraction; flat: Fraction }[],
  per: bigint,
): ExactTier[] {
  let above = ZERO;
  return rows.map((row) => {
    const tier: ExactTier = { above, upTo: row.upTo, unit: multiply(row.rate, { n: 1n, d: per }), flat: row.flat };
    above = row.upTo ?? above;
    return tier;
  });
}
