export * from './factStore.ts';
export * from './periods.ts';
export * from './readFactFile.ts';
export * from './workspacePreview.ts';
