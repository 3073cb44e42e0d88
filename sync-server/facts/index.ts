export * from './factStore.ts';
export * from './readFactFile.ts';
