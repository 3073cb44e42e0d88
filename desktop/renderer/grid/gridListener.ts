// What the grid tells the screen around it. Owns the words of that conversation only.

/** What a key may open above the grid. */
export type Asked = 'find' | 'replace' | 'goTo';

/** What the screen around the grid is told. */
export interface GridListener {
  /** Another cell is active, or more or less is selected. */
  onSelection(): void;
  /** What the sheet shows changed: cells, rows, marks, presence. */
  onChanged(): void;
  /** A write was not allowed; shown at the active cell. */
  onDenied(reason: string): void;
  /** Something to say: what a paste or an undo could not do. */
  onMessage(text: string): void;
  onAsk(asked: Asked): void;
  /** Rows were put on the clipboard. */
  onCopied(rows: number): void;
  onOpenMark(): void;
  onNextSheet(by: 1 | -1): void;
  /** Changes of others, counted for a polite announcement. */
  onRemote(cells: number): void;
}
