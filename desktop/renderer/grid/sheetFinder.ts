// Finding and replacing in the open sheet: only in what is displayed, in reading order. Owns no rows and writes nothing itself.
import type { CellEdit } from '../sync/draftSession.ts';
import { type FoundCell, findCells } from './find.ts';
import type { Size } from './ranges.ts';
import { replacements } from './replace.ts';
import type { GridRow, SheetModel } from './sheetModel.ts';

/** The open sheet as it is searched. */
export interface SearchedSheet {
  readonly model: SheetModel;
  size(): Size;
  rowAt(index: number): GridRow | null;
  deniesWriting(): boolean;
}

export class SheetFinder {
  readonly #sheet: SearchedSheet;
  readonly #write: (edits: readonly CellEdit[]) => void;

  /** `write` makes its edits one step that can be taken back. */
  constructor(sheet: SearchedSheet, write: (edits: readonly CellEdit[]) => void) {
    this.#sheet = sheet;
    this.#write = write;
  }

  /** What is displayed, from the top. */
  displayed(): readonly GridRow[] {
    return Array.from({ length: this.#sheet.size().rows }, (_, i) => this.#sheet.rowAt(i)).filter(
      (row) => row !== null,
    );
  }

  /** Cells that hold the text, in reading order of what is displayed. */
  findAll(text: string): readonly FoundCell[] {
    return findCells(this.#sheet.model, this.displayed(), text);
  }

  /** Writes another text for one in these cells, as one step that can be taken back. Returns how many cells hold it only as shown. */
  replace(cells: readonly FoundCell[], text: string, by: string): number {
    const { edits, left } = replacements(this.#sheet.model, cells, text, by);
    if (edits.length > 0 && !this.#sheet.deniesWriting()) this.#write(edits);
    return left;
  }
}
