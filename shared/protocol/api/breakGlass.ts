// Roles held in an emergency. Owns the messages of asking, agreeing, ending and listing; who may is shared/access's.
import { EMERGENCY_ROLES, MOST_EMERGENCY_MINUTES } from '@countersign/shared/access';
import { z } from 'zod';
import { countSchema, hashSchema, instantSchema, permissionSchema, personSchema } from './primitives.ts';

const didSchema = z.strictObject({ by: personSchema, at: instantSchema, index: countSchema });

/** One request and what became of it. */
export const emergencySchema = z.strictObject({
  /** Log index and leaf hash of the request: what an agreement signs. */
  asked: countSchema,
  askedHash: hashSchema,
  person: personSchema,
  role: z.enum(EMERGENCY_ROLES),
  minutes: z.int().min(1).max(MOST_EMERGENCY_MINUTES),
  reason: z.string(),
  state: z.enum(['asked', 'lapsed', 'withdrawn', 'active', 'ended']),
  request: didSchema,
  agreement: didSchema.nullable(),
  /** When the term is over at the latest, by the log's time. */
  until: instantSchema.nullable(),
  end: didSchema.nullable(),
  /** For the caller. */
  can: z.strictObject({ agree: permissionSchema, end: permissionSchema }),
});
export type EmergencyLine = z.infer<typeof emergencySchema>;

/** GET /break-glass: newest first; `now` is the log's time, so that a screen counts down by it. */
export const emergenciesSchema = z.strictObject({ now: instantSchema, lines: z.array(emergencySchema) });
export type EmergencyLines = z.infer<typeof emergenciesSchema>;

/** POST /break-glass, /break-glass/:asked/agree and /break-glass/:asked/end, with what the device signed: where the act stands in the log. */
export const actDoneSchema = z.strictObject({ index: countSchema });
export type ActDone = z.infer<typeof actDoneSchema>;
