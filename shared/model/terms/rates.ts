/** Rates that a contract or its rate card states beside its lines, and rules that multiply them. Must not: select; billing does. */
import { z } from 'zod';
import { Price, RateType } from '../price.ts';
import {
  Condition,
  Dimensions,
  Id,
  LocalDate,
  NonNegativeDecimal,
  NonNegativeQuantity,
  RoundingModeSchema,
} from '../primitives.ts';
import { clauseId, lineIds } from './members.ts';

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
