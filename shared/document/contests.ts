// Who wrote a cell without having seen whose value. Owns the pure fold of PROTOCOL §2: the same entries give the same contests
// on the server, on every client, in fsck and before an auditor. Must not look at a document.
import { type Command, ROW_FIELD } from '@countersign/shared/protocol';
import { SET_COLUMN, type SetState, SetTable } from './sets.ts';

/** One live value of a cell: nobody who has seen it has written another. */
export interface Claim {
  readonly value: string | null;
  /** Log index of the entry. */
  readonly index: number;
  readonly userId: string;
  readonly deviceId: string;
  /** Server time of the entry. */
  readonly at: string;
  readonly commandId: string;
  /** In a contested removal: the edited column that speaks for keeping the row, and its text. */
  readonly edit?: { readonly field: string; readonly to: string | null };
  /** The person wrote elsewhere in the same set (another tier of the table) and counted on this value. */
  readonly countedOn?: true;
}

/** A cell (or, with field `$dead`, a row) with more than one live value. */
export interface OpenContest {
  readonly sheet: string;
  readonly rowId: string;
  readonly field: string;
  /** In log order. */
  readonly claims: readonly Claim[];
}

/** An accepted entry as the fold needs it. */
export interface LedgerEntry {
  readonly index: number;
  readonly deviceId: string;
  readonly userId: string;
  readonly at: string;
  readonly kind: string;
  readonly commands: readonly Command[];
}

/** What happened to one cell: for cell history and readable changes. */
export interface CellChange {
  readonly index: number;
  readonly at: string;
  readonly userId: string;
  readonly deviceId: string;
  readonly kind: string;
  readonly sheet: string;
  readonly rowId: string;
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
  /** The write met another one that had not seen it. */
  readonly contested: boolean;
}

/** A ledger as JSON, for a cache; `ContestLedger.from` reads it back. */
export interface LedgerState {
  readonly heads: readonly (readonly [string, readonly Claim[]])[];
  readonly edits: readonly (readonly [string, readonly Claim[]])[];
  readonly sets: SetState;
}

/** Equal up to how a number is written: "5" and "5.00" are one value and never contest. */
function sameValue(a: string | null, b: string | null): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  const decimal = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
  if (!decimal.test(a) || !decimal.test(b)) return false;
  const plain = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  return plain(a) === plain(b);
}

const keyOf = (sheet: string, rowId: string, field: string): string => `${sheet}/${rowId}/${field}`;
const rowKey = (sheet: string, rowId: string): string => `${sheet}/${rowId}`;

/**
 * [DOC-20] The live values of every written cell. A write takes the place of the values its author had seen (log index below
 * `seen`) and of the author's own; what remains beside it had not been seen. More than one distinct live value is a contest.
 */
export class ContestLedger {
  readonly #heads = new Map<string, readonly Claim[]>();
  /** Latest edit of a row by each device: what a removal may not have seen. */
  readonly #edits = new Map<string, readonly Claim[]>();
  readonly #open = new Set<string>();
  readonly #sets: SetTable;

  constructor(sets = new SetTable()) {
    this.#sets = sets;
  }

  static from(state: LedgerState): ContestLedger {
    const ledger = new ContestLedger(SetTable.from(state.sets));
    for (const [key, claims] of state.heads) ledger.#put(key, claims);
    for (const [key, claims] of state.edits) ledger.#edits.set(key, claims);
    return ledger;
  }

