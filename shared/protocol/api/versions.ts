// Contracts, versions, review, epochs and lifecycle commands. Owns their message shapes; must not decide anything.
import { VERSION_COMMANDS } from '@countersign/shared/access';
import { VERSION_STATES } from '@countersign/shared/model';
import { z } from 'zod';
import {
  base64Schema,
  countSchema,
  decimalSchema,
  hashSchema,
  idSchema,
  instantSchema,
  lineSchema,
  permissionSchema,
  personSchema,
} from './primitives.ts';

export const versionStateSchema = z.enum(VERSION_STATES);
export const documentKindSchema = z.enum(['CONTRACT', 'RATE_CARD']);
export const versionKindSchema = z.enum(['ORIGINAL', 'AMENDMENT', 'RENEWAL', 'TERMINATION']);

export const versionSummarySchema = z.strictObject({
  versionId: idSchema,
  contractId: idSchema,
  documentKind: documentKindSchema,
  kind: versionKindSchema,
  sequence: z.number().int(),
  number: z.string(),
  title: z.string(),
  state: versionStateSchema,
  baseVersionId: idSchema.nullable(),
  /** Content hash of a frozen version; null while the version is a draft (its detail gives the current one). */
  contentHash: hashSchema.nullable(),
  /** Local date the terms start, from the Terms sheet; null when blank. */
  effectiveFrom: z.string().nullable(),
  createdAt: instantSchema,
  changedAt: instantSchema,
  /** The newest entry of a draft, in the list of documents: where it stands, when, and by whom. */
  lastEntry: z.strictObject({ index: countSchema, at: instantSchema, userId: idSchema, name: z.string() }).optional(),
});
export type VersionSummary = z.infer<typeof versionSummarySchema>;

/** GET /contracts */
export const contractSchema = z.strictObject({
  id: idSchema,
  kind: documentKindSchema,
  number: z.string(),
  title: z.string(),
  counterparty: z.string(),
  versions: z.array(versionSummarySchema),
});
export type Contract = z.infer<typeof contractSchema>;

/** POST /contracts: a new contract or rate card with one blank draft. */
export const createContractSchema = z.strictObject({
  kind: documentKindSchema,
  number: lineSchema(60),
  title: lineSchema(200),
  counterparty: lineSchema(200),
});
export type CreateContract = z.infer<typeof createContractSchema>;

const versionNeedSchema = z.strictObject({
  kind: z.enum(['approve', 'execute', 'export', 'changesRequested', 'contested', 'draft']),
  versionId: idSchema,
  contractId: idSchema,
  /** What is to be done, in a sentence; the list says the name beside it. */
  text: z.string(),
  /** What is at stake, exact; `change`: what an amendment changes of the gross, signed. */
  amount: z
    .strictObject({ amount: decimalSchema, currency: z.string(), change: z.literal(true).optional() })
    .optional(),
  at: instantSchema,
});
/** What waits for somebody at a version. */
export type VersionNeed = z.infer<typeof versionNeedSchema>;
/** Somebody asks for a role in an emergency and this person may agree; `asked` is the request's log index. */
const emergencyNeedSchema = z.strictObject({
  kind: z.literal('breakGlass'),
  asked: countSchema,
  text: z.string(),
  at: instantSchema,
});
/** GET /needs: what waits for the signed-in person. */
export const needSchema = z.discriminatedUnion('kind', [versionNeedSchema, emergencyNeedSchema]);
export type Need = z.infer<typeof needSchema>;

export const approvalSchema = z.strictObject({
  index: countSchema,
  userId: idSchema,
  name: z.string(),
  deviceId: idSchema,
  at: instantSchema,
  contentHash: hashSchema,
});

/** Something that must be settled before the version can be submitted. */
export const blockerSchema = z.strictObject({
  kind: z.enum(['contested', 'invalid', 'missing', 'empty']),
  sheet: z.string().optional(),
  rowId: z.string().optional(),
  field: z.string().optional(),
  text: z.string(),
});
export type Blocker = z.infer<typeof blockerSchema>;

export const approvalPolicySchema = z.strictObject({
  /** Approvals needed before the version is approved. */
  approversNeeded: z.number().int(),
  /** Why so many, in words; empty for the ordinary single approval. */
  reasons: z.array(z.string()),
});
export type ApprovalPolicy = z.infer<typeof approvalPolicySchema>;

/** Path segment of POST /versions/:id/commands/:kind. */
export const COMMAND_KINDS = VERSION_COMMANDS;
export const commandKindSchema = z.enum(COMMAND_KINDS);
export type CommandKind = z.infer<typeof commandKindSchema>;

