// Rows that mean something only together (DESIGN §11, rule 6). Owns which sheets have such sets and who last wrote in each;
// must not look at documents.
import { SHEETS } from '@countersign/shared/model/sheets';
import { type Command, ROW_FIELD } from '@countersign/shared/protocol';
import type { Claim } from './contests.ts';
import { readTuple, slotsOf } from './layout.ts';

/** Sheets whose rows form sets, and the column that names the set: the tiers of one table are one price. */
export const SET_COLUMN: Readonly<Record<string, string>> = { tiers: 'table' };

/** A table of sets as JSON. */
export interface SetState {
  readonly members: readonly (readonly [string, string])[];
  readonly writes: readonly (readonly [string, readonly Claim[]])[];
}

/** Membership of rows in sets as the log tells it, and the latest write in each set by each device. */
export class SetTable {
  readonly #members = new Map<string, string>();
  readonly #writes = new Map<string, readonly Claim[]>();

  static from(state: SetState): SetTable {
    const table = new SetTable();
    for (const [row, set] of state.members) table.#members.set(row, set);
    for (const [set, claims] of state.writes) table.#writes.set(set, claims);
    return table;
  }

  toJSON(): SetState {
    return { members: [...this.#members], writes: [...this.#writes] };
  }

  /** Says of a row that came with initial content which set it is in. */
  place(sheet: string, rowId: string, set: string | null): void {
    const row = `${sheet}/${rowId}`;
    if (set === null) this.#members.delete(row);
    else this.#members.set(row, set);
  }

  /** The set a row is in; null for none. */
  setOf(sheet: string, rowId: string): string | null {
    return this.#members.get(`${sheet}/${rowId}`) ?? null;
  }

  /**
   * Notes a write and gives the latest unseen write of each other device in the sets it touches: what its author did not know
   * of the whole it changed. A move of a row into another set touches both.
   */
  meet(command: Command, claim: Claim, seen: number): Claim[] {
    const { sheet, rowId, field, to } = command;
    const column = SET_COLUMN[sheet];
    if (column === undefined || field === ROW_FIELD.order) return [];
    const sets = new Set<string>();
    const note = (set: string | null | undefined): void => {
      if (set !== null && set !== undefined) sets.add(`${sheet}/${set}`);
    };
    note(this.#members.get(`${sheet}/${rowId}`));
    if (field === ROW_FIELD.insert) this.place(sheet, rowId, insertedSet(sheet, column, to));
    else if (field === column) this.place(sheet, rowId, to);
    note(this.#members.get(`${sheet}/${rowId}`));
    const unseen = new Map<string, Claim>();
    for (const set of sets) {
      const writes = this.#writes.get(set) ?? [];
      for (const other of writes) {
        const known = unseen.get(other.deviceId);
        if (
          other.index >= seen &&
          other.deviceId !== claim.deviceId &&
          (known === undefined || known.index < other.index)
        )
          unseen.set(other.deviceId, other);
      }
      this.#writes.set(set, [...writes.filter((other) => other.deviceId !== claim.deviceId), claim]);
    }
    return [...unseen.values()].sort((a, b) => a.index - b.index);
  }
}

/** The set that the tuple of an inserted row names. */
function insertedSet(sheet: string, column: string, to: string | null): string | null {
  const spec = SHEETS[sheet as keyof typeof SHEETS];
  const slot = slotsOf(spec).get(column);
  const tuple = to === null ? null : readTuple(to, spec);
  return slot === undefined ? null : (tuple?.[slot] ?? null);
}
