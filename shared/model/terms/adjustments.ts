/** What changes an amount after its price: deductions, discounts, commissions, taxes, another currency. Must not: compute; defaults are written beside each field, billing applies them. */
import { z } from 'zod';
import { CurrencyCode, Id, Instant, NonNegativeDecimal } from '../primitives.ts';
import { clauseId, lineIds } from './members.ts';

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

/** The invoice is issued in another currency: converted once from the rounded total (receivable) or per action (payable). */
export const ExchangeRate = z.strictObject({
  to: CurrencyCode,
  rate: NonNegativeDecimal,
  source: z.string(),
  at: Instant,
  clauseId,
});
export type ExchangeRate = z.infer<typeof ExchangeRate>;
