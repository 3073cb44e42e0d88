/** What is owed, paid or earned at least or at most. Must not: compute; defaults are written beside each field, billing applies them. */
import { z } from 'zod';
import { DecimalText, Id, LocalDate, NonNegativeDecimal } from '../primitives.ts';
import { clauseId, lineIds } from './members.ts';

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
