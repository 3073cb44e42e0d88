export * from './column.ts';
export * from './sheets.ts';
