/** Who agrees, and the words: parties, clauses, and terms that no other model covers. Must not: compute. */
import { z } from 'zod';
import { Id } from '../primitives.ts';
import { clauseId } from './members.ts';

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

const TERM_TYPES = [
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
