/** Typed cells: from what a person typed to canonical text, checks of cells, rows and workbooks, and text for people. */
export * from './checkCell.ts';
export { type CellProblem, checkRow, plainLabel } from './checkRow.ts';
export * from './checkWorkbook.ts';
export * from './compareDecimals.ts';
export * from './displayCell.ts';
export * from './readTyped.ts';
