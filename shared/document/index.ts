/** Drafts as documents: the Yjs layout of a sheet, commands, admission, contests, content and differences. */
export * from './acceptedEntry.ts';
export * from './admit.ts';
export * from './admitBatch.ts';
export * from './apply.ts';
export * from './batch.ts';
export * from './checkCommands.ts';
export * from './chunks.ts';
export * from './comments.ts';
export * from './content.ts';
export * from './contests.ts';
export * from './diff.ts';
export * from './draftState.ts';
export type { FoldPlan } from './fold.ts';
export * from './ids.ts';
export * from './layout.ts';
export * from './order.ts';
export * from './sheetDocument.ts';
export { readStrictUpdate, type SetStruct, type StrictUpdate, UpdateFormatError } from './strictUpdate.ts';
