// Facts, previews, imports and exports. Owns their message shapes; the workspace's routes implement them.
import { ActionFact, DeliveryFact, TouchFact } from '@countersign/shared/model';
import { z } from 'zod';
import { hashSchema, idSchema, instantSchema, personSchema } from './primitives.ts';

/** GET /facts */
export const factsQuerySchema = z.strictObject({ contractId: idSchema, period: z.string().min(4).max(10) });
export const factsSchema = z.strictObject({
  delivery: z.array(DeliveryFact),
  touches: z.array(TouchFact),
  actions: z.array(ActionFact),
  /** Offset tables of the contract's zones as the server reads them, [start in epoch ms or null, offset in ms]: with them a browser comes to the server's bytes. */
  offsets: z.record(z.string(), z.array(z.tuple([z.number().nullable(), z.number()]))).optional(),
});
export type Facts = z.infer<typeof factsSchema>;

/** POST /preview; the answer is exactly the bytes of `previewJson`. */
export const previewRequestSchema = z.strictObject({
  versionId: idSchema.optional(),
  contractId: idSchema.optional(),
  period: z.string().min(4).max(10),
  asOf: instantSchema.optional(),
});
export type PreviewRequest = z.infer<typeof previewRequestSchema>;

/** Which file column fills which sheet column; a sheet column left out is not touched. */
export const importMappingSchema = z.strictObject({
  sheet: z.string(),
  /** Column of the sheet → column of the file. */
  columns: z.record(z.string(), z.string()),
  /** Sheet columns that together name a row: an equal row is changed, another is added. */
  key: z.array(z.string()),
});
export type ImportMapping = z.infer<typeof importMappingSchema>;

/** POST /imports */
export const importStartedSchema = z.strictObject({
  importId: idSchema,
  fileName: z.string(),
  fileHash: hashSchema,
  columns: z.array(z.string()),
  /** First rows, by file column. */
  sample: z.array(z.record(z.string(), z.string())),
  suggestedMapping: importMappingSchema,
  rows: z.number().int(),
  /** How the bytes were read, e.g. "UTF-8, separated by semicolon". */
  readAs: z.string(),
  /** That the file's name promises another kind of file than it is, as a sentence. */
  note: z.string().optional(),
});
export type ImportStarted = z.infer<typeof importStartedSchema>;

/** POST /imports/:id/check */
export const importCheckSchema = z.strictObject({ draftId: idSchema, mapping: importMappingSchema });
export type ImportCheck = z.infer<typeof importCheckSchema>;

export const refusedRowSchema = z.strictObject({
  /** 1-based row of the file, the header being row 1. */
  row: z.number().int(),
  column: z.string(),
  value: z.string(),
  reason: z.string(),
});
export type RefusedRow = z.infer<typeof refusedRowSchema>;

/** GET /imports/:id */
export const importStateSchema = z.strictObject({
  importId: idSchema,
  state: z.enum(['read', 'checking', 'checked', 'committing', 'committed', 'cancelled', 'failed']),
  done: z.number().int(),
  total: z.number().int(),
  result: z
    .strictObject({
      added: z.number().int(),
      changed: z.number().int(),
      same: z.number().int(),
      refused: z.array(refusedRowSchema),
      /** The first 200 of each, for the person who confirms. */
      addedRows: z.array(z.strictObject({ row: z.number().int(), name: z.string() })).optional(),
      changedRows: z
        .array(
          z.strictObject({
            row: z.number().int(),
            rowId: z.string(),
            name: z.string(),
            changes: z.array(
              z.strictObject({
                field: z.string(),
                label: z.string(),
                from: z.string().nullable(),
                to: z.string().nullable(),
              }),
            ),
          }),
        )
        .optional(),
    })
    .optional(),
  /** Why it failed, in words. */
  reason: z.string().optional(),
  /** Log index of the committed import. */
  index: z.string().optional(),
});
export type ImportState = z.infer<typeof importStateSchema>;

/** GET /exports */
export const exportSchema = z.strictObject({
  exportId: idSchema,
  versionId: idSchema,
  contractId: idSchema,
  title: z.string(),
  contentHash: hashSchema,
  by: personSchema,
  at: instantSchema,
  index: z.string(),
  /** Bundle size in bytes. */
  bytes: z.number().int(),
});
export type Export = z.infer<typeof exportSchema>;
