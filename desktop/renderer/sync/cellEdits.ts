// From what a person typed to commands: reads values, keeps what does not fit, and says why nothing can be done. Pure over the view;
// must not write anywhere.
import { newCommandId, newRowId, ordersBetween, type Randomness, tupleOf } from '@countersign/shared/document';
import { type CellContext, readTyped, sameValue } from '@countersign/shared/model/cell';
import { type ColumnSpec, KNOWN_TERMS, SHEETS, type SheetId } from '@countersign/shared/model/sheets';
import { type Command, ROW_FIELD } from '@countersign/shared/protocol';
import type { DraftPicture } from './draftPicture.ts';
import type { CellEdit, CellSight } from './draftSession.ts';
import { fitsOneBatch } from './sealing.ts';

/** Longest JSON text of an inserted row; longer values follow as edits of their own (shared/protocol, commandSchema.to). */
const LONGEST_TUPLE = 20_000;

export interface InvalidEdit {
  readonly edit: CellEdit;
  readonly reason: string;
}

/** What a person's action comes to. */
export interface Planned {
  readonly commands: Command[];
  /** Typed values that are kept but not sent. */
  readonly invalid: InvalidEdit[];
  /** Cells whose earlier invalid value is mended. */
  readonly mended: { sheet: SheetId; rowId: string; field: string }[];
  readonly denied: string | null;
}

const nothingYet = (): Planned => ({ commands: [], invalid: [], mended: [], denied: null });

export class CellEdits {
  readonly #picture: DraftPicture;
  readonly #random: Randomness;

  constructor(picture: DraftPicture, random: Randomness) {
    this.#picture = picture;
    this.#random = random;
  }

