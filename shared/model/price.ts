/**
 * Prices: the tagged union of every way a quantity or an amount becomes money.
 * Must not: compute; billing does.
 */
import { z } from 'zod';
import { DecimalText, NonNegativeDecimal, NonNegativeQuantity } from './primitives.ts';

/** What one unit of the line is. CPM and VCPM rates are per 1,000. CPS is a percentage of the sale. SPOT is an aired spot. */
export const RATE_TYPES = ['CPM', 'VCPM', 'CPC', 'CPCV', 'CPA', 'CPS', 'CPD', 'FLAT', 'SPOT'] as const;
export const RateType = z.enum(RATE_TYPES);
export type RateType = z.infer<typeof RateType>;

/**
 * When tier counters restart. PERIOD (each billing period) unless the price says otherwise. TRAILING_YEAR, for all-units
 * prices without flats: the twelve full billing months before the period choose the tier.
 */
const COUNTER_PERIODS = ['PERIOD', 'QUARTER', 'YEAR', 'TERM', 'TRAILING_YEAR'] as const;
const Counter = z.enum(COUNTER_PERIODS).optional();

/** (previous upTo, upTo]; the last upTo is null. `flat` is charged on entering the tier, tier 1 always. */
export const Tier = z.strictObject({
  upTo: NonNegativeQuantity.nullable(),
  rate: NonNegativeDecimal.optional(),
  flat: NonNegativeDecimal.optional(),
});
export type Tier = z.infer<typeof Tier>;

export const PercentTier = z.strictObject({
  upTo: NonNegativeQuantity.nullable(),
  percent: NonNegativeDecimal.optional(),
  flat: NonNegativeDecimal.optional(),
});

export const BlockTier = z.strictObject({
  size: NonNegativeQuantity,
  maxBlocks: NonNegativeQuantity.nullable(),
  amount: NonNegativeDecimal,
});

const Unit = z.strictObject({ type: z.literal('UNIT'), rate: NonNegativeDecimal });
const Graduated = z.strictObject({ type: z.literal('GRADUATED'), tiers: z.array(Tier).min(1), counter: Counter });
const Volume = z.strictObject({
  type: z.literal('VOLUME'),
  tiers: z.array(Tier).min(1),
  counter: Counter,
  /**
   * Short rate: until its counter period closes, the tier is chosen as if at least this many units were reached; at the
   * close all of them are re-priced at the tier really reached. Default 0.
   */
  assumedTotal: NonNegativeQuantity.optional(),
});
const Package = z.strictObject({
  type: z.literal('PACKAGE'),
  size: NonNegativeQuantity,
  amount: NonNegativeDecimal,
  freeUnits: NonNegativeQuantity.optional(),
  counter: Counter,
});
const Blocks = z.strictObject({
  type: z.literal('BLOCKS'),
  mode: z.enum(['GRADUATED', 'VOLUME']),
  tiers: z.array(BlockTier).min(1),
  counter: Counter,
});
/** Percent of the measured amount, with an amount per event and limits per event. */
const Percent = z.strictObject({
  type: z.literal('PERCENT'),
  percent: NonNegativeDecimal,
  fixed: NonNegativeDecimal.optional(),
  minPer: NonNegativeDecimal.optional(),
  maxPer: NonNegativeDecimal.optional(),
  /** Amount at 0 percent, the earliest of the period. Default 0. */
  freeAmount: NonNegativeDecimal.optional(),
  /** Events without fixed amount, the earliest of the period. Default 0. */
  freeEvents: NonNegativeQuantity.optional(),
});
const PercentTiers = z.strictObject({
  type: z.literal('PERCENT_TIERS'),
  mode: z.enum(['GRADUATED', 'VOLUME']).optional(),
  tiers: z.array(PercentTier).min(1),
  counter: Counter,
});
/** A sum for the billing period (or the flight, for a period that holds all of it). */
const Flat = z.strictObject({
  type: z.literal('FLAT'),
  amount: DecimalText,
  /** DAYS (default): local days in flight over days of the billing period. NONE: the whole amount in each period touched. */
  proration: z.enum(['NONE', 'DAYS']).optional(),
});

interface CombineShape {
  type: 'COMBINE';
  op: 'GREATER_OF' | 'LESSER_OF' | 'SUM';
  of: Price[];
}
export type SimplePrice =
  | z.infer<typeof Unit>
  | z.infer<typeof Graduated>
  | z.infer<typeof Volume>
  | z.infer<typeof Package>
  | z.infer<typeof Blocks>
  | z.infer<typeof Percent>
  | z.infer<typeof PercentTiers>
  | z.infer<typeof Flat>;

/** A part of a COMBINE may measure otherwise than its line: half of revenue, but never below a $6.50 CPM. */
type PartShape = { rateType?: RateType | undefined; metric?: string | undefined; clauseId?: string | undefined };
/** A price; any price may state the rate type and metric it counts (inside COMBINE) and the clause that says it. */
export type Price = (SimplePrice | CombineShape) & PartShape;

const part = { rateType: RateType.optional(), metric: z.string().optional(), clauseId: z.string().optional() };
const Combine: z.ZodType<CombineShape & PartShape> = z.lazy(() =>
  z.strictObject({
    type: z.literal('COMBINE'),
    op: z.enum(['GREATER_OF', 'LESSER_OF', 'SUM']),
    of: z.array(Price).min(1),
    ...part,
  }),
);

const bySimpleType = {
  UNIT: Unit.extend(part),
  GRADUATED: Graduated.extend(part),
  VOLUME: Volume.extend(part),
  PACKAGE: Package.extend(part),
  BLOCKS: Blocks.extend(part),
  PERCENT: Percent.extend(part),
  PERCENT_TIERS: PercentTiers.extend(part),
  FLAT: Flat.extend(part),
} as const;

const SimplePriceSchema = z.discriminatedUnion('type', [
  bySimpleType.UNIT,
  bySimpleType.GRADUATED,
  bySimpleType.VOLUME,
  bySimpleType.PACKAGE,
  bySimpleType.BLOCKS,
  bySimpleType.PERCENT,
  bySimpleType.PERCENT_TIERS,
  bySimpleType.FLAT,
]);

export const Price: z.ZodType<Price> = z.lazy(() => z.union([SimplePriceSchema, Combine]));
