/**
 * Prices a counted quantity. Owns: which charge each kind of price makes, exact, with the steps that made it.
 * Must not: round, choose the rate or know lines.
 */

import type { Price, RateType } from '@countersign/shared/model';
import {
  add,
  compare,
  decimalOf,
  exactText,
  type Fraction,
  fromInteger,
  isZero,
  max,
  multiply,
  subtract,
  ZERO,
} from '@countersign/shared/money';
import type { TierStep, TraceStep } from '../result.ts';
import { grouped, groupedExact, perUnit, plural, rateText, unitsPerRate } from '../words.ts';
import { blocksGraduated, blocksVolume, type ExactBlockTier, packagesStarted } from './packages.ts';
import { type ExactPercent, percentOfTotal, percentPerEvent } from './percent.ts';
import {
  type ExactTier,
  exactTiers,
  flatAt,
  graduatedParts,
  type Position,
  partsTotal,
  type TierPart,
  tierIndexOf,
  volumePart,
} from './tiers.ts';

/** What a price counts in one segment. */
export interface Count {
  /** Counter before the segment; null when nothing was counted in the counter period yet. */
  readonly from: Position;
  /** Counter after the segment. */
  readonly to: Fraction;
  /** Units of the segment, to − from. */
  readonly units: Fraction;
  /** The counter period's total, which chooses an all-units tier. */
  readonly total: Fraction;
  /** Units of the counter period billed in earlier periods at the tier of `total` then: they are re-rated. */
  readonly carried: { readonly units: Fraction; readonly total: Fraction } | null;
  /** False while later billing periods still count into the same counter. Default true. */
  readonly closes?: boolean;
  /** How many single events made the units, for amounts per event. */
  readonly events: bigint;
  /** Each event's value in order, where a price limits single events. */
  readonly values: readonly Fraction[] | null;
}

/** What `priceExact` may ask of the segment. */
export interface PriceContext {
  readonly rateType: RateType;
  /** The count of a rate type and metric in this segment; prices inside COMBINE may name another than the line's. */
  count(rateType: RateType, metric: string | undefined, price: Price): Count;
  /** Days of the segment over days of the billing period, and whether the segment opens the period. */
  readonly days: { readonly served: bigint; readonly of: bigint; readonly opens: boolean };
}

export interface Priced {
  readonly exact: Fraction;
  readonly steps: readonly TraceStep[];
  readonly tiers?: readonly TierStep[];
  readonly tier?: { readonly above: string; readonly upTo: string | null };
  /** The rate that priced the last unit, in words; absent where the whole price is the rate. */
  readonly rate?: string;
}

function step(
  kind: TraceStep['kind'],
  title: string,
  text: string,
  exact: Fraction,
  children: readonly TraceStep[] = [],
  clauseId?: string,
): TraceStep {
  return { kind, title, text, exact: exactText(exact), ...(clauseId === undefined ? {} : { clauseId }), children };
}

