// What keys, the fill handle and the clipboard write into a sheet. Owns planning the edits of one user action; the session writes
// them, so each is one undo step and one truth.
import type { SheetId } from '@countersign/shared/model/sheets';
import { countOf } from '../kit/amount.ts';
import { todayIso } from '../kit/dates.ts';
import { errorWords } from '../kit/ErrorNotice.tsx';
import type { CellEdit, CellSight, DraftSession, EditOutcome } from '../sync/draftSession.ts';
import { type PastePlan, pastePlan, withPoints } from './clipboard.ts';
import { fillPlan } from './fillPlan.ts';
import type { TypedCell } from './openEditor.ts';
import {
  activeRange,
  type Direction,
  type Position,
  pasteRect,
  type Rect,
  rectOf,
  type Selection,
  type Size,
} from './ranges.ts';
import { RowWrites } from './rowWrites.ts';
import type { GridSelection } from './selection.ts';
import type { GridColumn } from './sheetColumns.ts';
import type { GridRow, SheetModel } from './sheetModel.ts';
import { termKey } from './termWords.ts';
import { parseTsv } from './tsv.ts';

/** The open sheet as the writes see it. */
export interface WrittenSheet {
  readonly session: DraftSession;
  readonly sheet: SheetId;
  readonly model: SheetModel;
  readonly selection: GridSelection | null;
  size(): Size;
  here(): Selection;
  selectedRects(): readonly Rect[];
  rowAt(index: number): GridRow | null;
  rowIndex(rowId: string): number | null;
  columnAt(index: number): GridColumn;
  deniesWriting(): boolean;
  goToCell(rowId: string, field: string): boolean;
}

const DECIMAL_TYPES: ReadonlySet<GridColumn['type']> = new Set(['money', 'rate', 'percent', 'quantity']);

export interface WriteWords {
  onDenied(reason: string): void;
  onMessage(text: string): void;
}

export class SheetWrites {
  readonly #sheet: WrittenSheet;
  readonly #tell: WriteWords;

  /** Inserting and removing rows. */
  readonly rows: RowWrites;

  constructor(sheet: WrittenSheet, tell: WriteWords) {
    this.#sheet = sheet;
    this.#tell = tell;
    this.rows = new RowWrites(sheet, tell, {
      run: (work) => this.#run(work),
      say: (outcome, asked) => this.#say(outcome, asked),
    });
  }

  /** An editor ended with this text, typed upon what was seen as it opened. */
  typed(row: GridRow, column: GridColumn, text: string, sight: CellSight): void {
    const { session, sheet } = this.#sheet;
    const typed = text.trim() === '' ? null : this.#meant(column.id, text);
    const edit = { sheet, rowId: row.id, field: column.id, typed };
    this.#run(session.typed(edit, sight).then((outcome) => this.#say(outcome, 1)));
  }

  /** An editor ended with this text for every selected cell. What came into its own cell meanwhile had not been seen and contests it. */
  typedIntoAll({ row, column, text, sight }: TypedCell): void {
    const { session, sheet } = this.#sheet;
    const meant = text.trim() === '' ? null : text;
    const { edits, locked } = this.#editsFor(this.#sheet.selectedRects(), () => meant);
    const unseen = session.value(sheet, row.id, column.id) !== sight.value;
    const others = edits.filter(({ rowId, field }) => rowId !== row.id || field !== column.id);
    if (others.length === 0 || unseen) this.typed(row, column, text, sight);
    if (others.length > 0) this.#run(this.#write(unseen ? others : edits).then(() => this.#sayLocked(locked)));
  }

