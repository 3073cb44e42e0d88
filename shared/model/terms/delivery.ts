/** What counts as delivered: discrepancies between counters, makegoods, starts and ends that are no dates. Must not: compute; defaults are written beside each field, billing applies them. */
import { z } from 'zod';
import { RateType } from '../price.ts';
import { Id, LocalDate, NonNegativeDecimal, NonNegativeQuantity } from '../primitives.ts';
import { clauseId, lineIds } from './members.ts';

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
