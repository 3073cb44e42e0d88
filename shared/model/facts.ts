/**
 * Facts: what was delivered, touched and done, and what was posted before. Each says when it became known.
 * Must not: hold money other than as decimal text.
 */
import { z } from 'zod';
import { CurrencyCode, DecimalText, Dimensions, Id, Instant, LocalDate, QuantityText } from './primitives.ts';

/**
 * One delivery count. Key: line, source, metric, local date (and `key` when a report has several rows a day): a higher
 * reportVersion replaces, the same version with other content is refused.
 */
export const DeliveryFact = z.strictObject({
  lineId: Id,
  /** Who counted; default "own". */
  source: z.string().optional(),
  /** What was counted; default the metric of the line's rate type (IMPRESSIONS, CLICKS, SPOTS …). REVENUE is an amount. */
  metric: z.string().optional(),
  /** Local (or broadcast) date. Either this or `at`. */
  localDate: LocalDate.optional(),
  /** Point in time; the kernel finds the local date. */
  at: Instant.optional(),
  quantity: QuantityText,
  reportVersion: z.number().int().min(0).optional(),
  recordedAt: Instant.optional(),
  id: z.string().optional(),
  /** Tells apart rows of one report that share line, source, metric and date. */
  key: z.string().optional(),
});
export type DeliveryFact = z.infer<typeof DeliveryFact>;

export const TouchFact = z.strictObject({
  id: Id,
  actorId: Id,
  touchType: z.string(),
  partnerId: Id,
  at: Instant,
  recordedAt: Instant.optional(),
  dimensions: Dimensions.optional(),
});
export type TouchFact = z.infer<typeof TouchFact>;

const ACTION_STATUSES = ['PENDING', 'APPROVED', 'PAID', 'REVERSED', 'EXTENDED', 'OUTSIDE_TERMS'] as const;
/**
 * A dated change of an action: approved, reversed, extended, its amounts changed (a partial return), or UPGRADED to
 * another event type (a lead that qualified later; the contract's `upgrades` say within what time).
 */
export const ActionStatusEvent = z.strictObject({
  status: z.enum([...ACTION_STATUSES, 'AMENDED', 'UPGRADED']),
  at: Instant,
  recordedAt: Instant.optional(),
  amounts: z.record(z.string(), DecimalText).optional(),
  /** UPGRADED: what the action now is. */
  eventType: z.string().optional(),
  reason: z.string().optional(),
});
export const ActionFact = z.strictObject({
  id: Id,
  orderId: z.string().optional(),
  eventType: z.string().optional(),
  /** Named amounts in the contract's currency: order, items, discount, shipping, tax … */
  amounts: z.record(z.string(), DecimalText).optional(),
  occurredAt: Instant,
  actorId: z.string().optional(),
  /** When stated, the action belongs to this partner and touches are not asked. */
  partnerId: z.string().optional(),
  recordedAt: Instant.optional(),
  dimensions: Dimensions.optional(),
  statusEvents: z.array(ActionStatusEvent).optional(),
});
export type ActionFact = z.infer<typeof ActionFact>;

/** One posted amount. `period` is the period it was posted for; `lineKey` as in PreviewResult.posting. */
export const LedgerEntry = z.strictObject({
  period: z.string(),
  lineKey: z.string(),
  amount: DecimalText,
  currency: CurrencyCode.optional(),
  supersedes: z.string().optional(),
  postedAt: Instant.optional(),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;
