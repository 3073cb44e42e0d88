export * from './column.ts';
export * from './content.ts';
export * from './knownTerms.ts';
export * from './sheets.ts';
