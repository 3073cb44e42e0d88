/**
 * The rules of payable actions: payouts, attribution, eligibility, upgrades, locks, overrides for partners.
 * Must not: compute; defaults are written beside each optional field and applied by billing and attribution.
 */
import { z } from 'zod';
import { Price } from '../price.ts';
import { Condition, Dimensions, Id, LocalDate, NonNegativeDecimal, NonNegativeQuantity } from '../primitives.ts';
import { clauseId } from './members.ts';

export const Limit = z.strictObject({
  /** Actions beyond this many in the period are outside of terms. */
  quantity: NonNegativeQuantity.optional(),
  /** Payouts beyond this sum in the period are outside of terms. */
  amount: NonNegativeDecimal.optional(),
  /** Default BILLING_PERIOD. */
  period: z.enum(['DAY', 'BILLING_PERIOD', 'TERM']).optional(),
  /** Default CONTRACT. */
  per: z.enum(['CONTRACT', 'PARTNER']).optional(),
});

export const PayoutRule = z.strictObject({
  id: Id,
  eventType: z.string().optional(),
  /** Lower comes first; default 0, ties by id. */
  priority: z.number().int().optional(),
  conditions: z.array(Condition).optional(),
  payout: Price,
  /** Amounts of the action that make the base of a percentage; default {include: ["order"]}. */
  orderBasis: z
    .strictObject({ include: z.array(z.string()).min(1), subtract: z.array(z.string()).optional() })
    .optional(),
  limits: z.array(Limit).optional(),
  label: z.string().optional(),
  clauseId,
});
export type PayoutRule = z.infer<typeof PayoutRule>;

const Duration = z
  .string()
  .regex(
    /^P(?:\d+W|(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)$/,
    'This is not a duration of weeks, days or time. Write it as P30D or PT24H.',
  )
  .refine((t) => t !== 'P', 'Write a duration such as P30D.');

export const AttributionWindow = z.strictObject({
  /** CLICK, VIEW or another kind of touch. */
  touchType: z.string(),
  /** ISO 8601 duration: P30D, PT24H. A CALENDAR window counts whole days. */
  size: Duration,
  /** Default ELAPSED. */
  kind: z.enum(['ELAPSED', 'CALENDAR']).optional(),
  /** A campaign may override: only actions that meet these. */
  conditions: z.array(Condition).optional(),
  /**
   * Two steps: an action of this type by the same actor (of the same order where both name one) must follow the touch
   * within `size`, and the paid action that one within `within`: bid within 24 hours, win within 10 days.
   */
  via: z
    .strictObject({ eventType: z.string(), within: Duration, kind: z.enum(['ELAPSED', 'CALENDAR']).optional() })
    .optional(),
});

export const AttributionPolicy = z.strictObject({
  id: z.string().optional(),
  model: z.enum(['LAST', 'FIRST', 'LINEAR', 'POSITION', 'TIME_DECAY']),
  windows: z.array(AttributionWindow).min(1),
  /** Any eligible click drops all views. Default false. */
  clickOverridesView: z.boolean().optional(),
  /** Needed by TIME_DECAY. */
  halfLifeDays: NonNegativeDecimal.optional(),
  clauseId,
});
export type AttributionPolicy = z.infer<typeof AttributionPolicy>;

export const EligibilityRule = z.strictObject({
  id: Id,
  /** All must hold for the outcome to apply. */
  conditions: z.array(Condition).min(1),
  /** First match in list order decides; with no match the action is paid. */
  outcome: z.enum(['PAY', 'OUTSIDE_TERMS', 'REJECT']),
  reason: z.string().optional(),
  clauseId,
});
export type EligibilityRule = z.infer<typeof EligibilityRule>;

export const LockRule = z.strictObject({
  id: z.string().optional(),
  eventType: z.string().optional(),
  /** Months after the month's end (its end is the first instant of the next), then `days`. */
  months: z.number().int().min(0).optional(),
  /** With `months` (or `afterMonthEnd`): after month end; alone: after the event. */
  days: z.number().int().min(0).optional(),
  afterMonthEnd: z.boolean().optional(),
  /** Day of the month after the event's; beyond month end means its last day. */
  dayOfMonth: z.number().int().min(1).max(31).optional(),
  /** Months added when the action was extended; default 1. */
  extensionMonths: z.number().int().min(0).optional(),
  payDay: z.number().int().min(1).max(31).optional(),
  /** Months from lock to pay day; default 1. */
  payMonthsAfterLock: z.number().int().min(0).optional(),
  maxReversalPercent: NonNegativeDecimal.optional(),
  clauseId,
});
export type LockRule = z.infer<typeof LockRule>;

/** An action of one type may become another, and then counts as always having been it. */
export const UpgradeRule = z.strictObject({
  id: Id,
  /** Default: any type. */
  from: z.string().optional(),
  to: z.string(),
  /** The upgrade must fall into the same span as the action itself. */
  within: z.enum(['BILLING_PERIOD', 'QUARTER', 'YEAR', 'TERM']),
  clauseId,
});
export type UpgradeRule = z.infer<typeof UpgradeRule>;

/** A replacement for some partners: of a line's price, or of a payout. */
export const PartnerOverride = z.strictObject({
  id: Id,
  /** Empty or absent: all partners. */
  partnerIds: z.array(Id).optional(),
  dimensions: Dimensions.optional(),
  conditions: z.array(Condition).optional(),
  from: LocalDate.optional(),
  to: LocalDate.nullable().optional(),
  lineId: z.string().optional(),
  productKey: z.string().optional(),
  eventType: z.string().optional(),
  payoutRuleId: z.string().optional(),
  price: Price,
  clauseId,
});
export type PartnerOverride = z.infer<typeof PartnerOverride>;
