// What an action leaves behind so that it can be taken back, and what taking it back does. Owns the joint between the undo stacks and
// the view; must not write anything.
import type { SheetId } from '@countersign/shared/model/sheets';
import type { Command } from '@countersign/shared/protocol';
import type { CellEdits, InvalidEdit, Planned } from './cellEdits.ts';
import { cellName } from './cellNames.ts';
import type { DraftEngine } from './draftEngine.ts';
import type { InvalidKey } from './draftWork.ts';
import { type Step, stepsOf, type UndoChange } from './undo.ts';

/** What taking an action back comes to. */
export interface TakenBack {
  readonly commands: readonly Command[];
  /** Typed texts that come back although they do not fit. */
  readonly invalid: readonly InvalidEdit[];
  /** Cells whose misfit goes. */
  readonly mended: readonly InvalidKey[];
  readonly undo: UndoChange;
  readonly done: number;
  /** Cells that were left as they are, in words. */
  readonly refused: readonly string[];
}

export class TakingBack {
  readonly #engine: DraftEngine;
  readonly #edits: CellEdits;

  constructor(engine: DraftEngine, edits: CellEdits) {
    this.#engine = engine;
    this.#edits = edits;
  }

  /** Remembers an action; `mended` are the cells whose misfit goes with it. */
  did({ commands, invalid }: Pick<Planned, 'commands' | 'invalid'>, mended: readonly InvalidKey[]): UndoChange {
    const misfits = [
      ...mended.map((key): Step => ({ ...key, from: this.#misfit(key), to: null, misfit: true })),
      ...invalid.map(({ edit: { sheet, rowId, field, typed } }): Step => {
        const key = { sheet, rowId, field };
        return { ...key, from: this.#misfit(key), to: typed ?? '', misfit: true };
      }),
    ];
    return this.#engine.undo.did([...stepsOf(commands), ...misfits]);
  }

  /** The inverse of the last action of a stack; null when there is none. */
  take(which: 'undo' | 'redo'): TakenBack | null {
    const { picture, undo } = this.#engine;
    const taken = undo.take(which, {
      current: (sheet, rowId, field) => picture.view(sheet).current(rowId, field),
      misfit: (sheet, rowId, field) => this.#misfit({ sheet, rowId, field }),
    });
    if (taken === null) return null;
    const misfits = taken.steps.filter((step) => step.misfit);
    return {
      commands: taken.steps
        .filter((step) => !step.misfit)
        .map(({ sheet, rowId, field, to }) => this.#edits.command(sheet, rowId, field, to)),
      // What was typed comes back with the reason why it does not fit now.
      invalid: misfits.flatMap(({ sheet, rowId, field, to }) =>
        to === null ? [] : this.#edits.cells([{ sheet, rowId, field, typed: to }]).invalid,
      ),
      mended: misfits.filter(({ to }) => to === null).map(({ sheet, rowId, field }) => ({ sheet, rowId, field })),
      undo: taken.change,
      done: taken.steps.length,
      refused: taken.changedSince.map(
        ({ sheet, rowId, field }) =>
          `${cellName(picture, sheet, rowId, field)} has changed since and was left as it is.`,
      ),
    };
  }

  #misfit(key: { readonly sheet: SheetId; readonly rowId: string; readonly field: string }): string | null {
    return this.#engine.invalidAt(key)?.typed ?? null;
  }
}
