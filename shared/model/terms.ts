/**
 * The rules of a contract other than its lines: commitments, adjustments, discrepancies, makegoods,
 * triggers, free terms.
 * Must not: compute; defaults are written beside each optional field and applied by billing and attribution.
 */
import { z } from 'zod';
import { Price, RateType } from './price.ts';
import {
  Condition,
  CurrencyCode,
  DecimalText,
  Dimensions,
  Id,
  Instant,
  LocalDate,
  NonNegativeDecimal,
  NonNegativeQuantity,
  RoundingModeSchema,
} from './primitives.ts';

const clauseId = z.string().optional();
const lineIds = z.array(Id).optional();

export const Party = z.strictObject({
  id: Id,
  /** Role in this contract; defaults to the party's kind. */
  role: z.string().optional(),
  kind: z.enum(['ADVERTISER', 'AGENCY', 'PUBLISHER', 'PARTNER', 'PLATFORM']).optional(),
  legalName: z.string().optional(),
  taxId: z.string().optional(),
  externalIds: z.record(z.string(), z.string()).optional(),
});
export type Party = z.infer<typeof Party>;

export const Clause = z.strictObject({
  id: Id,
  key: z.string(),
  text: z.string(),
  ordinal: z.union([z.number().int(), z.string()]).optional(),
});
export type Clause = z.infer<typeof Clause>;

export const TERM_TYPES = [
  'TEXT',
  'DECIMAL',
  'MONEY',
  'PERCENT',
  'RATE',
  'DATE',
  'INSTANT',
  'DURATION',
  'BOOLEAN',
  'ENUM',
] as const;
/**
 * A typed value linked to its words, for what no model field covers. A term of type DECIMAL, MONEY, PERCENT or RATE is
 * money the kernel does not bill, so the preview lists it under "not billed" unless `informational` is true; terms of
 * other types are listed when `billed` is false is stated.
 */
export const Term = z.strictObject({
  id: z.string().optional(),
  key: z.string().min(1),
  type: z.enum(TERM_TYPES),
  value: z.string(),
  clauseId,
  /** Only ever false: the kernel never bills a free term. */
  billed: z.literal(false).optional(),
  informational: z.boolean().optional(),
  /** Why it is not billed, in words. */
  reason: z.string().optional(),
});
export type Term = z.infer<typeof Term>;

export const RateCardRow = z.strictObject({
  id: Id,
  productKey: z.string(),
  dimensions: Dimensions.optional(),
  rateType: RateType,
  price: Price,
  effectiveFrom: LocalDate.optional(),
  effectiveTo: LocalDate.nullable().optional(),
  /** A UNIT rate below this is raised to it, and the trace says so. */
  floorRate: NonNegativeDecimal.optional(),
  /** The row applies only where the line's contracted quantity reaches this. */
  minimumQuantity: NonNegativeQuantity.optional(),
  partnerIds: z.array(Id).optional(),
  clauseId,
});
export type RateCardRow = z.infer<typeof RateCardRow>;

/**
 * Multiplies the rates of lines it speaks of, after the rate is selected and before units are priced: in a tiered price
 * every tier, so that a premium lies on the rate that was earned. Partner overrides are taken as agreed.
 */
export const RateRule = z.strictObject({
  id: Id,
  label: z.string().optional(),
  lineIds,
  /** All must hold of the line: its dimensions, `productKey`, `rateType`. */
  conditions: z.array(Condition).optional(),
  factor: NonNegativeDecimal,
  /** Rounds the resulting rate to this many decimals; the one place a rate is rounded. Default: never. */
  rounding: z
    .strictObject({ decimals: z.number().int().min(0).max(12), mode: RoundingModeSchema.optional() })
    .optional(),
  /** Applied in ascending order; ties by id. Default 0. */
  order: z.number().int().optional(),
  clauseId,
});
export type RateRule = z.infer<typeof RateRule>;