  /** Plain JSON of the whole state. */
  toJSON(): LedgerState {
    return { heads: [...this.#heads], edits: [...this.#edits], sets: this.#sets.toJSON() };
  }

  /** Says which set a row is in that came with initial or imported content; needed for sheets in `SET_COLUMN` only. */
  placeInSet(sheet: string, rowId: string, set: string | null): void {
    this.#sets.place(sheet, rowId, set);
  }

  /** Folds one accepted entry. Entries must come in log order. Returns what each command did. */
  apply(entry: LedgerEntry): readonly CellChange[] {
    return entry.commands.map((command) => this.#applyCommand(entry, command));
  }

  /** The open contest of a cell, or of a row with field `$dead`; null when there is none. */
  contest(sheet: string, rowId: string, field: string): OpenContest | null {
    const key = keyOf(sheet, rowId, field);
    if (!this.#open.has(key) || (field !== ROW_FIELD.dead && this.#isGone(sheet, rowId))) return null;
    return { sheet, rowId, field, claims: this.#heads.get(key) ?? [] };
  }

  /** All open contests, by sheet, row and field. */
  open(): OpenContest[] {
    return [...this.#open].sort().flatMap((key) => {
      const [sheet = '', rowId = '', field = ''] = key.split('/');
      return this.contest(sheet, rowId, field) ?? [];
    });
  }

  /** All live values of a cell in log order: more than one distinct value is a contest, unless its row is gone. */
  claims(sheet: string, rowId: string, field: string): readonly Claim[] {
    return this.#heads.get(keyOf(sheet, rowId, field)) ?? [];
  }

  /** The latest write of a cell; null when it was never written since the draft was made. */
  lastChange(cell: { readonly sheet: string; readonly rowId: string; readonly field: string }): Claim | null {
    return this.#heads.get(keyOf(cell.sheet, cell.rowId, cell.field))?.at(-1) ?? null;
  }

  /** Whether the row's removal is settled: its cells need no choice any more, until it is brought back. */
  #isGone(sheet: string, rowId: string): boolean {
    const heads = this.#heads.get(keyOf(sheet, rowId, ROW_FIELD.dead)) ?? [];
    return heads.length > 0 && heads.every((claim) => claim.value === '1');
  }

  #put(key: string, claims: readonly Claim[]): void {
    this.#heads.set(key, claims);
    const first = claims[0];
    if (first !== undefined && claims.some((claim) => !sameValue(claim.value, first.value))) this.#open.add(key);
    else this.#open.delete(key);
  }

  #applyCommand(entry: LedgerEntry, command: Command): CellChange {
    const { index, at, userId, deviceId, kind } = entry;
    const { sheet, rowId, field, from, to } = command;
    const seen = Number(command.seen);
    const claim: Claim = { value: to, index, userId, deviceId, at, commandId: command.id };
    const counting = this.#sets.meet(command, claim, seen);
    let contested = false;
    if (field === ROW_FIELD.order) {
      // A place is no term.
    } else if (field === ROW_FIELD.insert) {
      // A row id is new, so only a set can contest an insertion: whether the new row belongs to it.
      const column = SET_COLUMN[sheet];
      const value = this.#sets.setOf(sheet, rowId);
      if (column !== undefined && counting.length > 0)
        contested = this.#write(keyOf(sheet, rowId, column), { ...claim, value }, seen, null, counting);
    } else if (field === ROW_FIELD.dead) {
      contested = this.#removal(sheet, rowId, claim, seen, counting);
    } else {
      contested = this.#write(keyOf(sheet, rowId, field), claim, seen, from, counting);
      contested = this.#editOfRow(sheet, rowId, field, claim, seen) || contested;
    }
    return { index, at, userId, deviceId, kind, sheet, rowId, field, from, to, contested };
  }

  /** `counting`: people who wrote elsewhere in the set counting on `from`, the value this write replaces. */
  #write(key: string, claim: Claim, seen: number, from: string | null, counting: readonly Claim[]): boolean {
    const unseen = (this.#heads.get(key) ?? []).filter((c) => isUnseen(c, claim.deviceId, seen));
    this.#put(key, [...inLogOrder([...unseen, ...countedOn(from, counting, unseen)]), claim]);
    return this.#open.has(key);
  }

  #removal(sheet: string, rowId: string, claim: Claim, seen: number, counting: readonly Claim[]): boolean {
    const key = keyOf(sheet, rowId, ROW_FIELD.dead);
    const unseen = (this.#heads.get(key) ?? []).filter((c) => isUnseen(c, claim.deviceId, seen));
    const spoken = new Set(unseen.map((c) => c.commandId));
    const edits =
      claim.value === '1'
        ? (this.#edits.get(rowKey(sheet, rowId)) ?? []).filter(
            (c) => isUnseen(c, claim.deviceId, seen) && !spoken.has(c.commandId),
          )
        : [];
    const counted = countedOn(claim.value === '1' ? '0' : '1', counting, [...unseen, ...edits]);
    this.#put(key, [...inLogOrder([...unseen, ...edits, ...counted]), claim]);
    return this.#open.has(key);
  }

  /** An edit speaks for keeping its row: at once against a removal it had not seen, later against one that had not seen it. */
  #editOfRow(sheet: string, rowId: string, field: string, claim: Claim, seen: number): boolean {
    const keep: Claim = { ...claim, value: '0', edit: { field, to: claim.value } };
    const row = rowKey(sheet, rowId);
    const edits = (this.#edits.get(row) ?? []).filter((c) => c.deviceId !== claim.deviceId);
    edits.push(keep);
    this.#edits.set(row, edits);
    const key = keyOf(sheet, rowId, ROW_FIELD.dead);
    const heads = this.#heads.get(key);
    if (heads === undefined || !heads.some((c) => c.value === '1' && isUnseen(c, claim.deviceId, seen))) return false;
    // Editing settles nothing about the removal: only this device's earlier word for keeping the row is replaced.
    const others = heads.filter((c) => c.edit === undefined || c.deviceId !== claim.deviceId);
    this.#put(key, [...others, keep]);
    return this.#open.has(key);
  }
}

function isUnseen(claim: Claim, deviceId: string, seen: number): boolean {
  return claim.index >= seen && claim.deviceId !== deviceId;
}

/** Claims of people who counted on a value, but for those who have a claim of their own on the cell. */
function countedOn(value: string | null, counting: readonly Claim[], own: readonly Claim[]): Claim[] {
  return counting
    .filter((other) => !own.some((claim) => claim.deviceId === other.deviceId))
    .map((other) => ({ ...other, value, countedOn: true }));
}

function inLogOrder(claims: readonly Claim[]): Claim[] {
  return [...claims].sort((a, b) => a.index - b.index);
}
