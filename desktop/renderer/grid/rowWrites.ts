// Inserting and removing the rows of the selection. Owns which rows those are; the session writes them.
import type { EditOutcome } from '../sync/draftSession.ts';
import { activeRange, rectOf } from './ranges.ts';
import type { WriteWords, WrittenSheet } from './sheetWrites.ts';

/** How a write is run, and how what did not go is said. */
export interface WriteReport {
  run(work: Promise<unknown>): void;
  say(outcome: EditOutcome, asked: number): void;
}

export class RowWrites {
  readonly #sheet: WrittenSheet;
  readonly #tell: WriteWords;
  readonly #report: WriteReport;

  constructor(sheet: WrittenSheet, tell: WriteWords, report: WriteReport) {
    this.#sheet = sheet;
    this.#tell = tell;
    this.#report = report;
  }

  /** As many new rows as are selected, below the selection; the first one becomes the active cell. */
  insert(): void {
    const denied = this.#sheet.session.editDenial();
    if (denied !== null) {
      this.#tell.onDenied(denied);
      return;
    }
    const selection = this.#sheet.selection?.current ?? null;
    const rect = selection === null ? null : rectOf(activeRange(selection));
    const after = rect === null ? null : this.#liveRowAtOrAbove(rect.bottom);
    const count = rect === null ? 1 : rect.bottom - rect.top + 1;
    const rows = Array.from({ length: count }, () => ({}));
    const inserted = this.#sheet.session.insertRows(this.#sheet.sheet, after, rows);
    this.#report.run(
      inserted.then(([first]) => {
        if (first !== undefined) this.#sheet.goToCell(first, this.#sheet.columnAt(0).id);
      }),
    );
  }

  #liveRowAtOrAbove(index: number): string | null {
    for (let i = index; i >= 0; i -= 1) {
      const row = this.#sheet.rowAt(i);
      if (row !== null && !row.ghost) return row.id;
    }
    return null;
  }

  #selectedIds(): readonly string[] {
    const ids = new Set<string>();
    for (const rect of this.#sheet.selectedRects())
      for (let i = rect.top; i <= rect.bottom; i += 1) {
        const row = this.#sheet.rowAt(i);
        if (row !== null && !row.ghost) ids.add(row.id);
      }
    return [...ids];
  }

  remove(): void {
    const denied = this.#sheet.session.editDenial();
    if (denied !== null) {
      this.#tell.onDenied(denied);
      return;
    }
    const ids = this.#selectedIds();
    if (ids.length === 0) return;
    const removed = this.#sheet.session.removeRows(this.#sheet.sheet, ids);
    this.#report.run(removed.then((outcome) => this.#report.say(outcome, ids.length)));
  }
}
