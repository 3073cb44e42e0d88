/** Prices by started blocks. Owns: their charge in a segment with its step. */
import type { Price, RateType } from '@countersign/shared/model';
import { add, decimalOf, type Fraction, subtract, ZERO } from '@countersign/shared/money';
import { groupedExact, rateText } from '../words.ts';
import { type PriceContext, type Priced, step } from './context.ts';
import { blocksGraduated, blocksVolume, type ExactBlockTier } from './packages.ts';
import type { Position } from './tiers.ts';

export function blockTiersOf(price: Extract<Price, { type: 'BLOCKS' }>): ExactBlockTier[] {
  return price.tiers.map((t) => ({
    size: decimalOf(t.size),
    maxBlocks: t.maxBlocks === null ? null : decimalOf(t.maxBlocks),
    amount: decimalOf(t.amount),
  }));
}

export function blocks(price: Extract<Price, { type: 'BLOCKS' }>, rateType: RateType, context: PriceContext): Priced {
  const count = context.count(rateType, price.metric, price);
  const tiers = blockTiersOf(price);
  const charge = (position: Position): Fraction => {
    if (position === null) return ZERO;
    if (price.mode === 'VOLUME') return blocksVolume(tiers, position, count.total).amount;
    return blocksGraduated(tiers, position).reduce((total, part) => add(total, part.amount), ZERO);
  };
  const carried = price.mode === 'VOLUME' ? count.carried : null;
  // Blocks billed in earlier periods at the tier reached then move to the tier reached now.
  const rerated =
    carried === null ? ZERO : subtract(charge(carried.total), blocksVolume(tiers, carried.total, carried.total).amount);
  const exact = add(subtract(charge(count.to), charge(count.from)), rerated);
  const text = (): string => `Started blocks of ${groupedExact(count.units)} units, ${rateText(price, rateType)}.`;
  return { exact, steps: () => [step('PRICE', 'Blocks', text(), exact, [], price.clauseId)] };
}
