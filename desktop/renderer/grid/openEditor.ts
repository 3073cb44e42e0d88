// The one editor that may stand open in a sheet. Owns that what was typed into it is kept however it ends: left, torn away with its row or
// its screen, or about to go with the window. Only Escape gives it up.
import type { CellSight } from '../sync/draftSession.ts';
import type { GridColumn } from './sheetColumns.ts';
import type { GridRow } from './sheetModel.ts';

/** An editor as the grid opened it. */
export interface Editor {
  readonly row: GridRow;
  readonly column: GridColumn;
  text(): string;
}

export interface EditorPort {
  /** What the person sees of the cell now. */
  sight(row: GridRow, column: GridColumn): CellSight;
  /** What an untouched editor of the cell holds. */
  untouched(row: GridRow, column: GridColumn): string;
  keep(row: GridRow, column: GridColumn, text: string, sight: CellSight): void;
}

/** What was typed into a cell, and what was seen of it as its editor opened. */
export interface TypedCell {
  readonly row: GridRow;
  readonly column: GridColumn;
  readonly text: string;
  readonly sight: CellSight;
}

interface Standing {
  readonly editor: Editor;
  readonly untouched: string;
  readonly sight: CellSight;
}

export class OpenEditor {
  readonly #port: EditorPort;
  #standing: Standing | null = null;

  constructor(port: EditorPort) {
    this.#port = port;
  }

  /** An editor opened; the answer is to be called when it is taken away. */
  opened(editor: Editor): () => void {
    this.#stand(editor, this.#port.untouched(editor.row, editor.column));
    return () => {
      const standing = this.#standing;
      if (standing?.editor !== editor) return;
      this.#standing = null;
      const text = editor.text();
      // The grid may be taking the row away just now; what is kept may bring the row back, and must not do so under its hands.
      queueMicrotask(() => this.#keep(standing, text));
    };
  }

  /** The person gave up what they typed. */
  cancelled(): void {
    this.#standing = null;
  }

  /** Takes what stands there, to be written elsewhere too; the editor keeps nothing more by itself. */
  taken(): TypedCell | null {
    const standing = this.#standing;
    if (standing === null) return null;
    this.#standing = null;
    const { row, column } = standing.editor;
    return { row, column, text: standing.editor.text(), sight: standing.sight };
  }

  /** Keeps what stands there now, as if the cell had been left; what is typed on counts from here. */
  keep(): void {
    const standing = this.#standing;
    if (standing === null) return;
    const text = standing.editor.text();
    if (this.#keep(standing, text)) this.#stand(standing.editor, text);
  }

  /** An editor that nobody touched says nothing, also when the cell changed under it. */
  #keep({ editor: { row, column }, untouched, sight }: Standing, text: string): boolean {
    if (text === untouched) return false;
    this.#port.keep(row, column, text, sight);
    return true;
  }

  #stand(editor: Editor, untouched: string): void {
    this.#standing = { editor, untouched, sight: this.#port.sight(editor.row, editor.column) };
  }
}
