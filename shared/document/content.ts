// Between documents and plain content. Owns what a version's content is made of: visible rows in order, blanks left out.
import {
  contentHash,
  type DocumentKind,
  type RowContent,
  SHEET_SCHEMA,
  SHEETS_OF,
  type SheetId,
  type WorkbookContent,
} from '@countersign/shared/model/sheets';
import type { NewRow } from './chunks.ts';
import { fieldsOf, type SheetDocument } from './sheetDocument.ts';

export { contentHash, type WorkbookContent };

/** Documents by sheet; a sheet that is missing counts as empty. */
export type SheetDocuments = ReadonlyMap<SheetId, SheetDocument>;

/** [DOC-31] The content of the documents as they are now. Removed rows are left out, also where their removal is contested. */
export function workbookContent(kind: DocumentKind, contractId: string, docs: SheetDocuments): WorkbookContent {
  const sheets: Record<string, RowContent[]> = {};
  for (const sheet of SHEETS_OF[kind]) {
    const doc = docs.get(sheet);
    sheets[sheet] = doc === undefined ? [] : rowsOf(doc);
  }
  return { schema: SHEET_SCHEMA, kind, contractId, sheets };
}

function rowsOf(doc: SheetDocument): RowContent[] {
  const rows: RowContent[] = [];
  for (const rowId of doc.allRowIds()) {
    const tuple = doc.isDead(rowId) ? null : doc.tuple(rowId);
    if (tuple !== null) rows.push({ rowId, ...fieldsOf(doc.spec, tuple) });
  }
  return rows;
}

/** [DOC-32] Rows for `buildSheetUpdate`, with the same row ids and order: the content of an amendment's first documents. */
export function contentToSheets(content: WorkbookContent): Map<SheetId, NewRow[]> {
  return new Map(
    SHEETS_OF[content.kind].map((sheet) => [
      sheet,
      (content.sheets[sheet] ?? []).map(({ rowId, ...values }) => ({ rowId, values })),
    ]),
  );
}
