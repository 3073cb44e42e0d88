/** The commands that turn the content of a base into the content of an amendment. Owns the places of new rows; pure. */
import { newCommandId, orderBetween, type SheetDocument, tupleOf } from '@countersign/shared/document';
import type { SheetId } from '@countersign/shared/model/sheets';
import { type Command, ROW_FIELD } from '@countersign/shared/protocol';
import type { DemoRow, DemoSheets } from './demoDocument.ts';

/**
 * New rows go where they stand in the wanted order, changed cells are written one by one. A row of the base that the
 * amendment has not is removed.
 * @param seen log size that the documents were read at.
 */
export function amendmentCommands(
  document: (sheet: SheetId) => SheetDocument,
  wanted: DemoSheets,
  seen: string,
): Command[] {
  return (Object.keys(wanted) as SheetId[]).flatMap((sheet) =>
    sheetCommands(document(sheet), sheet, wanted[sheet] ?? [], seen),
  );
}

function sheetCommands(doc: SheetDocument, sheet: SheetId, rows: readonly DemoRow[], seen: string): Command[] {
  const commands: Command[] = [];
  const put = (rowId: string, field: string, from: string | null, to: string | null): void => {
    commands.push({ id: newCommandId(), sheet, rowId, field, from, to, seen });
  };
  let last: string | null = null;
  rows.forEach(({ rowId, values }, index) => {
    const order = doc.order(rowId);
    if (order === null) {
      const place = orderBetween(last, nextOrder(doc, rows, index));
      put(rowId, ROW_FIELD.insert, null, JSON.stringify(tupleOf(sheet, rowId, place, values)));
      last = place;
      return;
    }
    for (const { id } of doc.spec.columns) {
      const from = doc.value(rowId, id);
      const to = values[id] ?? null;
      if (from !== to) put(rowId, id, from, to);
    }
    last = order;
  });
  const kept = new Set(rows.map(({ rowId }) => rowId));
  for (const rowId of doc.rowIds()) if (!kept.has(rowId)) put(rowId, ROW_FIELD.dead, '0', '1');
  return commands;
}

function nextOrder(doc: SheetDocument, rows: readonly DemoRow[], index: number): string | null {
  for (const { rowId } of rows.slice(index + 1)) {
    const order = doc.order(rowId);
    if (order !== null) return order;
  }
  return null;
}
