/**
 * Prices a counted quantity. Owns: which charge each kind of price makes, exact, with the steps that made it.
 * Must not: round, choose the rate or know lines.
 */

import type { Price } from '@countersign/shared/model';
import { add, decimalOf, type Fraction, fromInteger, multiply, ZERO } from '@countersign/shared/money';
import { grouped, groupedExact, plural, rateText, unitsPerRate } from '../words.ts';
import { blocks } from './blocks.ts';
import { combine } from './combine.ts';
import { type PriceContext, type Priced, step } from './context.ts';
import { packagesStarted } from './packages.ts';
import { type ExactPercent, percentOfTotal, percentPerEvent } from './percent.ts';
import { tiered } from './tiered.ts';

export { blockTiersOf } from './blocks.ts';
export type { Count, PriceContext, Priced } from './context.ts';
export { tiersOf } from './tiered.ts';

export function percentRule(price: Extract<Price, { type: 'PERCENT' }>): ExactPercent {
  return {
    percent: decimalOf(price.percent),
    fixed: decimalOf(price.fixed ?? '0'),
    minPer: price.minPer === undefined ? null : decimalOf(price.minPer),
    maxPer: price.maxPer === undefined ? null : decimalOf(price.maxPer),
    freeAmount: decimalOf(price.freeAmount ?? '0'),
    freeEvents: decimalOf(price.freeEvents ?? '0').n,
  };
}

/** The exact charge of a price for a segment, with its steps. */
export function priceExact(price: Price, context: PriceContext): Priced {
  const rateType = price.rateType ?? context.rateType;
  switch (price.type) {
    case 'UNIT': {
      if (rateType === 'FLAT') return flat(decimalOf(price.rate), 'DAYS', context, price.clauseId);
      const { units } = context.count(rateType, price.metric, price);
      const exact = multiply(units, multiply(decimalOf(price.rate), { n: 1n, d: unitsPerRate(rateType) }));
      const text = (): string => `${plural(rateType, units)} at ${rateText(price, rateType)}.`;
      return { exact, steps: () => [step('PRICE', 'Price', text(), exact, [], price.clauseId)] };
    }
    case 'GRADUATED':
    case 'VOLUME':
    case 'PERCENT_TIERS':
      return tiered(price, rateType, context);
    case 'PACKAGE': {
      const { from, to } = context.count(rateType, price.metric, price);
      const size = decimalOf(price.size);
      const free = decimalOf(price.freeUnits ?? '0');
      const packages = packagesStarted(to, size, free) - (from === null ? 0n : packagesStarted(from, size, free));
      const exact = multiply(fromInteger(packages), decimalOf(price.amount));
      const text = `${packages} started packages of ${grouped(price.size)} at ${grouped(price.amount)}.`;
      return { exact, steps: () => [step('PRICE', 'Packages', text, exact, [], price.clauseId)] };
    }
    case 'BLOCKS':
      return blocks(price, rateType, context);
    case 'PERCENT': {
      const count = context.count(rateType, price.metric, price);
      const rule = percentRule(price);
      const free = price.freeAmount === undefined ? '' : `, the first ${grouped(price.freeAmount)} free`;
      // Single events are priced one by one: a fixed amount is earned also where the order is 0.
      const exact =
        count.values === null
          ? percentOfTotal(rule, count.from ?? ZERO, count.to, count.events)
          : percentPerEvent(rule, count.values).reduce(add, ZERO);
      return {
        exact,
        steps: () => [
          step(
            'PRICE',
            'Percentage',
            `${rateText(price, rateType)} of ${groupedExact(count.units)}${free}.`,
            exact,
            [],
            price.clauseId,
          ),
        ],
      };
    }
    case 'FLAT':
      return flat(decimalOf(price.amount), price.proration ?? 'DAYS', context, price.clauseId);
    case 'COMBINE':
      return combine(price, context, priceExact);
  }
}

function flat(
  amount: Fraction,
  proration: 'NONE' | 'DAYS',
  context: PriceContext,
  clauseId: string | undefined,
): Priced {
  const { served, of, opens } = context.days;
  if (proration === 'NONE') {
    const exact = opens && served > 0n ? amount : ZERO;
    const text = opens ? `${groupedExact(amount)} for the period.` : 'Charged with the first segment of the period.';
    return { exact, steps: () => [step('PRICE', 'Flat amount', text, exact, [], clauseId)] };
  }
  const exact = of === 0n ? ZERO : multiply(amount, { n: served, d: of });
  const text =
    served === of
      ? `${groupedExact(amount)} for the whole period.`
      : `${groupedExact(amount)} × ${served}/${of} days of the period.`;
  return { exact, steps: () => [step('PRORATION', 'Flat amount', text, exact, [], clauseId)] };
}
