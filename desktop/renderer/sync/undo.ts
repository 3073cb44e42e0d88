// Undo as new edits (DESIGN §3): the inverse of one's own commands, left alone where the value has changed since. Owns the two stacks;
// must not touch a document.
import type { SheetId } from '@countersign/shared/model/sheets';
import { type Command, ROW_FIELD } from '@countersign/shared/protocol';

/** One cell, row or place that an action changed. */
export interface Step {
  readonly sheet: SheetId;
  readonly rowId: string;
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
  /** The texts are what was typed into a cell that it does not fit: kept on this computer, never sent. */
  readonly misfit?: true;
}

/** What an inverse needs to know of the view. */
export interface UndoView {
  current(sheet: SheetId, rowId: string, field: string): string | null;
  /** The typed text that stays in the cell because it does not fit; null for none. */
  misfit(sheet: SheetId, rowId: string, field: string): string | null;
}

export interface Inverse {
  /** Cells to write, with the value to write. */
  readonly steps: readonly Step[];
  /** Steps whose value is no longer the one that was written. */
  readonly changedSince: readonly Step[];
}

/** A row cannot be un-inserted, because row ids are permanent: its insertion is undone by removing it. */
function undoable(step: Step): Step {
  const { sheet, rowId, field } = step;
  return field === ROW_FIELD.insert ? { sheet, rowId, field: ROW_FIELD.dead, from: '1', to: '0' } : step;
}

/** The steps of an action as one a cell: from the first value to the last. */
export function stepsOf(commands: readonly Command[]): Step[] {
  const steps = new Map<string, Step>();
  for (const { sheet, rowId, field, from, to } of commands) {
    const key = `${sheet}/${rowId}/${field}`;
    steps.set(key, { sheet: sheet as SheetId, rowId, field, from: steps.get(key)?.from ?? from, to });
  }
  // The edits of a row that the same action inserted go with the row.
  const inserted = new Set(
    [...steps.values()].filter(({ field }) => field === ROW_FIELD.insert).map(({ rowId }) => rowId),
  );
  return [...steps.values()].filter(({ rowId, field }) => field === ROW_FIELD.insert || !inserted.has(rowId));
}

/** What undoing these steps writes now. */
export function inverse(steps: readonly Step[], view: UndoView): Inverse {
  const write: Step[] = [];
  const changedSince: Step[] = [];
  for (const step of [...steps].reverse().map(undoable)) {
    const { sheet, rowId, field, from, to } = step;
    const now = step.misfit ? view.misfit(sheet, rowId, field) : view.current(sheet, rowId, field);
    if (now === to) write.push({ ...step, from: to, to: from });
    else changedSince.push(step);
  }
  return { steps: write, changedSince };
}

/** Longest history of actions that can be taken back. */
const MOST_ACTIONS = 500;

export class UndoStacks {
  readonly #undo: (readonly Step[])[] = [];
  readonly #redo: (readonly Step[])[] = [];

  get canUndo(): boolean {
    return this.#undo.length > 0;
  }
  get canRedo(): boolean {
    return this.#redo.length > 0;
  }

  /** A person's new action: what was undone before it can no longer be redone. */
  did(steps: readonly Step[]): void {
    if (steps.length === 0) return;
    this.#redo.length = 0;
    this.#undo.push(steps);
    if (this.#undo.length > MOST_ACTIONS) this.#undo.shift();
  }

  /** Takes the last action off one stack and puts what its inverse wrote on the other. */
  take(which: 'undo' | 'redo', view: UndoView): Inverse | null {
    const [from, onto] = which === 'undo' ? [this.#undo, this.#redo] : [this.#redo, this.#undo];
    const steps = from.pop();
    if (steps === undefined) return null;
    const result = inverse(steps, view);
    if (result.steps.length > 0) onto.push(result.steps);
    return result;
  }

  clear(): void {
    this.#undo.length = 0;
    this.#redo.length = 0;
  }
}
