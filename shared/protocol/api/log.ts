// Reading the signed history. Owns the shapes of readable entries and proofs; must not verify anything.
import { z } from 'zod';
import { base64Schema, countSchema, hashSchema, idSchema, instantSchema } from './primitives.ts';

/** GET /versions/:id/cells/:sheet/:rowId/:field/history, oldest first. */
export const cellHistorySchema = z.array(
  z.strictObject({
    index: countSchema,
    at: instantSchema,
    userId: idSchema,
    name: z.string(),
    from: z.string().nullable(),
    to: z.string().nullable(),
    /** Kind of the entry: edit, choose, import, create. */
    kind: z.string(),
    /** The write met another one that had not seen it. */
    contested: z.boolean().optional(),
  }),
);
export type CellHistoryItem = z.infer<typeof cellHistorySchema>[number];

export const readableChangeSchema = z.strictObject({
  sheet: z.string(),
  rowId: z.string(),
  /** The row's name for a person. */
  row: z.string(),
  field: z.string(),
  label: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
});
export type ReadableChange = z.infer<typeof readableChangeSchema>;

export const logEntrySchema = z.strictObject({
  index: countSchema,
  at: instantSchema,
  userId: idSchema,
  name: z.string(),
  doc: idSchema,
  docName: z.string(),
  kind: z.string(),
  changes: z.array(readableChangeSchema),
  /** How many more it changed than are listed; absent when all are. */
  moreChanges: z.number().int().min(1).optional(),
  /** The entry in one sentence. */
  text: z.string(),
  /** The reason its author gave, where the kind has one. */
  why: z.string().optional(),
  leafHash: hashSchema,
  deviceId: idSchema,
});
export type LogEntry = z.infer<typeof logEntrySchema>;

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const boundSchema = z.union([day, z.iso.datetime({ precision: 3 })]);

/** GET /log: newest first; `before` of the next page is `next`. The period is as in GET /audit. */
export const logQuerySchema = z.strictObject({
  from: boundSchema.optional(),
  to: boundSchema.optional(),
  doc: idSchema.optional(),
  user: idSchema.optional(),
  kind: z.string().max(40).optional(),
  before: countSchema.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const logPageSchema = z.strictObject({ entries: z.array(logEntrySchema), next: countSchema.nullable() });
export type LogPage = z.infer<typeof logPageSchema>;

/** GET /log/:index: everything needed to check one entry by oneself. */
export const logItemSchema = z.strictObject({
  index: countSchema,
  leaf: base64Schema,
  /** null when an erase leaf removed the bytes. */
  payload: base64Schema.nullable(),
  /** Proof at the newest checkpoint; empty path and null checkpoint before the first one that covers the entry. */
  inclusion: z.strictObject({ size: countSchema, proof: z.array(hashSchema) }).nullable(),
  checkpoint: z.string().nullable(),
});
export type LogItem = z.infer<typeof logItemSchema>;

/** GET /log/checkpoint */
export const checkpointSchema = z.strictObject({ size: countSchema, note: z.string() });
export type CheckpointMessage = z.infer<typeof checkpointSchema>;
/** GET /log/inclusion and /log/consistency */
export const inclusionQuerySchema = z.strictObject({ index: countSchema, size: countSchema });
export const consistencyQuerySchema = z.strictObject({ from: countSchema, to: countSchema });
export const proofSchema = z.strictObject({ proof: z.array(hashSchema) });
export type Proof = z.infer<typeof proofSchema>;

/** GET /log/keys: who may sign. */
export const keysQuerySchema = z.strictObject({ from: countSchema });
export const keyLeavesSchema = z.strictObject({
  /** Leaves of the workspace document from `from`, in log order; the payload of key leaves only. */
  leaves: z.array(z.strictObject({ index: countSchema, leaf: base64Schema, payload: base64Schema.nullable() })),
  /** Whether more follow. */
  more: z.boolean(),
});
export type KeyLeaves = z.infer<typeof keyLeavesSchema>;

/** GET /audit: entries from `from` up to and with the day `to`, or before the instant `to`. */
export const auditQueryParamsSchema = z.strictObject({
  from: boundSchema.optional(),
  to: boundSchema.optional(),
  doc: idSchema.optional(),
  user: idSchema.optional(),
  format: z.enum(['csv', 'bundle']),
});
export type AuditParams = z.infer<typeof auditQueryParamsSchema>;

/** POST /reads: data left the app by a way that the server does not see. */
export const readReportSchema = z.strictObject({
  action: z.enum(['copy', 'print', 'export']),
  versionId: idSchema,
  sheet: z.string().max(40).optional(),
  rows: z.number().int().min(1).max(10_000_000),
});
export type ReadReport = z.infer<typeof readReportSchema>;
/** Copies of at most this many rows are everyday work and leave no leaf. */
export const COPY_ROWS_UNRECORDED = 200;

/** GET /parked: what revoked devices sent after their revocation, oldest first. */
export const parkedSchema = z.array(
  z.strictObject({
    /** Log index of the park leaf. */
    index: countSchema,
    at: instantSchema,
    versionId: idSchema,
    /** Name of the version: "2659161, version 3". */
    docName: z.string(),
    deviceId: idSchema,
    userId: idSchema,
    name: z.string(),
    kind: z.string(),
    reason: z.string(),
    /** What it would have changed, values as they were signed: also the tuple of a new row, so that it can be entered again. */
    changes: z.array(readableChangeSchema),
  }),
);
export type Parked = z.infer<typeof parkedSchema>[number];

/** POST /log/:index/erase: why the content of the entry goes. */
export const eraseSchema = z.strictObject({ reason: z.string().min(3).max(500) });
/** The leaf that says so. */
export const erasedSchema = z.strictObject({ index: countSchema });

/** GET /log/key-changes: how the log's key came to be the one in force; each change is proved by the key before it. */
export const keyChangesAnswerSchema = z.strictObject({
  changes: z
    .array(
      z.strictObject({
        leaf: z.string(),
        payload: z.string(),
        proof: z.array(z.string()).max(63),
        checkpoint: z.string(),
      }),
    )
    .max(64),
});
export type KeyChangesAnswer = z.infer<typeof keyChangesAnswerSchema>;
