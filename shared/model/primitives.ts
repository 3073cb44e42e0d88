/**
 * The smallest parts of every document: decimals, dates, instants, identifiers, conditions.
 * Must not: transform what it reads; a document parses to itself, so that it can be hashed.
 */
import { decimalProblem, isCurrency, QUANTITY_LIMITS, ROUNDING_MODES } from '@countersign/shared/money';
import { z } from 'zod';
import { daysInMonth } from './calendar.ts';

/** How a decimal reads, for the published JSON Schemas; the rule itself is money's. */
const DECIMAL_PATTERN = '^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$';

function decimal(limits?: typeof QUANTITY_LIMITS) {
  return z.string({ error: 'Write the decimal as text, for example "12.50".' }).superRefine((value, context) => {
    const problem = decimalProblem(value, limits);
    if (problem !== null) context.addIssue({ code: 'custom', message: `${problem[1]} ${problem[2]}` });
  });
}

/** Plain decimal text, up to 13 digits before and 12 after the point. */
export const DecimalText = decimal().meta({ pattern: DECIMAL_PATTERN });
/** Decimal text of 0 or more. */
export const NonNegativeDecimal = decimal()
  .refine((text) => !text.startsWith('-') || /^-0(\.0*)?$/.test(text), 'This cannot be negative. Write 0 or more.')
  .meta({ pattern: DECIMAL_PATTERN });
/** Decimal text of a measured quantity; the sign says whether it adds or takes away. */
export const QuantityText = decimal(QUANTITY_LIMITS).meta({ pattern: DECIMAL_PATTERN });
/** Quantity of 0 or more. */
export const NonNegativeQuantity = decimal(QUANTITY_LIMITS)
  .refine((text) => !text.startsWith('-'), 'This cannot be negative. Write 0 or more.')
  .meta({ pattern: DECIMAL_PATTERN });

function isRealDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return day >= 1 && day <= daysInMonth(year, month);
}

/** ISO calendar date, read in the contract's time zone. */
export const LocalDate = z
  .string()
  .refine(isRealDate, 'This is not a date. Write it as YYYY-MM-DD.')
  .meta({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' });
/** Point in time with offset or Z, at most milliseconds. */
export const Instant = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/,
    'This is not a point in time. Write it as 2026-03-01T12:00:00.000Z.',
  )
  .refine(
    (text) => isRealDate(text.slice(0, 10)) && Number.isFinite(Date.parse(text)),
    'This point in time does not exist. Check the day and the hour.',
  );
/** Wall-clock time of day, HH:MM. */
export const LocalTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'This is not a time of day. Write it as HH:MM.');
/** ISO 4217 code. */
export const CurrencyCode = z
  .string()
  .refine(isCurrency, 'This is not an ISO 4217 currency. Use a three-letter code in capitals, for example USD.');
/** IANA time zone name; whether it exists is checked where it is used. */
export const TimeZone = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_+/-]*$/, 'This is not a time zone name. Use an IANA name, for example America/New_York.');
export const Id = z.string().min(1, 'An identifier cannot be empty.');
export const RoundingModeSchema = z.enum(ROUNDING_MODES);

/** Named dimensions of a line, a rate or a fact: geo, device, daypart, format, audience … */
export const Dimensions = z.record(z.string(), z.string());

export const CONDITION_OPERATORS = ['EQ', 'NE', 'IN', 'NOT_IN', 'GT', 'GTE', 'LT', 'LTE', 'EXISTS', 'MISSING'] as const;
/**
 * One test of a fact. `field` is a dimension, an amount (`amounts.order`) or a property (`eventType`, `partnerId`).
 * GT, GTE, LT and LTE compare as decimals.
 */
export const Condition = z.strictObject({
  field: z.string().min(1),
  op: z.enum(CONDITION_OPERATORS),
  value: z.union([z.string(), z.array(z.string())]).optional(),
});
export type Condition = z.infer<typeof Condition>;
