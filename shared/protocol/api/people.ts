// Workspace, sign-in, devices and tickets. Owns the messages of who is here; must not know documents.
import { z } from 'zod';
import { base64Schema, countSchema, idSchema, instantSchema, roleSchema, userSchema } from './primitives.ts';

/** GET /workspace */
export const workspaceSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  demo: z.boolean(),
  /** Origin line of the workspace's checkpoints. */
  origin: z.string(),
  /** C2SP verifier key of the log. */
  vkey: z.string(),
  policyHash: z.string(),
  serverVersion: z.string(),
  kernelVersion: z.string(),
});
export type Workspace = z.infer<typeof workspaceSchema>;

/** GET /demo/accounts */
export const demoAccountSchema = z.strictObject({
  userId: idSchema,
  name: z.string(),
  roles: z.array(roleSchema),
  /** What this account is for, in one sentence. */
  says: z.string(),
});
export type DemoAccount = z.infer<typeof demoAccountSchema>;

/** GET /people: everybody of the workspace. */
export const peopleSchema = z.array(
  z.strictObject({
    userId: idSchema,
    name: z.string(),
    roles: z.array(roleSchema),
    devices: z.array(
      z.strictObject({
        deviceId: idSchema,
        name: z.string(),
        /** active, revoked, or frozen after it signed two different entries with one number. */
        state: z.enum(['active', 'revoked', 'frozen']),
      }),
    ),
  }),
);
export type People = z.infer<typeof peopleSchema>;

/** POST /people/:id/roles, by an admin who is somebody else; answers the person with the roles held now. */
export const changeRoleSchema = z.strictObject({ action: z.enum(['grant', 'revoke']), role: roleSchema });
export type ChangeRole = z.infer<typeof changeRoleSchema>;

/** POST /session */
export const signInSchema = z.strictObject({ userId: idSchema });
export const signedInSchema = z.strictObject({ token: z.string(), user: userSchema, expiresAt: instantSchema });
export type SignedIn = z.infer<typeof signedInSchema>;
/** GET /session */
export const sessionSchema = z.strictObject({ user: userSchema, expiresAt: instantSchema });
export type Session = z.infer<typeof sessionSchema>;

/** POST /devices: the raw 32-byte Ed25519 public key. */
export const enrolDeviceSchema = z.strictObject({ publicKey: base64Schema, name: z.string().min(1).max(120) });
export type EnrolDevice = z.infer<typeof enrolDeviceSchema>;
export const enrolledDeviceSchema = z.strictObject({
  deviceId: idSchema,
  /** Epoch of this device's lifecycle commands. */
  commandEpoch: z.string(),
  /** Where the enrolment stands in the log. */
  index: countSchema,
  /** Head of the command epoch's chain, for a computer that lost its own record of it. */
  commandChain: z.strictObject({ nextSeq: countSchema, prevDev: z.string() }),
});
export type EnrolledDevice = z.infer<typeof enrolledDeviceSchema>;

/** POST /tickets */
export const ticketSchema = z.strictObject({ ticket: z.string() });
export type Ticket = z.infer<typeof ticketSchema>;
