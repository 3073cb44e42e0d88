// Batches of commands over several sheets, as a device seals them. Owns cutting by sheet.
import type { SheetId } from '@countersign/shared/model/sheets';
import type { Command } from '@countersign/shared/protocol';
import { CommandError, encodeCommands } from './apply.ts';
import { type NewRow, tupleOf } from './chunks.ts';
import type { SheetDocument } from './sheetDocument.ts';

/** Text of `to` in a command that inserts a row. @throws RangeError for a column the sheet has not. */
export function insertText(sheet: SheetId, rowId: string, order: string, values: NewRow['values']): string {
  return JSON.stringify(tupleOf(sheet, rowId, order, values));
}

/**
 * [DOC-8] Applies a batch to its documents, one transaction and one update a sheet, in the order the sheets are first named.
 * @throws CommandError before anything is written when a sheet is not among the documents.
 */
export function encodeBatch(
  docs: ReadonlyMap<SheetId, SheetDocument>,
  clientId: number,
  commands: readonly Command[],
): { readonly sheet: SheetId; readonly update: Uint8Array }[] {
  const bySheet = [...Map.groupBy(commands, (command) => command.sheet)].map(([sheet, own]) => {
    const doc = docs.get(sheet as SheetId);
    if (doc === undefined) throw new CommandError(`There is no sheet "${sheet}" in the draft.`);
    return { doc, own };
  });
  return bySheet.map(({ doc, own }) => ({ sheet: doc.sheet, update: encodeCommands(doc, clientId, own) }));
}
