// What changed between two contents, row by row. Owns the rows of a review; names come from the sheets, people from elsewhere.
import { plainLabel } from '@countersign/shared/model/cell';
import { type RowContent, sheetSpec, type WorkbookContent } from '@countersign/shared/model/sheets';

export interface FieldDiff {
  readonly field: string;
  readonly label: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface RowDiff {
  readonly sheet: string;
  readonly rowId: string;
  /** The row's name for a person; its name before, when it was removed. */
  readonly row: string;
  readonly change: 'added' | 'removed' | 'changed' | 'moved';
  readonly fields: readonly FieldDiff[];
}

/**
 * [DOC-33] Rows that differ, sheet by sheet in the draft's order, removed rows last. Without a base every row is added.
 * A row is moved when it stands elsewhere among the rows that both have, and only that changed.
 */
export function diffContent(base: WorkbookContent | null, draft: WorkbookContent): RowDiff[] {
  return Object.keys(draft.sheets).flatMap((sheet) =>
    diffSheet(sheet, base?.sheets[sheet] ?? [], draft.sheets[sheet] ?? []),
  );
}

function diffSheet(sheet: string, before: readonly RowContent[], after: readonly RowContent[]): RowDiff[] {
  const was = new Map(before.map((row, i) => [row.rowId, { row, place: i }]));
  const is = new Set(after.map((row) => row.rowId));
  const common = after.filter((row) => was.has(row.rowId));
  const stayed = longestAscending(common.map((row) => was.get(row.rowId)?.place ?? 0));
  const moved = new Set(common.filter((_, i) => !stayed.has(i)).map((row) => row.rowId));
  const diffs: RowDiff[] = [];
  for (const row of after) {
    const old = was.get(row.rowId)?.row;
    const fields = fieldDiffs(sheet, old, row);
    const change = old === undefined ? 'added' : fields.length > 0 ? 'changed' : moved.has(row.rowId) ? 'moved' : null;
    if (change !== null) diffs.push({ sheet, rowId: row.rowId, row: rowName(sheet, row), change, fields });
  }
  for (const row of before)
    if (!is.has(row.rowId))
      diffs.push({
        sheet,
        rowId: row.rowId,
        row: rowName(sheet, row),
        change: 'removed',
        fields: fieldDiffs(sheet, row, undefined),
      });
  return diffs;
}

/** What people call a row: the text in its name column, else its id. */
export function rowName(sheet: string, row: RowContent): string {
  const column = sheetSpec(sheet)?.nameColumn;
  return (column === undefined ? undefined : row[column]) ?? row.rowId;
}

function fieldDiffs(sheet: string, before: RowContent | undefined, after: RowContent | undefined): FieldDiff[] {
  const diffs: FieldDiff[] = [];
  for (const column of sheetSpec(sheet)?.columns ?? []) {
    const from = before?.[column.id] ?? null;
    const to = after?.[column.id] ?? null;
    if (from !== to) diffs.push({ field: column.id, label: plainLabel(column.label), from, to });
  }
  return diffs;
}

/** Positions of a longest ascending run of the numbers: the rows that did not move. */
function longestAscending(places: readonly number[]): Set<number> {
  const tails: number[] = [];
  const previous: number[] = [];
  places.forEach((place, i) => {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((places[tails[middle] as number] as number) < place) low = middle + 1;
      else high = middle;
    }
    previous[i] = low > 0 ? (tails[low - 1] as number) : -1;
    tails[low] = i;
  });
  const kept = new Set<number>();
  for (let i = tails.at(-1) ?? -1; i >= 0; i = previous[i] ?? -1) kept.add(i);
  return kept;
}