/** A price's tiers as exact numbers. Rates are per 1,000 for CPM, per 100 for percentages. */
export function tiersOf(
  price: Extract<Price, { type: 'GRADUATED' | 'VOLUME' | 'PERCENT_TIERS' }>,
  rateType: RateType,
): ExactTier[] {
  const rows = price.tiers.map((t) => ({
    upTo: t.upTo === null ? null : decimalOf(t.upTo),
    rate: decimalOf(('percent' in t ? t.percent : 'rate' in t ? t.rate : undefined) ?? '0'),
    flat: decimalOf(t.flat ?? '0'),
  }));
  return exactTiers(rows, price.type === 'PERCENT_TIERS' ? 100n : unitsPerRate(rateType));
}

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
      const text = `${plural(rateType, units)} at ${rateText(price, rateType)}.`;
      return { exact, steps: [step('PRICE', 'Price', text, exact, [], price.clauseId)] };
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
      return { exact, steps: [step('PRICE', 'Packages', text, exact, [], price.clauseId)] };
    }
    case 'BLOCKS':
      return blocks(price, rateType, context);
    case 'PERCENT': {
      const count = context.count(rateType, price.metric, price);
      const rule = percentRule(price);
      // Single events are priced one by one: a fixed amount is earned also where the order is 0.
      const exact =
        count.values === null
          ? percentOfTotal(rule, count.units, count.events)
          : percentPerEvent(rule, count.values).reduce(add, ZERO);
      return {
        exact,
        steps: [
          step(
            'PRICE',
            'Percentage',
            `${rateText(price, rateType)} of ${groupedExact(count.units)}.`,
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
      return combine(price, context);
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
    return { exact, steps: [step('PRICE', 'Flat amount', text, exact, [], clauseId)] };
  }
  const exact = of === 0n ? ZERO : multiply(amount, { n: served, d: of });
  const text =
    served === of
      ? `${groupedExact(amount)} for the whole period.`
      : `${groupedExact(amount)} × ${served}/${of} days of the period.`;
  return { exact, steps: [step('PRORATION', 'Flat amount', text, exact, [], clauseId)] };
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

function tiered(
  price: Extract<Price, { type: 'GRADUATED' | 'VOLUME' | 'PERCENT_TIERS' }>,
  rateType: RateType,
  context: PriceContext,
): Priced {
  const count = context.count(rateType, price.metric, price);
  const tiers = tiersOf(price, rateType);
  const allUnits = price.type === 'VOLUME' || (price.type === 'PERCENT_TIERS' && price.mode === 'VOLUME');
  const rateAt = (index: number): string => {
    const row = price.tiers[index];
    return (
      (row !== undefined && 'percent' in row
        ? row.percent
        : row !== undefined && 'rate' in row
          ? row.rate
          : undefined) ?? '0'
    );
  };
  const suffix =
    price.type === 'PERCENT_TIERS' || rateType === 'CPS'
      ? '%'
      : rateType === 'CPM' || rateType === 'VCPM'
        ? ' per 1,000'
        : '';
  // Short rate: while the counter is open the assumed total chooses the tier; the close re-prices what was billed so.
  const assumed = decimalOf((price.type === 'VOLUME' ? price.assumedTotal : undefined) ?? '0');
  const chosen = count.closes === false ? max(count.total, assumed) : count.total;
  const parts = allUnits
    ? [volumePart(tiers, count.units, count.from, count.to, chosen)]
    : graduatedParts(tiers, count.from, count.to);
  const steps = parts.map((part) => {
    const tier = tiers[part.index] as ExactTier;
    const fee = isZero(part.flatPart) ? '' : `, plus ${groupedExact(part.flatPart)} for entering the tier`;
    const detail = tierStep(tier, part, rateAt(part.index), price.tiers[part.index]?.flat ?? '0');
    const text = `${groupedExact(part.units)} at ${grouped(rateAt(part.index))}${suffix}${fee}.`;
    return {
      ...step(
        'TIER',
        `Tier ${part.index + 1}, ${boundText(tier)}`,
        text,
        add(part.unitPart, part.flatPart),
        [],
        price.clauseId,
      ),
      tiers: [detail],
    };
  });
  let exact = partsTotal(parts);
  if (allUnits && count.carried !== null) {
    const now = tiers[tierIndexOf(tiers, chosen)] as ExactTier;
    const then = tiers[tierIndexOf(tiers, max(count.carried.total, assumed))] as ExactTier;
    // The flat of the tier left is given back with its rate: one flat stands, that of the tier reached.
    const flats = subtract(
      flatAt(now, tiers.indexOf(now), count.carried.total),
      flatAt(then, tiers.indexOf(then), count.carried.total),
    );
    const rerated = add(multiply(count.carried.units, subtract(now.unit, then.unit)), flats);
    if (!isZero(rerated)) {
      steps.push({
        ...step(
          'TIER',
          compare(assumed, count.total) > 0 ? 'Short rate' : 'Earlier units at the tier now reached',
          `${groupedExact(count.carried.units)} units billed before move to the tier ${boundText(now)}.`,
          rerated,
          [],
          price.clauseId,
        ),
        tiers: [],
      });
      exact = add(exact, rerated);
    }
  }
  const lastIndex = tierIndexOf(tiers, allUnits ? chosen : count.to);
  const last = tiers[lastIndex] as ExactTier;
  const lastRate = rateAt(lastIndex);
  return {
    exact,
    steps,
    rate: price.type === 'PERCENT_TIERS' ? `${grouped(lastRate)}%` : perUnit(rateType, lastRate),
    tiers: steps.flatMap((s) => s.tiers),
    tier: { above: exactText(last.above), upTo: last.upTo === null ? null : exactText(last.upTo) },
  };
}

export function blockTiersOf(price: Extract<Price, { type: 'BLOCKS' }>): ExactBlockTier[] {
  return price.tiers.map((t) => ({
    size: decimalOf(t.size),
    maxBlocks: t.maxBlocks === null ? null : decimalOf(t.maxBlocks),
    amount: decimalOf(t.amount),
  }));
}

function blocks(price: Extract<Price, { type: 'BLOCKS' }>, rateType: RateType, context: PriceContext): Priced {
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
  const text = `Started blocks of ${groupedExact(count.units)} units, ${rateText(price, rateType)}.`;
  return { exact, steps: [step('PRICE', 'Blocks', text, exact, [], price.clauseId)] };
}

function combine(price: Extract<Price, { type: 'COMBINE' }>, context: PriceContext): Priced {
  const parts = price.of.map((part) => ({
    part,
    priced: priceExact(part, { ...context, rateType: part.rateType ?? price.rateType ?? context.rateType }),
  }));
  if (price.op === 'SUM') {
    const exact = parts.reduce((total, p) => add(total, p.priced.exact), ZERO);
    const rateOf = (p: (typeof parts)[number]): string => p.priced.rate ?? rateText(p.part, context.rateType);
    return {
      exact,
      rate: parts.map(rateOf).join(' and '),
      steps: [
        step(
          'COMBINE',
          'Sum of',
          rateText(price, context.rateType),
          exact,
          parts.flatMap((p) => p.priced.steps),
          price.clauseId,
        ),
      ],
    };
  }
  const better = price.op === 'GREATER_OF' ? 1 : -1;
  const chosen = parts.reduce((best, p) => (compare(p.priced.exact, best.priced.exact) === better ? p : best));
  const others = parts
    .filter((p) => p !== chosen)
    .map((p) => ({
      kind: 'NOTE' as const,
      title: 'Not chosen',
      text: `${rateText(p.part, context.rateType)} gives ${groupedExact(p.priced.exact)}.`,
      children: [],
    }));
  const title = price.op === 'GREATER_OF' ? 'Greater of' : 'Lesser of';
  return {
    exact: chosen.priced.exact,
    steps: [
      step(
        'COMBINE',
        title,
        `${rateText(chosen.part, context.rateType)} gives ${groupedExact(chosen.priced.exact)}, which counts.`,
        chosen.priced.exact,
        [...chosen.priced.steps, ...others],
        price.clauseId,
      ),
    ],
    rate: chosen.priced.rate ?? rateText(chosen.part, context.rateType),
    ...(chosen.priced.tiers === undefined ? {} : { tiers: chosen.priced.tiers }),
    ...(chosen.priced.tier === undefined ? {} : { tier: chosen.priced.tier }),
  };
}