  /** A term's name stands for its key wherever it is written; all else is what was typed. */
  #meant<T extends string | null>(field: string, typed: T): T | string {
    return this.#sheet.sheet === 'terms' && field === 'key' && typed !== null ? termKey(typed) : typed;
  }

  #asMeant(edits: readonly CellEdit[]): readonly CellEdit[] {
    if (this.#sheet.sheet !== 'terms') return edits;
    return edits.map((edit) => ({ ...edit, typed: this.#meant(edit.field, edit.typed) }));
  }

  /** Writes planned edits as one user action. */
  write(edits: readonly CellEdit[]): void {
    this.#run(this.#write(edits));
  }

  /** Sends edits as one user action and says what did not go. */
  async #write(edits: readonly CellEdit[]): Promise<void> {
    if (edits.length > 0) this.#say(await this.#sheet.session.edit(this.#asMeant(edits)), edits.length);
  }

  /** Runs a write; a disk that refuses it is said where the person is, and nothing is shown as kept that is not. */
  #run(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#tell.onDenied(errorWords(error)));
  }

  #say(outcome: EditOutcome, asked: number): void {
    if (outcome.denied !== null) this.#tell.onDenied(outcome.denied);
    else if (outcome.invalid.length > 0 && asked > 1) {
      const some = outcome.invalid.length === 1 ? '1 value does' : `${outcome.invalid.length} values do`;
      this.#tell.onMessage(
        `${some} not fit and stay on this computer until mended: ${outcome.invalid[0]?.reason ?? ''}`,
      );
    }
  }

  /** Edits for the cells of rectangles that can be written; how many cannot is counted. */
  #editsFor(rects: readonly Rect[], value: (at: Position) => string | null): { edits: CellEdit[]; locked: number } {
    const edits: CellEdit[] = [];
    let locked = 0;
    for (const rect of rects)
      for (let rowIndex = rect.top; rowIndex <= rect.bottom; rowIndex += 1) {
        const row = this.#sheet.rowAt(rowIndex);
        if (row === null) continue;
        for (let column = rect.left; column <= rect.right; column += 1) {
          const spec = this.#sheet.columnAt(column);
          if (row.ghost || spec.locked === true) locked += 1;
          else
            edits.push({
              sheet: this.#sheet.sheet,
              rowId: row.id,
              field: spec.id,
              typed: value({ row: rowIndex, column }),
            });
        }
      }
    return { edits, locked };
  }

  /** Today of this computer into the active cell, as the date it is wherever it is read. */
  today(): void {
    const { active } = this.#sheet.here();
    const cell = { top: active.row, bottom: active.row, left: active.column, right: active.column };
    this.#run(this.#write(this.#editsFor([cell], () => todayIso()).edits));
  }

  clear(): void {
    this.blank(this.#sheet.selectedRects());
  }

  /** Blanks what can be written of some cells. */
  blank(rects: readonly Rect[]): void {
    this.#run(this.#write(this.#editsFor(rects, () => null).edits));
  }

  fillDown(): void {
    const rect = rectOf(activeRange(this.#sheet.here()));
    // A single cell takes the value above it, as in Excel.
    if (rect.top === rect.bottom) {
      if (rect.top > 0) this.fill({ ...rect, top: rect.top - 1, bottom: rect.top - 1 }, rect, 'down', true);
      return;
    }
    this.fill({ ...rect, bottom: rect.top }, { ...rect, top: rect.top + 1 }, 'down', true);
  }

  fillRight(): void {
    const rect = rectOf(activeRange(this.#sheet.here()));
    if (rect.left === rect.right) {
      if (rect.left > 0) this.fill({ ...rect, left: rect.left - 1, right: rect.left - 1 }, rect, 'right', true);
      return;
    }
    this.fill({ ...rect, right: rect.left }, { ...rect, left: rect.left + 1 }, 'right', true);
  }

  /** Continues the source over the target: by its series, or as a copy. One undo step. */
  fill(source: Rect, target: Rect, direction: Direction, copy: boolean): void {
    if (this.#sheet.deniesWriting()) return;
    const { model } = this.#sheet;
    const filled = fillPlan(source, target, direction, {
      copy,
      valueAt: (at) => {
        const row = this.#sheet.rowAt(at.row);
        return row === null ? null : model.value(row, this.#sheet.columnAt(at.column).id);
      },
      typeOf: (column) => this.#sheet.columnAt(column).type,
    });
    const { edits } = this.#editsFor([target], filled);
    const whole = {
      top: Math.min(source.top, target.top),
      bottom: Math.max(source.bottom, target.bottom),
      left: Math.min(source.left, target.left),
      right: Math.max(source.right, target.right),
    };
    this.#run(this.#write(edits));
    this.#sheet.selection?.set({
      ranges: [{ anchor: { row: whole.top, column: whole.left }, focus: { row: whole.bottom, column: whole.right } }],
      active: { row: source.top, column: source.left },
    });
  }

  undo(): void {
    this.#run(this.#sheet.session.undo().then((outcome) => this.#tell.onMessage(outcome.refused.join(' '))));
  }

  redo(): void {
    this.#run(this.#sheet.session.redo().then((outcome) => this.#tell.onMessage(outcome.refused.join(' '))));
  }

  /** Writes clipboard text from the active cell: tiled into a larger selection, and with new rows below the last one. */
  paste(text: string): void {
    const selection = this.#sheet.selection?.current;
    const pasted = parseTsv(text);
    if (selection == null || pasted.length === 0) return;
    const { left } = rectOf(activeRange(selection));
    const commas = withPoints(pasted, (column) =>
      DECIMAL_TYPES.has(this.#sheet.model.columns[left + column]?.type ?? 'text'),
    );
    const block = commas?.block ?? pasted;
    const size = { rows: block.length, columns: Math.max(...block.map((row) => row.length)) };
    const target = pasteRect(rectOf(activeRange(selection)), size);
    const plan = pastePlan(block, target, this.#sheet.size());
    const { edits, locked } = this.#editsFor([plan.rect], plan.typedAt);
    const said = commas === null ? '' : `${countOf(commas.changed, 'number')} read with a decimal comma.`;
    this.#run(this.#pasteAll(edits, plan, locked, said));
    this.#sheet.selection?.set({
      ranges: [
        {
          anchor: { row: plan.rect.top, column: plan.rect.left },
          focus: { row: plan.rect.bottom, column: plan.rect.right },
        },
      ],
      active: { row: plan.rect.top, column: plan.rect.left },
    });
  }

  async #pasteAll(
    edits: readonly CellEdit[],
    { overflow, rect }: PastePlan,
    locked: number,
    said: string,
  ): Promise<void> {
    if (overflow.length === 0) await this.#write(edits);
    else {
      const { left } = rect;
      const corners = this.#cornersOf(rect);
      const rows = overflow.map((cells) => {
        const row: Record<string, string | null> = {};
        cells.forEach((cell, i) => {
          const column = this.#sheet.model.columns[left + i];
          if (column !== undefined && column.locked !== true) row[column.id] = this.#meant(column.id, cell);
        });
        return row;
      });
      const below = { sheet: this.#sheet.sheet, rows };
      const outcome = await this.#sheet.session.edit(this.#asMeant(edits), below);
      this.#coverAdded(corners, outcome.added ?? []);
      this.#say(outcome, edits.length + rows.length);
      // What does not fit is said instead, and denied is denied.
      if (outcome.denied === null && outcome.invalid.length === 0)
        this.#sayLocked(locked, `${said} ${countOf(rows.length, 'row')} added below the last one.`.trim());
      return;
    }
    this.#sayLocked(locked, said);
  }

  /** A rectangle by its rows, which stay the same when others come above them. */
  #cornersOf({ top, bottom, left, right }: Rect): string {
    return JSON.stringify([this.#sheet.rowAt(top)?.id, this.#sheet.rowAt(bottom)?.id, left, right]);
  }

  /** [GRID-23] Takes the added rows into the selection of what was pasted; who selected something else meanwhile keeps that. */
  #coverAdded(pasted: string, added: readonly string[]): void {
    const current = this.#sheet.selection?.current;
    const [range, ...more] = current?.ranges ?? [];
    if (current == null || range === undefined || more.length > 0) return;
    const rect = rectOf(range);
    if (this.#cornersOf(rect) !== pasted) return;
    const bottom = added.reduce((last, id) => Math.max(last, this.#sheet.rowIndex(id) ?? 0), rect.bottom);
    const anchor = { row: rect.top, column: rect.left };
    this.#sheet.selection?.set({
      ranges: [{ anchor, focus: { row: bottom, column: rect.right } }],
      active: current.active,
    });
  }

  #sayLocked(locked: number, said = ''): void {
    const left =
      locked === 0 ? '' : `${locked === 1 ? '1 locked cell was' : `${locked} locked cells were`} left alone.`;
    if (said + left !== '') this.#tell.onMessage(`${said} ${left}`.trim());
  }
}
