/** The typed sheets of a draft: their columns, known terms and the content they hold. */
export * from './column.ts';
export * from './content.ts';
export * from './knownTerms.ts';
export * from './sheets.ts';
