// Sign-in through the company's provider, and tokens of programs. Owns these messages; people and local accounts are in people.ts.
import { SERVICE_SCOPES } from '@countersign/shared/access';
import { z } from 'zod';
import { idSchema, instantSchema, lineSchema } from './primitives.ts';

/** What a program may be let do. */
export const serviceScopeSchema = z.enum(SERVICE_SCOPES);

/** GET /service-tokens, for admins and auditors. */
export const serviceTokenSchema = z.strictObject({
  tokenId: idSchema,
  name: z.string(),
  scopes: z.array(serviceScopeSchema),
  createdBy: z.string(),
  createdAt: instantSchema,
  expiresAt: instantSchema,
  state: z.enum(['active', 'expired', 'revoked']),
});
export type ServiceToken = z.infer<typeof serviceTokenSchema>;

/** POST /service-tokens, by an admin. */
export const makeServiceTokenSchema = z.strictObject({
  name: lineSchema(120),
  scopes: z.array(serviceScopeSchema).min(1),
  /** Days until it expires. */
  days: z.number().int().min(1).max(730),
});
export type MakeServiceToken = z.infer<typeof makeServiceTokenSchema>;
/** The token is told here and never again. */
export const madeServiceTokenSchema = z.strictObject({ token: z.string(), about: serviceTokenSchema });
export type MadeServiceToken = z.infer<typeof madeServiceTokenSchema>;

/** SHA-256 of a secret that the app keeps until the end of the sign-in, base64url. */
const challengeSchema = z.string().regex(/^[\w-]{43}$/);
const secretSchema = z.string().regex(/^[\w-]{43,128}$/);

/** POST /session/company: begins a sign-in through the provider; answers the address to open. */
export const beginCompanySchema = z.strictObject({
  challenge: challengeSchema,
  /** Where the browser goes at the end: the server's own page, or a desktop app that listens on this computer. */
  returnTo: z.union([z.literal('page'), z.string().regex(/^http:\/\/127\.0\.0\.1:\d{4,5}\/signed-in$/)]),
});
export type BeginCompany = z.infer<typeof beginCompanySchema>;
export const begunCompanySchema = z.strictObject({ url: z.string() });

/** POST /session/company/finish: the one-use code that came back, and the secret behind the challenge. */
export const finishCompanySchema = z.strictObject({ code: secretSchema, secret: secretSchema });
export type FinishCompany = z.infer<typeof finishCompanySchema>;
