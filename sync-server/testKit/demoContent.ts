/** A demo version as workbook content. Owns the row order; must not hash or sign. */
import {
  type DocumentKind,
  type RowContent,
  SHEET_SCHEMA,
  SHEETS_OF,
  type WorkbookContent,
} from '@countersign/shared/model/sheets';
import type { DemoSheets } from '../demo/demoDocument.ts';

/** Every sheet of the kind, also the empty ones; rows in the order they were given. */
export function contentOfSheets(contractId: string, kind: DocumentKind, sheets: DemoSheets): WorkbookContent {
  return {
    schema: SHEET_SCHEMA,
    kind,
    contractId,
    sheets: Object.fromEntries(
      SHEETS_OF[kind].map((sheet) => [
        sheet,
        (sheets[sheet] ?? []).map((row): RowContent => ({ ...row.values, rowId: row.rowId })),
      ]),
    ),
  };
}
