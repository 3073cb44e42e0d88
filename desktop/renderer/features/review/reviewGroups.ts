// Groups the changed rows of a version for a reviewer: pre-empted, makegoods, added, removed, changed, then the other sheets.
// Owns order, words and the sum of each group's impact, exactly, from the server's decimal text. Must not compute prices.
import { SHEETS, sheetSpec } from '@countersign/shared/model/sheets';
import { add, decimalOf, type Fraction, roundedText, ZERO } from '@countersign/shared/money';
import type { Impact, ReviewRow } from '@countersign/shared/protocol/api';

export interface ReviewedRow {
  readonly key: string;
  readonly row: ReviewRow;
  /** What the row changes in money, over all periods; null where the impact does not speak of it. */
  readonly impact: string | null;
}

export interface RowGroup {
  readonly key: string;
  readonly title: string;
  readonly rows: readonly ReviewedRow[];
  /** Exact sum of the rows' impacts; null when no row has one. */
  readonly impact: string | null;
}

type GroupKind = 'preempted' | 'makegood' | 'added' | 'removed' | 'changed' | 'moved';
const LINE_GROUPS: readonly (readonly [GroupKind, string])[] = [
  ['preempted', 'Pre-empted'],
  ['makegood', 'Makegoods'],
  ['added', 'Added lines'],
  ['changed', 'Changed lines'],
  ['removed', 'Removed lines'],
  ['moved', 'Moved lines'],
];

/** The new text of a field of a changed row, or undefined when the change does not touch it. */
function newValue(row: ReviewRow, field: string): string | null | undefined {
  return row.fields.find((each) => each.field === field)?.to;
}

const fieldTo = (row: ReviewRow, field: string): string => newValue(row, field) ?? '';
const becomesZero = (row: ReviewRow): boolean => {
  const quantity = row.fields.find((each) => each.field === 'quantity');
  return quantity !== undefined && quantity.from !== null && /^0(\.0*)?$/.test(quantity.to ?? '');
};

/** Which group of the lines sheet a row belongs to. */
export function lineGroup(row: ReviewRow): GroupKind {
  if (row.change === 'removed') return 'removed';
  if (fieldTo(row, 'status') === 'PRE_EMPTED' || becomesZero(row)) return 'preempted';
  if (row.change === 'added')
    return fieldTo(row, 'makegoodFor') !== '' || fieldTo(row, 'status') === 'MAKEGOOD' ? 'makegood' : 'added';
  return row.change === 'moved' && row.fields.length === 0 ? 'moved' : 'changed';
}

/** Decimals of the longest amount, so that a sum is written as its parts are. */
function digitsOf(amounts: readonly string[]): number {
  return amounts.reduce((most, amount) => Math.max(most, (amount.split('.')[1] ?? '').length), 0);
}

/** Exact sum of decimal texts, or null of none. */
export function sumAmounts(amounts: readonly string[]): string | null {
  if (amounts.length === 0) return null;
  const sum = amounts.reduce<Fraction>((total, amount) => add(total, decimalOf(amount)), ZERO);
  return roundedText(sum, digitsOf(amounts), 'HALF_UP');
}

/** Change in money by line id, summed over periods. A line of a bill is named by the row's name. */
function impactByLine(impact: Impact | null): ReadonlyMap<string, string> {
  const parts = new Map<string, string[]>();
  for (const line of impact?.lines ?? []) parts.set(line.lineId, [...(parts.get(line.lineId) ?? []), line.delta]);
  return new Map(
    [...parts].flatMap(([id, deltas]) => ((sum) => (sum === null ? [] : [[id, sum]]))(sumAmounts(deltas))),
  );
}

const sheetOrder = Object.keys(SHEETS);

/** Groups in reading order: line groups first, then each other sheet in tab order. Empty groups are left out. */
export function groupRows(diff: readonly ReviewRow[], impact: Impact | null): RowGroup[] {
  const byLine = impactByLine(impact);
  const reviewed = (row: ReviewRow): ReviewedRow => ({
    key: `${row.sheet}/${row.rowId}`,
    row,
    impact: row.sheet === 'lines' ? (byLine.get(row.row) ?? byLine.get(row.rowId) ?? null) : null,
  });
  const group = (key: string, title: string, rows: readonly ReviewRow[]): RowGroup[] => {
    if (rows.length === 0) return [];
    const all = rows.map(reviewed);
    return [{ key, title, rows: all, impact: sumAmounts(all.flatMap((each) => each.impact ?? [])) }];
  };
  const lines = diff.filter((row) => row.sheet === 'lines');
  const others = [...new Set(diff.map((row) => row.sheet))]
    .filter((sheet) => sheet !== 'lines')
    .sort((a, b) => sheetOrder.indexOf(a) - sheetOrder.indexOf(b));
  return [
    ...LINE_GROUPS.flatMap(([kind, title]) =>
      group(
        `lines/${kind}`,
        title,
        lines.filter((row) => lineGroup(row) === kind),
      ),
    ),
    ...others.flatMap((sheet) =>
      group(
        sheet,
        sheetSpec(sheet)?.label ?? sheet,
        diff.filter((row) => row.sheet === sheet),
      ),
    ),
  ];
}

/** Counts for the status line: "11 lines added", "2 cells changed", "3 spots pre-empted". */
export function reviewCounts(diff: readonly ReviewRow[]): string[] {
  const words: string[] = [];
  const say = (count: number, one: string, many: string) => {
    if (count > 0) words.push(`${count} ${count === 1 ? one : many}`);
  };
  const lines = diff.filter((row) => row.sheet === 'lines');
  say(lines.filter((row) => row.change === 'added').length, 'line added', 'lines added');
  say(lines.filter((row) => row.change === 'removed').length, 'line removed', 'lines removed');
  const cells = diff.filter((row) => row.change === 'changed').reduce((sum, row) => sum + row.fields.length, 0);
  say(cells, 'cell changed', 'cells changed');
  say(lines.filter((row) => lineGroup(row) === 'preempted').length, 'line pre-empted', 'lines pre-empted');
  const other = diff.filter((row) => row.sheet !== 'lines' && row.change !== 'changed').length;
  say(other, 'other row added or removed', 'other rows added or removed');
  return words;
}
