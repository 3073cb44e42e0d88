export * from './dataFolder.ts';
export * from './errors.ts';
export * from './identity.ts';
export type { KyselyStorage } from './kyselyStore.ts';
export type { ColumnTypes, Migration, MigrationSet } from './migrations.ts';
export * from './port.ts';
export * from './postgres/index.ts';
export * from './sqlite.ts';
export { FlushFailed } from './walFlush.ts';
