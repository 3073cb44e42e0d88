/** Messages of the HTTP API as schemas and types (docs/PROTOCOL.md). */
export * from './accounts.ts';
export * from './breakGlass.ts';
export * from './figures.ts';
export * from './log.ts';
export * from './people.ts';
export * from './primitives.ts';
export * from './versions.ts';
export * from './work.ts';
