/**
 * What a file would do to a draft: rows added, cells changed, cells refused with their reason. Owns the comparison; pure.
 * Must not write: the commit takes the plan as it is, all of it or nothing.
 */

import { type CellContext, checkRow, plainLabel, readTyped, type Typed } from '@countersign/shared/model/cell';
import {
  type RowContent,
  type SheetId,
  type SheetSpec,
  sheetSpec,
  type WorkbookContent,
} from '@countersign/shared/model/sheets';
import { isCurrency } from '@countersign/shared/money';
import type { Command } from '@countersign/shared/protocol';
import type { ImportMapping, RefusedRow } from '@countersign/shared/protocol/api';
import { comparable, keyColumns, keyOf, type MappedColumn, mappedColumns, rowsByKey } from './importColumns.ts';
import { ImportError } from './importError.ts';
import type { ImportTable, TableRow } from './table.ts';

export interface AddedRow {
  readonly row: number;
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
}
export interface ChangedRow {
  readonly row: number;
  readonly rowId: string;
  readonly name: string;
  readonly changes: readonly {
    readonly field: string;
    readonly label: string;
    readonly from: string | null;
    readonly to: string | null;
  }[];
}
export interface ImportPlan {
  readonly sheet: SheetId;
  readonly added: readonly AddedRow[];
  readonly changed: readonly ChangedRow[];
  readonly same: number;
  readonly refused: readonly RefusedRow[];
}

/** A check that is worked off in slices, so that the server goes on answering while 20,000 rows are compared. */
export class ImportCheck {
  readonly total: number;
  #done = 0;
  readonly #table: ImportTable;
  readonly #spec: SheetSpec;
  readonly #sheet: SheetId;
  readonly #mapped: readonly MappedColumn[];
  readonly #keyColumns: readonly MappedColumn[];
  readonly #context: CellContext;
  /** Draft rows by key; null where two rows of the draft share it. */
  readonly #known: ReadonlyMap<string, RowContent | null>;
  readonly #seen = new Map<string, number>();
  readonly #added: AddedRow[] = [];
  readonly #changed: ChangedRow[] = [];
  readonly #refused: RefusedRow[] = [];
  #same = 0;

  /** @throws ImportError `mapping` when the mapping names a sheet or column that is not there. */
  constructor(table: ImportTable, mapping: ImportMapping, draft: WorkbookContent) {
    const spec = sheetSpec(mapping.sheet);
    const rows = draft.sheets[mapping.sheet];
    if (spec === undefined || rows === undefined) {
      throw new ImportError('mapping', `The draft has no sheet "${mapping.sheet}".`, 'Choose a sheet of the draft.');
    }
    this.#table = table;
    this.#spec = spec;
    this.#sheet = mapping.sheet as SheetId;
    this.#mapped = mappedColumns(table, spec, mapping);
    this.#keyColumns = keyColumns(this.#mapped, mapping);
    const currency = draft.sheets.terms?.find((row) => row.key === 'currency')?.value;
    this.#context = currency !== undefined && isCurrency(currency) ? { currency } : {};
    this.#known = rowsByKey(rows, this.#keyColumns);
    this.total = table.rows.length;
  }

  get done(): number {
    return this.#done;
  }

  /** Checks up to `count` more rows. @returns false when all are done. */
  step(count: number): boolean {
    const end = Math.min(this.total, this.#done + count);
    for (; this.#done < end; this.#done += 1) {
      const row = this.#table.rows[this.#done];
      if (row !== undefined) this.#check(row);
    }
    return this.#done < this.total;
  }

  plan(): ImportPlan {
    return {
      sheet: this.#sheet,
      added: this.#added,
      changed: this.#changed,
      same: this.#same,
      refused: this.#refused,
    };
  }

  #check(row: TableRow): void {
    const values = this.#read(row);
    if (values === null) return;
    const key = keyOf(this.#keyColumns, (id) => values.get(id) ?? null);
    const earlier = this.#seen.get(key);
    if (earlier !== undefined) {
      this.#refuseKey(row, `Row ${earlier} of the file has the same ${this.#keyWords()}. Keep one of them.`);
      return;
    }
    this.#seen.set(key, row.row);
    const known = this.#known.get(key);
    if (known === null) {
      this.#refuseKey(
        row,
        `Two rows of the draft have this ${this.#keyWords()}. Map another column that tells them apart.`,
      );
    } else if (known === undefined) this.#add(row, values);
    else this.#compare(row, known, values);
  }

