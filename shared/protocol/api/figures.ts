// What the list of contracts says of each beside its name: what it is worth, and its dates. Owns the message; the kernel computes.
import { z } from 'zod';
import { decimalSchema, idSchema } from './primitives.ts';

/** [SCR-60] What can honestly be told of a version's value; amounts are exact, at the currency's minor digits. */
export const worthSchema = z.discriminatedUnion('kind', [
  /** Gross of everything ordered by quantity; `delivered` lines bill what is delivered and are not in it. */
  z.strictObject({
    kind: z.literal('ordered'),
    amount: decimalSchema,
    currency: z.string(),
    delivered: z.number().int(),
  }),
  /** Lines that only bill what is delivered. */
  z.strictObject({ kind: z.literal('delivered'), lines: z.number().int() }),
  /** Rows of a rate card and the currencies they are in. */
  z.strictObject({ kind: z.literal('rates'), count: z.number().int(), currencies: z.array(z.string()) }),
  /** The one payout of a programme: a percentage of what `of` names, in lower case. */
  z.strictObject({ kind: z.literal('percent'), percent: decimalSchema, of: z.string() }),
  /** The one payout of a programme: an amount for each of what `of` names. */
  z.strictObject({ kind: z.literal('each'), amount: decimalSchema, currency: z.string(), of: z.string() }),
  z.strictObject({ kind: z.literal('payouts'), count: z.number().int() }),
]);
export type Worth = z.infer<typeof worthSchema>;

/** GET /contracts/figures: of each contract, at the version that stands for it in the list and at the one in force. Dates are ISO local dates. */
export const contractFiguresSchema = z.strictObject({
  versionId: idSchema,
  /** null where nothing can be told. */
  worth: worthSchema.nullable(),
  /** Whether we are paid or pay; null for a rate card, and while the terms do not say enough to bill. */
  direction: z.enum(['RECEIVABLE', 'PAYABLE']).nullable(),
  /** First day of the version's terms. */
  starts: z.string().nullable(),
  /** Last day of the terms; null is open-ended. */
  ends: z.string().nullable(),
  /** Last day of the last line's flight or of the last rate; null when one of them has no end. */
  lastDay: z.string().nullable(),
  /** How it is billed; null for what is not billed. Quarters are counted from the month of `anchor`. */
  billing: z
    .strictObject({
      cycle: z.enum(['MONTHLY', 'WEEKLY', 'QUARTERLY', 'END_OF_CAMPAIGN']),
      calendar: z.enum(['CALENDAR', 'BROADCAST']),
      anchor: z.string(),
    })
    .nullable(),
});
export type ContractFigures = z.infer<typeof contractFiguresSchema>;