/** What is taken off revenue before it is shared. Exactly one of `metric` and `percent`. */
export const Deduction = z.strictObject({
  id: Id,
  label: z.string().optional(),
  /** Reported by the same source as the revenue: RETURNS, AGENCY_FEES … */
  metric: z.string().optional(),
  /** Of the revenue before deductions. */
  percent: NonNegativeDecimal.optional(),
  /** At most this percentage of the revenue of the billing period, and at most this amount. */
  capPercent: NonNegativeDecimal.optional(),
  capAmount: NonNegativeDecimal.optional(),
  clauseId,
});
export type Deduction = z.infer<typeof Deduction>;

export const Escalator = z.strictObject({
  percent: DecimalText,
  every: z.literal('YEAR').optional(),
  from: LocalDate.optional(),
});

export const Commitment = z.strictObject({
  id: Id,
  scope: z.enum(['LINE', 'CONTRACT']),
  lineId: z.string().optional(),
  kind: z.enum(['MINIMUM', 'CAP']),
  amount: NonNegativeDecimal,
  /** Default BILLING_PERIOD. */
  period: z.enum(['BILLING_PERIOD', 'QUARTER', 'YEAR', 'TERM']).optional(),
  /** [from, to) the amount stands for, when it is not the version's effective interval: the full year of an annual minimum. */
  term: z.strictObject({ from: LocalDate, to: LocalDate }).optional(),
  /** Required: whether the amount counts before or after discounts changes the money. */
  basis: z.enum(['GROSS', 'NET_OF_DISCOUNT']),
  /** Default NONE. */
  rollover: z.enum(['NONE', 'CARRY']).optional(),
  /** Default false. */
  prorateOnTermination: z.boolean().optional(),
  /** Part periods at start and end are prorated only when this is true. Default false. */
  proratePartPeriods: z.boolean().optional(),
  /** The amount rises by this percentage on each anniversary, compounding. */
  escalator: Escalator.optional(),
  clauseId,
});
export type Commitment = z.infer<typeof Commitment>;

/**
 * Money guaranteed or advanced on dates and recouped from earnings, over lines, types and years. It acts on gross after
 * caps and minimums.
 */
export const Guarantee = z.strictObject({
  id: Id,
  label: z.string().optional(),
  /** What falls due, each in the billing period that holds its date. */
  due: z.array(z.strictObject({ date: LocalDate, amount: NonNegativeDecimal })).min(1),
  /** Lines, or payout rules, whose earnings recoup it; default all. */
  lineIds,
  /** DRAW (default): later earnings recoup what was paid. BOTH_WAYS: earnings paid before also reduce what falls due. */
  offsets: z.enum(['DRAW', 'BOTH_WAYS']).optional(),
  /** The sunset: billing periods that begin on or after this day recoup nothing. Default: never. */
  until: LocalDate.optional(),
  clauseId,
});
export type Guarantee = z.infer<typeof Guarantee>;

/** What some lines earn in a billing period is held to a percentage of what others earn in it. It acts on gross, before amounts. */
export const RatioCap = z.strictObject({
  id: Id,
  label: z.string().optional(),
  /** The lines, or payout rules, that are held. */
  lineIds: z.array(Id).min(1),
  percent: NonNegativeDecimal,
  /** The lines, or payout rules, whose gross the percentage is of. */
  ofLineIds: z.array(Id).min(1),
  clauseId,
});
export type RatioCap = z.infer<typeof RatioCap>;

/**
 * A total below this is not paid yet: it waits and joins the next one. It changes what is paid when, never what is earned,
 * billed or posted. The last period of the contract pays what waited, unless `atEnd` says that it is kept.
 */
export const LeastPayment = z.strictObject({
  amount: NonNegativeDecimal,
  /** Default PAY. */
  atEnd: z.enum(['PAY', 'KEEP']).optional(),
  clauseId,
});
export type LeastPayment = z.infer<typeof LeastPayment>;

