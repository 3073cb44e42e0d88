// Batches of commands over several sheets, as a device seals them. Owns cutting by sheet and which commands build on which.
import type { SheetId } from '@countersign/shared/model/sheets';
import { type Command, ROW_FIELD } from '@countersign/shared/protocol';
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

/**
 * [DOC-9] Commands of `rest` that build on a refused one and go to *Needs attention* with it: writes of the same cell whose
 * `from` is a refused value, and everything on a row whose insertion was refused. Follows chains.
 */
export function dependents(refused: readonly Command[], rest: readonly Command[]): Command[] {
  const cell = (command: Command): string => `${command.sheet}/${command.rowId}/${command.field}`;
  const lostValues = new Map<string, Set<string | null>>();
  const lostRows = new Set<string>();
  const lose = (command: Command): void => {
    if (command.field === ROW_FIELD.insert) lostRows.add(`${command.sheet}/${command.rowId}`);
    const values = lostValues.get(cell(command)) ?? new Set();
    lostValues.set(cell(command), values.add(command.to));
  };
  refused.forEach(lose);
  return rest.filter((command) => {
    const builds =
      lostRows.has(`${command.sheet}/${command.rowId}`) || (lostValues.get(cell(command))?.has(command.from) ?? false);
    if (builds) lose(command);
    return builds;
  });
}
