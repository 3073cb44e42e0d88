export { requireCheckpoint } from './checkpointer.ts';
export * from './entryBuilder.ts';
export * from './history.ts';
export * from './logTail.ts';
export * from './nativeCrypto.ts';
export * from './sequencer.ts';
export * from './serverKeys.ts';
export * from './witnessing.ts';
export * from './workspacePolicy.ts';
