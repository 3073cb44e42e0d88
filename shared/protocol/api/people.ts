// Workspace, sign-in, devices and tickets. Owns the messages of who is here; must not know documents.
import { z } from 'zod';
import {
  base64Schema,
  countSchema,
  idSchema,
  instantSchema,
  lineSchema,
  roleSchema,
  userSchema,
} from './primitives.ts';

/** The ways into a workspace. */
export const signInWaysSchema = z.strictObject({
  demo: z.boolean(),
  /** Local accounts with a sign-in name and a password. */
  passwords: z.boolean(),
  /** OpenID Connect through the company's provider, by the name to show. */
  company: z.strictObject({ name: z.string() }).nullable(),
  /** Nobody who may sign in is an admin yet: the code that the server printed sets up the first one. */
  needsSetUp: z.boolean(),
});
export type SignInWays = z.infer<typeof signInWaysSchema>;

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
  /** How people sign in here; absent from servers that know demo accounts only. */
  signIn: signInWaysSchema.optional(),
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

export const loginSchema = z.string().min(2).max(200);
const nameSchema = lineSchema(120);
/** The server says what is wrong with a password; the bound only keeps the request small. */
const passwordSchema = z.string().min(1).max(1000);

/** How somebody signs in. */
export const accountSchema = z.strictObject({
  /** Sign-in name of a local account; null when there is none. */
  login: z.string().nullable(),
  /** Whether the local account has a password; without one the person needs a code. */
  hasPassword: z.boolean(),
  /** Signs in through the company's provider. */
  company: z.boolean(),
  /** Whether the roles follow the provider's groups, so that nobody changes them here. */
  rolesFromGroups: z.boolean(),
  /** Sign-ins that have not ended. */
  sessions: z.number().int(),
});
export type Account = z.infer<typeof accountSchema>;

/** POST /people, by an admin. */
export const addPersonSchema = z.strictObject({
  name: nameSchema,
  login: loginSchema,
  roles: z.array(roleSchema).max(7),
});
export type AddPerson = z.infer<typeof addPersonSchema>;
/** A one-use code to choose a password with: answered once, kept as a hash. */
export const issuedCodeSchema = z.strictObject({ userId: idSchema, code: z.string(), expiresAt: instantSchema });
export type IssuedCode = z.infer<typeof issuedCodeSchema>;

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
    /** How the person signs in; told to admins, and to the person. */
    account: accountSchema.optional(),
  }),
);
export type People = z.infer<typeof peopleSchema>;

/** POST /people/:id/roles, by an admin who is somebody else; answers the person with the roles held now. */
export const changeRoleSchema = z.strictObject({ action: z.enum(['grant', 'revoke']), role: roleSchema });
export type ChangeRole = z.infer<typeof changeRoleSchema>;

/** POST /session: a demo account, or a local one. */
export const signInSchema = z.union([
  z.strictObject({ userId: idSchema }),
  z.strictObject({ login: loginSchema, password: passwordSchema }),
]);
export type SignIn = z.infer<typeof signInSchema>;
export const signedInSchema = z.strictObject({ token: z.string(), user: userSchema, expiresAt: instantSchema });
export type SignedIn = z.infer<typeof signedInSchema>;
/** GET /session */
export const sessionSchema = z.strictObject({ user: userSchema, expiresAt: instantSchema });
export type Session = z.infer<typeof sessionSchema>;

const codeSchema = z.string().min(10).max(80);
/** POST /session/code/look: what a code is for, before it is used. */
export const lookAtCodeSchema = z.strictObject({ code: codeSchema });
export const codeMeansSchema = z.strictObject({
  purpose: z.enum(['setUp', 'join', 'reset']),
  /** '' for the first admin, who gives their own. */
  name: z.string(),
  login: z.string(),
});
export type CodeMeans = z.infer<typeof codeMeansSchema>;
/** POST /session/code: chooses a password and signs in; `name` and `login` for the first admin only. */
export const useCodeSchema = z.strictObject({
  code: codeSchema,
  password: passwordSchema,
  name: nameSchema.optional(),
  login: loginSchema.optional(),
});
export type UseCode = z.infer<typeof useCodeSchema>;
/** POST /session/password */
export const changePasswordSchema = z.strictObject({ current: passwordSchema, next: passwordSchema });
export type ChangePassword = z.infer<typeof changePasswordSchema>;
/** DELETE /session of a session of the company's provider: where to go to end it there too. */
export const signedOutSchema = z.strictObject({ goTo: z.string() });

/** POST /devices: the raw 32-byte Ed25519 public key. */
export const enrolDeviceSchema = z.strictObject({ publicKey: base64Schema, name: nameSchema });
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

/** A role, or a scope of a program, with the entry that gave it; `by` is '' where the server gave it for nobody. */
export const heldRoleSchema = z.strictObject({
  role: z.string(),
  since: z.string(),
  entry: z.string(),
  by: z.string(),
  byName: z.string(),
});
export type HeldRole = z.infer<typeof heldRoleSchema>;

export const accessReportLineSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  kind: z.enum(['person', 'program']),
  signsInBy: z.enum(['password', 'company', 'demo', 'token', 'nothing']),
  roles: z.array(heldRoleSchema),
  lastSignIn: instantSchema.nullable(),
  /** When the person last signed an entry of the log. */
  lastEntry: instantSchema.nullable(),
  /** Devices that may sign. */
  devices: z.number().int(),
  state: z.enum(['active', 'noRole', 'expired', 'revoked']),
  /** End of a service token. */
  expiresAt: instantSchema.nullable(),
  dormant: z.boolean(),
});
export type AccessReportLine = z.infer<typeof accessReportLineSchema>;

/** A role that somebody held in an emergency. */
export const heldInEmergencySchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  role: z.string(),
  from: instantSchema,
  /** When it ended, or is over at the latest. */
  until: instantSchema,
  reason: z.string(),
  askedBy: z.string(),
  agreedBy: z.string(),
  agreedByName: z.string(),
  /** Log index of the agreement. */
  entry: z.string(),
});
export type HeldInEmergency = z.infer<typeof heldInEmergencySchema>;

/** GET /access-report: who may do what, for auditors and admins. */
export const accessReportSchema = z.strictObject({
  workspace: idSchema,
  at: instantSchema,
  dormantDays: z.number().int(),
  /** Entries of the log that the report stands on. */
  logSize: z.string(),
  lines: z.array(accessReportLineSchema),
  /** Every role that was ever held in an emergency, oldest first. */
  emergencies: z.array(heldInEmergencySchema),
});
export type AccessReport = z.infer<typeof accessReportSchema>;
export const accessReportQuerySchema = z.strictObject({
  format: z.enum(['json', 'csv']).default('json'),
  dormantDays: z.coerce.number().int().min(1).max(3650).default(90),
});