  /** Canonical values by column, or null when a cell was refused. */
  #read(row: TableRow): Map<string, string | null> | null {
    const values = new Map<string, string | null>();
    const context = this.#contextOf(row);
    let sound = true;
    for (const { spec, heading, at } of this.#mapped) {
      const text = row.values[at] ?? '';
      const read: Typed = readTyped(spec, text, context);
      if (read.ok) values.set(spec.id, read.value);
      else {
        this.#refused.push({ row: row.row, column: heading, value: text.slice(0, 200), reason: read.reason });
        sound = false;
      }
    }
    return sound ? values : null;
  }

  /** A rate row states its own currency, so its amounts are read in that one. */
  #contextOf(row: TableRow): CellContext {
    const own = this.#mapped.find(({ spec }) => spec.id === 'currency');
    const currency = own === undefined ? '' : (row.values[own.at] ?? '').trim().toUpperCase();
    return isCurrency(currency) ? { currency } : this.#context;
  }

  #add(row: TableRow, values: ReadonlyMap<string, string | null>): void {
    const filled: Record<string, string> = {};
    for (const [id, value] of values) if (value !== null) filled[id] = value;
    // A card in one currency rarely repeats it in every row; the draft's own currency is then meant.
    if (
      this.#spec.columns.some(({ id }) => id === 'currency') &&
      !values.has('currency') &&
      this.#context.currency !== undefined
    ) {
      filled.currency = this.#context.currency;
    }
    const problems = checkRow(this.#sheet, { ...filled, rowId: 'r-000000000000' }, this.#context);
    for (const problem of problems) {
      const mapped = this.#mapped.find(({ spec }) => spec.id === problem.field);
      const column = mapped?.heading ?? problem.field ?? '';
      const cure =
        mapped === undefined && problem.kind === 'missing'
          ? `${problem.text.replace(/ Fill it in\.$/, '')} Map a column to it.`
          : problem.text;
      this.#refused.push({
        row: row.row,
        column,
        value: mapped === undefined ? '' : (row.values[mapped.at] ?? ''),
        reason: cure,
      });
    }
    if (problems.length === 0)
      this.#added.push({ row: row.row, name: filled[this.#spec.nameColumn] ?? '', values: filled });
  }

  #compare(row: TableRow, known: RowContent, values: ReadonlyMap<string, string | null>): void {
    const changes = this.#mapped.flatMap(({ spec }) => {
      const from = known[spec.id] ?? null;
      const to = values.get(spec.id) ?? null;
      if (comparable(spec, from) === comparable(spec, to)) return [];
      return [{ field: spec.id, label: plainLabel(spec.label), from, to }];
    });
    if (changes.length === 0) {
      this.#same += 1;
      return;
    }
    const after: Record<string, string> = { ...known };
    for (const { field, to } of changes) {
      if (to === null) delete after[field];
      else after[field] = to;
    }
    const problems = checkRow(this.#sheet, after as RowContent, this.#context).filter(({ field }) =>
      changes.some((change) => change.field === field),
    );
    for (const problem of problems) {
      const mapped = this.#mapped.find(({ spec }) => spec.id === problem.field);
      this.#refused.push({
        row: row.row,
        column: mapped?.heading ?? '',
        value: mapped === undefined ? '' : (row.values[mapped.at] ?? ''),
        reason: problem.text,
      });
    }
    if (problems.length === 0) {
      this.#changed.push({ row: row.row, rowId: known.rowId, name: known[this.#spec.nameColumn] ?? '', changes });
    }
  }

  #refuseKey(row: TableRow, reason: string): void {
    const first = this.#keyColumns[0];
    this.#refused.push({
      row: row.row,
      column: first?.heading ?? '',
      value: first === undefined ? '' : (row.values[first.at] ?? ''),
      reason,
    });
  }

  #keyWords(): string {
    const words = this.#keyColumns.map(({ spec }) => plainLabel(spec.label).toLowerCase());
    return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
  }
}

/** Commands that write the changed cells, made against the log as it was at the check. */
export function commandsOf(plan: ImportPlan, seen: string, newId: () => string): Command[] {
  return plan.changed.flatMap(({ rowId, changes }) =>
    changes.map(({ field, from, to }) => ({ id: newId(), sheet: plan.sheet, rowId, field, from, to, seen })),
  );
}
