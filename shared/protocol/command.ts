// The command: one person's intent on one cell or row (docs/PROTOCOL.md §2). Owns its schema; must not touch documents.
import { z } from 'zod';
import { LIMITS } from './messages.ts';

/** Fields that are not columns. */
export const ROW_FIELD = { insert: '$insert', dead: '$dead', order: '$order', comment: '$comment' } as const;

export const commandSchema = z.strictObject({
  /** 16 base64url characters, made by the author. */
  id: z.string().regex(/^[\w-]{16}$/),
  sheet: z.string().min(1).max(40),
  rowId: z.string().regex(/^r-[\w-]{1,40}$/),
  /** A column id, or one of ROW_FIELD. */
  field: z.string().min(1).max(40),
  /** Canonical text the author saw; null is blank. */
  from: z.string().max(20_000).nullable(),
  /** Canonical text wanted; null is blank. */
  to: z.string().max(20_000).nullable(),
  /** Log size up to which the author had applied this draft's entries when the command was made. */
  seen: z.string().regex(/^(0|[1-9]\d{0,15})$/),
});
export type Command = z.infer<typeof commandSchema>;

/** Part 0 of the payload of `edit` and `choose` entries. */
export const editPayloadSchema = z.strictObject({
  draftId: z.string().min(1).max(120),
  commands: z.array(commandSchema).min(1).max(LIMITS.batchCommands),
  updates: z
    .array(z.strictObject({ sheet: z.string().min(1).max(40), part: z.number().int().min(1).max(32) }))
    .min(1)
    .max(16),
  /** Log index of the fold that the batch was made on; absent when it was made before the first. */
  fold: z
    .string()
    .regex(/^(0|[1-9]\d{0,15})$/)
    .optional(),
});
export type EditPayload = z.infer<typeof editPayloadSchema>;

const [ID, ROW, SEEN] = [/^[\w-]{16}$/, /^r-[\w-]{1,40}$/, /^(0|[1-9]\d{0,15})$/];
const MOST_TEXT = 20_000;

/**
 * Whether a payload of the right shape keeps the limits of `editPayloadSchema`, asked without making it anew: every batch is asked. The
 * schema says what is wrong with one that does not.
 */
export function isWithinLimits({ draftId, commands, updates, fold }: EditPayload): boolean {
  const isName = (text: string, most = 40): boolean => text.length >= 1 && text.length <= most;
  const isShort = (value: string | null): boolean => value === null || value.length <= MOST_TEXT;
  return (
    isName(draftId, 120) &&
    (fold === undefined || SEEN.test(fold)) &&
    commands.length >= 1 &&
    commands.length <= LIMITS.batchCommands &&
    updates.length >= 1 &&
    updates.length <= 16 &&
    updates.every(({ sheet, part }) => isName(sheet) && part >= 1 && part <= 32) &&
    commands.every(
      ({ id, sheet, rowId, field, from, to, seen }) =>
        ID.test(id) &&
        isName(sheet) &&
        ROW.test(rowId) &&
        isName(field) &&
        isShort(from) &&
        isShort(to) &&
        SEEN.test(seen),
    )
  );
}
