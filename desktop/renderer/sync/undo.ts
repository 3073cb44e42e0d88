// Undo as new edits (DESIGN §3): the inverse of one's own commands, left alone where the value has changed since. Owns the two stacks
// in memory and what changes in them; must not touch a document or the disk.
import type { SheetId } from '@countersign/shared/model/sheets';
import { type Command, ROW_FIELD } from '@countersign/shared/protocol';
import type { UndoRecord, UndoStep } from '../storage/index.ts';

export type Step = UndoStep;

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

/** What an action changes in the stacks, to be written with the action itself. */
export interface UndoChange {
  readonly put: readonly UndoRecord[];
  readonly remove: readonly string[];
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

/** Longest history of actions that can be taken back, and of the cells in them: the oldest go first. */
const MOST_ACTIONS = 200;
const MOST_STEPS = 30_000;

export class UndoStacks {
  readonly #draftId: string;
  readonly #newId: () => string;
  readonly #records = new Map<string, UndoRecord>();

  constructor(draftId: string, newId: () => string) {
    this.#draftId = draftId;
    this.#newId = newId;
  }

  get canUndo(): boolean {
    return this.#stack('undo').length > 0;
  }
  get canRedo(): boolean {
    return this.#stack('redo').length > 0;
  }
  /** Ids of what is held. */
  ids(): ReadonlySet<string> {
    return new Set(this.#records.keys());
  }

  /** Holds exactly these ids, of which `fresh` were not held before: another window of this profile acted. */
  follow(ids: ReadonlySet<string>, fresh: readonly UndoRecord[]): void {
    for (const id of this.#records.keys()) if (!ids.has(id)) this.#records.delete(id);
    for (const record of fresh) this.#records.set(record.id, record);
  }

  /** A person's new action: what was undone before it can no longer be redone. */
  did(steps: readonly Step[]): UndoChange {
    if (steps.length === 0) return { put: [], remove: [] };
    const undo = this.#stack('undo');
    let held = steps.length + undo.reduce((sum, record) => sum + record.steps.length, 0);
    const tooOld: string[] = [];
    for (const [place, record] of undo.entries()) {
      if (undo.length - place < MOST_ACTIONS && held <= MOST_STEPS) break;
      tooOld.push(record.id);
      held -= record.steps.length;
    }
    const gone = [...tooOld, ...this.#stack('redo').map(({ id }) => id)];
    return this.apply({ put: [this.#record('undo', steps)], remove: gone });
  }

  /** Takes the last action off one stack and puts what its inverse writes on the other. */
  take(which: 'undo' | 'redo', view: UndoView): (Inverse & { readonly change: UndoChange }) | null {
    const record = this.#stack(which).at(-1);
    if (record === undefined) return null;
    const result = inverse(record.steps, view);
    const put = result.steps.length === 0 ? [] : [this.#record(which === 'undo' ? 'redo' : 'undo', result.steps)];
    return { ...result, change: this.apply({ put, remove: [record.id] }) };
  }

  /** Makes a change in the stacks. */
  apply(change: UndoChange): UndoChange {
    for (const id of change.remove) this.#records.delete(id);
    for (const record of change.put) this.#records.set(record.id, record);
    return change;
  }

  /** One stack, the next to be taken last. Two windows may give one place twice: then the id decides. */
  #stack(which: 'undo' | 'redo'): readonly UndoRecord[] {
    return [...this.#records.values()]
      .filter(({ stack }) => stack === which)
      .sort((a, b) => a.place - b.place || (a.id < b.id ? -1 : 1));
  }

  #record(stack: 'undo' | 'redo', steps: readonly Step[]): UndoRecord {
    const place = 1 + [...this.#records.values()].reduce((most, record) => Math.max(most, record.place), 0);
    return { id: this.#newId(), draftId: this.#draftId, stack, place, steps };
  }
}