/** GET /versions/:id */
export const versionDetailSchema = z.strictObject({
  summary: versionSummarySchema,
  state: versionStateSchema,
  /** Hash of the content as it is now: what `If-Match` names and an approval binds. */
  contentHash: hashSchema,
  base: versionSummarySchema.nullable(),
  /** Everybody who authored an entry since the base, importers included. */
  authors: z.array(personSchema),
  submittedBy: personSchema.extend({ at: instantSchema }).nullable(),
  /** Log index of the submission that waits; an approval names it. null in DRAFT. */
  submittedIndex: countSchema.nullable(),
  executedBy: personSchema.extend({ at: instantSchema }).nullable(),
  /** Why changes were last asked for; null when they were not. */
  changesRequested: z.strictObject({ by: personSchema, at: instantSchema, reason: z.string() }).nullable(),
  approvals: z.array(approvalSchema),
  policy: approvalPolicySchema,
  /** What the caller may do now, and if not, why. */
  can: z.record(z.enum([...COMMAND_KINDS, 'edit']), permissionSchema),
  blockers: z.array(blockerSchema),
  /** Log size the answer was computed at. */
  size: countSchema,
});
export type VersionDetail = z.infer<typeof versionDetailSchema>;

/** Rows in order; dead rows and null fields left out (docs/PROTOCOL.md §6). */
export const workbookContentSchema = z.strictObject({
  schema: z.number().int(),
  kind: documentKindSchema,
  contractId: idSchema,
  sheets: z.record(z.string(), z.array(z.record(z.string(), z.string()))),
});

/** GET /versions/:id/content */
export const versionContentSchema = z.strictObject({ content: workbookContentSchema, contentHash: hashSchema });
export type VersionContent = z.infer<typeof versionContentSchema>;

/** One row that differs from the base. */
export const rowDiffSchema = z.strictObject({
  sheet: z.string(),
  rowId: z.string(),
  /** Name of the row for a person, from the sheet's name column. */
  row: z.string(),
  change: z.enum(['added', 'removed', 'changed', 'moved']),
  fields: z.array(
    z.strictObject({ field: z.string(), label: z.string(), from: z.string().nullable(), to: z.string().nullable() }),
  ),
  /** Who wrote these cells since the base. */
  by: z.array(personSchema),
});
export type ReviewRow = z.infer<typeof rowDiffSchema>;

const moneyDelta = { before: decimalSchema, after: decimalSchema, delta: decimalSchema };
/** `ImpactResult` of shared/billing on the wire. */
export const impactSchema = z.object({
  currency: z.string(),
  periods: z.array(z.object({ period: z.string(), ...moneyDelta, issued: z.boolean() })),
  lines: z.array(z.object({ period: z.string(), lineId: z.string(), label: z.string(), ...moneyDelta })),
  totalDelta: decimalSchema,
  warnings: z.array(z.object({ code: z.string(), text: z.string(), lineId: z.string().optional() })),
});
export type Impact = z.infer<typeof impactSchema>;

/** One thing looked at before approving, with its answer in words. */
export const reviewCheckSchema = z.strictObject({
  id: z.string(),
  label: z.string(),
  ok: z.boolean(),
  detail: z.string(),
});
export type ReviewCheck = z.infer<typeof reviewCheckSchema>;

/** GET /versions/:id/review */
export const reviewSchema = z.strictObject({
  base: versionSummarySchema.nullable(),
  diff: z.array(rowDiffSchema),
  /** null when the version or its base cannot be billed; `impactReason` says why. */
  impact: impactSchema.nullable(),
  impactReason: z.string().nullable(),
  checks: z.array(reviewCheckSchema),
  approvals: z.array(approvalSchema),
  cannotApprove: z.array(personSchema.extend({ reason: z.string() })),
});
export type Review = z.infer<typeof reviewSchema>;

/** POST /versions/:id/epochs */
export const issueEpochsSchema = z.strictObject({ deviceId: idSchema, count: z.number().int().min(1).max(8) });
export const issuedEpochsSchema = z.array(
  z.strictObject({
    epoch: z.string(),
    /** Yjs client id, unique in the version, never issued again. */
    clientId: z.number().int().min(1).max(4294967295),
  }),
);
export type IssuedEpoch = z.infer<typeof issuedEpochsSchema>[number];

/** POST /versions/:id/commands/:kind, with `If-Match: "<contentHash>"` and `Idempotency-Key`. */
export const signedCommandSchema = z.strictObject({
  entry: base64Schema,
  signature: base64Schema,
  payload: base64Schema,
});
export type SignedCommand = z.infer<typeof signedCommandSchema>;
export const commandDoneSchema = z.strictObject({
  index: countSchema,
  leafHash: hashSchema,
  version: versionDetailSchema,
  /** The draft that `amend` opened. */
  created: versionSummarySchema.optional(),
});
export type CommandDone = z.infer<typeof commandDoneSchema>;