export const Discount = z.strictObject({
  kind: z.literal('DISCOUNT'),
  id: Id,
  label: z.string().optional(),
  percent: NonNegativeDecimal.optional(),
  amount: NonNegativeDecimal.optional(),
  /** Applied in ascending order; ties by id. Default 0. */
  order: z.number().int().optional(),
  lineIds,
  clauseId,
});
export const Commission = z.strictObject({
  kind: z.literal('COMMISSION'),
  id: Id,
  label: z.string().optional(),
  percent: NonNegativeDecimal,
  payeeId: z.string().optional(),
  order: z.number().int().optional(),
  lineIds,
  clauseId,
});
export const TaxRule = z.strictObject({
  kind: z.literal('TAX'),
  id: Id,
  label: z.string().optional(),
  code: z.string(),
  percent: NonNegativeDecimal,
  /** Default AFTER_COMMISSION. */
  base: z.enum(['AFTER_COMMISSION', 'BEFORE_COMMISSION']).optional(),
  lineIds,
  clauseId,
});
export const Adjustment = z.discriminatedUnion('kind', [Discount, Commission, TaxRule]);
export type Discount = z.infer<typeof Discount>;
export type Commission = z.infer<typeof Commission>;
export type TaxRule = z.infer<typeof TaxRule>;
export type Adjustment = z.infer<typeof Adjustment>;

export const DiscrepancyRule = z.strictObject({
  id: Id,
  lineIds,
  thresholdPercent: NonNegativeDecimal,
  /** Required: IAB v2.0 divides by the third party's count, IAB UK by the publisher's. */
  base: z.enum(['CONTROLLING', 'OTHER']),
  remedy: z.enum(['UPLIFT', 'UNDER_DELIVERY', 'SPLIT_DIFFERENCE']),
  upliftPercent: NonNegativeDecimal.optional(),
  /** A difference of exactly the threshold exceeds it too. Default false: strictly more. */
  inclusive: z.boolean().optional(),
  /** Source whose count is compared with the controlling one; default: the only other source of the line. */
  otherSource: z.string().optional(),
  clauseId,
});
export type DiscrepancyRule = z.infer<typeof DiscrepancyRule>;

/** Units owed and delivered at rate 0, or, where `rateType` and `price` differ, inventory of another unit. */
export const Makegood = z.strictObject({
  id: Id,
  /** The line whose units are owed, and whose units make them good unless `deliveredOn` names another. */
  lineId: Id,
  /** The line that makes it good, in its own unit: a CPA miss repaid in CPM inventory. */
  deliveredOn: Id.optional(),
  /** PRIOR_FIRST (default): delivery makes good before it counts. CURRENT_FIRST: only what lies above the contracted quantity. */
  order: z.enum(['PRIOR_FIRST', 'CURRENT_FIRST']).optional(),
  /** The line, period or earlier contract that fell short. */
  shortfallRef: z.string().optional(),
  quantity: NonNegativeQuantity,
  /** Unit of the quantity; default the line's. */
  rateType: RateType.optional(),
  /** Money the makegood stands for, when it repays in another unit. */
  value: NonNegativeDecimal.optional(),
  from: LocalDate.optional(),
  dueBy: LocalDate.optional(),
  clauseId,
});
export type Makegood = z.infer<typeof Makegood>;

/**
 * A start or an end that is not a date. By quantity each measured line counts on its own from the begin of its flight; by
 * amount the gross counts, of the line or of the contract. What comes before a start is not billed, what comes after an
 * end neither.
 */
export const Trigger = z.strictObject({
  id: Id,
  applies: z.enum(['START', 'END']),
  lineId: z.string().optional(),
  on: z.enum(['ON_DATE', 'ON_QUANTITY', 'ON_AMOUNT', 'ON_EVENT']),
  date: LocalDate.optional(),
  quantity: NonNegativeQuantity.optional(),
  /** With an end by quantity: the line ends at the later of this day (exclusive) and the quantity. */
  notBefore: LocalDate.optional(),
  amount: NonNegativeDecimal.optional(),
  /** ON_EVENT: what is awaited, and when it happened once it has. */
  event: z.string().optional(),
  occurredOn: LocalDate.optional(),
  clauseId,
});
export type Trigger = z.infer<typeof Trigger>;

/** The invoice is issued in another currency: converted once from the rounded total (receivable) or per action (payable). */
export const ExchangeRate = z.strictObject({
  to: CurrencyCode,
  rate: NonNegativeDecimal,
  source: z.string(),
  at: Instant,
  clauseId,
});
export type ExchangeRate = z.infer<typeof ExchangeRate>;