  /** One command, made now: `from` is what the view shows, `seen` how much of the log the view holds. */
  command(
    sheet: SheetId,
    rowId: string,
    field: string,
    to: string | null,
    from?: string | null,
    seen = String(this.#picture.size),
  ): Command {
    return {
      id: newCommandId(this.#random),
      sheet,
      rowId,
      field,
      from: from === undefined ? this.#picture.view(sheet).current(rowId, field) : from,
      to,
      seen,
    };
  }

  /** Cells typed into, pasted or filled; several edits of one cell count in order. */
  cells(edits: readonly CellEdit[]): Planned {
    const plan = nothingYet();
    const written = new Map<string, string | null>();
    for (const edit of edits) {
      const { sheet, rowId, field } = edit;
      const denied = this.#denial(edit);
      if (denied !== null) return { ...nothingYet(), denied };
      const key = `${sheet}/${rowId}/${field}`;
      const shown = this.#picture.view(sheet).value(rowId, field);
      const from = written.has(key) ? (written.get(key) ?? null) : shown;
      const to = this.#write(plan, edit, from);
      if (to !== undefined) written.set(key, to);
    }
    return plan;
  }

  /** [SYNC-39] [SYNC-40] What stood in an editor, upon what was seen as it opened. Never denied; a row removed meanwhile is spoken for. */
  typed(edit: CellEdit, { value, seen }: CellSight): Planned {
    const plan = nothingYet();
    const { sheet, rowId } = edit;
    this.#write(plan, edit, value, seen);
    if (plan.commands.length > 0 && this.#picture.view(sheet).isDead(rowId))
      plan.commands.push(this.command(sheet, rowId, ROW_FIELD.dead, '0', undefined, seen));
    return plan;
  }

  /** Plans one cell; gives what it will hold, undefined when the text does not fit. */
  #write(plan: Planned, edit: CellEdit, from: string | null, seen?: string): string | null | undefined {
    const { sheet, rowId, field } = edit;
    const column = SHEETS[sheet].columns.find(({ id }) => id === field);
    const read = this.read(sheet, field, edit.typed, this.#termOf(sheet, rowId), this.#context(sheet, rowId));
    if (!read.ok) {
      plan.invalid.push({ edit, reason: read.reason });
      return;
    }
    const command = this.command(sheet, rowId, field, read.value, from, seen);
    if (!fitsOneBatch(command)) {
      plan.invalid.push({
        edit,
        reason: 'The text is too long for one change. Shorten it, or put the rest in another row.',
      });
      return;
    }
    plan.mended.push({ sheet, rowId, field });
    // Typing a contested cell's own value again is a choice of it, so it is not nothing.
    const same = read.value === from || (column !== undefined && sameValue(column, read.value, from));
    if (!same || this.#picture.contest(sheet, rowId, field) !== null) plan.commands.push(command);
    return read.value;
  }

  /** New rows after a visible one, or at the end. */
  rows(
    sheet: SheetId,
    afterRowId: string | null,
    rows: readonly Readonly<Record<string, string | null>>[],
  ): Planned & { readonly rowIds: string[] } {
    const commands: Command[] = [];
    const invalid: InvalidEdit[] = [];
    const orders = this.#places(sheet, afterRowId, new Set(), rows.length);
    const rowIds = rows.map((row, i) => {
      const rowId = newRowId(this.#random);
      const values: Record<string, string | null> = {};
      for (const [field, typed] of Object.entries(row)) {
        const read = this.read(
          sheet,
          field,
          typed,
          sheet === 'terms' ? (row.key ?? null) : null,
          this.#context(sheet, null),
        );
        if (read.ok) values[field] = read.value;
        else invalid.push({ edit: { sheet, rowId, field, typed }, reason: read.reason });
      }
      commands.push(...this.#insert(sheet, rowId, orders[i] ?? '', values));
      return rowId;
    });
    return { commands, invalid, mended: [], denied: null, rowIds };
  }

  /** Rows to another place, keeping their own order. */
  moves(sheet: SheetId, rowIds: readonly string[], afterRowId: string | null): Planned {
    const view = this.#picture.view(sheet);
    const moved = new Set(rowIds);
    const inOrder = view.rowIds().filter((rowId) => moved.has(rowId));
    const orders = this.#places(sheet, afterRowId, moved, inOrder.length);
    const commands = inOrder.map((rowId, i) => this.command(sheet, rowId, ROW_FIELD.order, orders[i] ?? null));
    return { commands, invalid: [], mended: [], denied: null };
  }

  removals(sheet: SheetId, rowIds: readonly string[]): Planned {
    const view = this.#picture.view(sheet);
    const commands = rowIds
      .filter((rowId) => view.has(rowId) && !view.isDead(rowId))
      .map((rowId) => this.command(sheet, rowId, ROW_FIELD.dead, '1'));
    return { commands, invalid: [], mended: [], denied: null };
  }

  /** Canonical text of what was typed. `term` is the key of a Terms row, which decides what its value may be. */
  read(sheet: SheetId, field: string, typed: string | null, term: string | null, context: CellContext) {
    if (typed === null) return { ok: true, value: null } as const;
    const column: ColumnSpec | undefined = SHEETS[sheet].columns.find(({ id }) => id === field);
    if (column === undefined)
      return { ok: false, reason: `There is no column ${field} in ${SHEETS[sheet].label}.` } as const;
    const known = sheet === 'terms' && field === 'value' && term !== null ? KNOWN_TERMS.get(term) : undefined;
    return readTyped(known ?? column, typed, context);
  }

  #insert(sheet: SheetId, rowId: string, order: string, values: Record<string, string | null>): Command[] {
    const whole = this.command(
      sheet,
      rowId,
      ROW_FIELD.insert,
      JSON.stringify(tupleOf(sheet, rowId, order, values)),
      null,
    );
    if ((whole.to?.length ?? 0) <= LONGEST_TUPLE && fitsOneBatch(whole)) return [whole];
    const bare = this.command(sheet, rowId, ROW_FIELD.insert, JSON.stringify(tupleOf(sheet, rowId, order, {})), null);
    const fields = Object.entries(values).filter(([, value]) => value !== null);
    return [bare, ...fields.map(([field, value]) => this.command(sheet, rowId, field, value, null))];
  }

  /** Order keys after a visible row, or after all; `apart` are rows that are about to leave their places. */
  #places(sheet: SheetId, afterRowId: string | null, apart: ReadonlySet<string>, count: number): string[] {
    const view = this.#picture.view(sheet);
    const rows = view.rowIds().filter((rowId) => !apart.has(rowId));
    const at = afterRowId === null ? rows.length - 1 : rows.indexOf(afterRowId);
    const after = rows[at];
    const before = rows[at + 1];
    return ordersBetween(
      after === undefined ? null : view.order(after),
      before === undefined ? null : view.order(before),
      count,
      this.#random,
    );
  }

  #denial({ sheet, rowId, field }: CellEdit): string | null {
    if (!this.#picture.hasSheet(sheet)) return `This version has no sheet ${sheet}.`;
    const view = this.#picture.view(sheet);
    if (!view.has(rowId)) return 'The row is not in this version any more.';
    if (view.isDead(rowId) && this.#picture.contest(sheet, rowId, ROW_FIELD.dead) === null)
      return 'The row was removed. Undo the removal to edit it.';
    const column: ColumnSpec | undefined = SHEETS[sheet].columns.find(({ id }) => id === field);
    return column?.locked ? `${column.label} is computed and cannot be written.` : null;
  }

  #termOf(sheet: SheetId, rowId: string): string | null {
    return sheet === 'terms' ? this.#picture.view(sheet).value(rowId, 'key') : null;
  }

  /** The currency that amounts of this row are in: its own, else the contract's. */
  #context(sheet: SheetId, rowId: string | null): CellContext {
    const own = rowId === null ? null : this.#picture.view(sheet).value(rowId, 'currency');
    if (own !== null) return { currency: own };
    if (!this.#picture.hasSheet('terms')) return {};
    const terms = this.#picture.view('terms');
    const row = terms.rowIds().find((rowId) => terms.value(rowId, 'key') === 'currency');
    const currency = row === undefined ? null : terms.value(row, 'value');
    return currency === null ? {} : { currency };
  }
}
