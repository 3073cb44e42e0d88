// Builders for the tests of this folder: sheets with rows, commands, seeded randomness. Must not be imported by the product.
import type { SheetId } from '@countersign/shared/model/sheets';
import type { Command } from '@countersign/shared/protocol';
import { encodeCommands } from '../apply.ts';
import { buildSheetUpdate, type NewRow } from '../chunks.ts';
import type { Randomness } from '../ids.ts';
import { SheetDocument } from '../sheetDocument.ts';

/** Row id of a number: r-000000000007. */
export function rowId(n: number): string {
  return `r-${String(n).padStart(12, '0')}`;
}

/** Rows 0 … count-1 of the Lines sheet, each with a line number and a rate. */
export function lineRows(count: number): NewRow[] {
  return Array.from({ length: count }, (_, i) => ({
    rowId: rowId(i),
    values: { line: `${i}.0`, product: `Product ${i}`, rateType: 'SPOT', rate: '100.00' },
  }));
}

/** The initial update of a Lines sheet, as the server writes it. */
export function linesUpdate(count: number): Uint8Array {
  return buildSheetUpdate(1, 'lines', lineRows(count));
}

let made = 0;
/** A command on the Lines sheet; `seen` 0 unless given. */
export function command(row: number | string, field: string, to: string | null, more: Partial<Command> = {}): Command {
  made += 1;
  const id = `c${String(made).padStart(15, '0')}`;
  return {
    id,
    sheet: 'lines',
    rowId: typeof row === 'number' ? rowId(row) : row,
    field,
    from: null,
    to,
    seen: '0',
    ...more,
  };
}

/** Repeatable randomness (xorshift32). */
export function seeded(seed: number): Randomness {
  let state = seed | 1;
  return (length) =>
    Uint8Array.from({ length }, () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state & 255;
    });
}

/** A sheet and the updates that made it, so that another replica can be made. */
export function sheetWith(count: number, sheet: SheetId = 'lines'): { doc: SheetDocument; updates: Uint8Array[] } {
  const updates = [sheet === 'lines' ? linesUpdate(count) : buildSheetUpdate(1, sheet, [])];
  return { doc: new SheetDocument(sheet, updates), updates };
}

/** What another device with these updates would send for these commands. */
export function sealed(updates: readonly Uint8Array[], clientId: number, commands: readonly Command[]): Uint8Array {
  const author = new SheetDocument('lines', updates);
  const update = encodeCommands(author, clientId, commands);
  author.destroy();
  return update;
}
