/** Typed cells: from what a person typed to canonical text, checks of cells, rows and workbooks, and text for people. */
export * from './checkCell.ts';
export * from './checkWorkbook.ts';
export * from './displayCell.ts';
export * from './readTyped.ts';
