// Pieces every HTTP message is made of (docs/PROTOCOL.md §5). Owns text shapes and the problem document; must not know any route.
import { ROLES } from '@countersign/shared/access';
import { z } from 'zod';

/** Log index or size, a decimal string: an index may pass 2^53 in other languages' readers. */
export const countSchema = z.string().regex(/^(0|[1-9]\d{0,15})$/);
/** UTC instant, ISO 8601. */
export const instantSchema = z.string().min(20).max(40);
export const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);
export const base64Schema = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);
export const idSchema = z
  .string()
  .min(1)
  .max(120)
  .regex(/^[A-Za-z0-9._~$-]+$/);
/**
 * [AUTH-37] A name on one line, as it is shown in lists, logs and terminals: nothing that ends a line, moves a cursor or turns the direction of what
 * follows, so that no name can look like something else.
 */
export const lineSchema = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]*$/u, 'has a character that is not shown');
/** Exact decimal, never a JSON number. */
export const decimalSchema = z.string().regex(/^-?\d+(\.\d+)?$/);

export { ROLES };
export const roleSchema = z.enum(ROLES);

export const personSchema = z.strictObject({ userId: idSchema, name: z.string() });

export const userSchema = z.strictObject({ id: idSchema, name: z.string(), roles: z.array(roleSchema) });
export type User = z.infer<typeof userSchema>;

/** An answer of the pure rules: allowed, or why not, in words for a person. */
export const permissionSchema = z.union([
  z.strictObject({ ok: z.literal(true) }),
  z.strictObject({ ok: z.literal(false), reason: z.string() }),
]);
export type Permission = z.infer<typeof permissionSchema>;

/** RFC 9457 problem details; `code` is for programs, `detail` and `action` for people. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  /** Path of what is wrong: a field, a sheet/row/column, a header. */
  at: z.string().optional(),
  /** What to do next. */
  action: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;
