/** Facts of a workspace: brought, kept, and billed in previews. */
export { bringFacts } from './bringFacts.ts';
export * from './factStore.ts';
export * from './periods.ts';
export * from './previewSource.ts';
export * from './readFactFile.ts';
export * from './workspaceFacts.ts';
export * from './workspacePreview.ts';
