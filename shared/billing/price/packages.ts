/**
 * Prices of started packages and blocks. Owns: PACKAGE and BLOCKS as charges of a running quantity.
 * Must not: round money; packages are counted on the running total, so that splitting a count buys nothing twice.
 */
import {
  add,
  ceilInteger,
  compare,
  divide,
  type Fraction,
  fromInteger,
  max,
  min,
  multiply,
  negate,
  subtract,
  ZERO,
} from '@countersign/shared/money';

/** Packages started by a quantity after free units. A negative quantity gives back the packages it had started. */
export function packagesStarted(quantity: Fraction, size: Fraction, freeUnits: Fraction): bigint {
  if (quantity.n < 0n) return -ceilInteger(divide(negate(quantity), size));
  return ceilInteger(divide(max(subtract(quantity, freeUnits), ZERO), size));
}

export interface ExactBlockTier {
  readonly size: Fraction;
  readonly maxBlocks: Fraction | null;
  readonly amount: Fraction;
}

export interface BlockPart {
  readonly index: number;
  readonly blocks: bigint;
  readonly amount: Fraction;
}

function blockPart(index: number, tier: ExactBlockTier, units: Fraction): BlockPart {
  const blocks = ceilInteger(divide(units, tier.size));
  return { index, blocks, amount: multiply(fromInteger(blocks), tier.amount) };
}

/**
 * BLOCKS, GRADUATED: each tier charges the blocks that its own slice of the quantity started. Units above the capacity of
 * all tiers lie in none; a contract must therefore leave its last tier open.
 */
export function blocksGraduated(tiers: readonly ExactBlockTier[], quantity: Fraction): BlockPart[] {
  const first = tiers[0];
  // Below zero the first tier holds without end (settled 25).
  if (quantity.n < 0n && first !== undefined) {
    const part = blockPart(0, first, negate(quantity));
    return [{ index: 0, blocks: -part.blocks, amount: negate(part.amount) }];
  }
  const parts: BlockPart[] = [];
  let left = quantity;
  for (const [index, tier] of tiers.entries()) {
    if (left.n <= 0n) break;
    const capacity = tier.maxBlocks === null ? left : multiply(tier.size, tier.maxBlocks);
    const slice = min(left, capacity);
    parts.push(blockPart(index, tier, slice));
    left = subtract(left, slice);
  }
  return parts;
}

/** BLOCKS, VOLUME: the tier whose running capacity holds the total (the last beyond) prices all of it. */
export function blocksVolume(
  tiers: readonly ExactBlockTier[],
  quantity: Fraction,
  total: Fraction = quantity,
): BlockPart {
  let capacity = ZERO;
  let chosen = tiers.length - 1;
  for (const [index, tier] of tiers.entries()) {
    if (tier.maxBlocks === null) {
      chosen = index;
      break;
    }
    capacity = add(capacity, multiply(tier.size, tier.maxBlocks));
    if (compare(total, capacity) <= 0) {
      chosen = index;
      break;
    }
  }
  const tier = tiers[chosen] as ExactBlockTier;
  if (quantity.n >= 0n) return blockPart(chosen, tier, quantity);
  const part = blockPart(chosen, tier, negate(quantity));
  return { index: chosen, blocks: -part.blocks, amount: negate(part.amount) };
}
