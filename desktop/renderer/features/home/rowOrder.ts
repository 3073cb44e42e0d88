// The order of the list by one of its columns. Pure. Rows that have nothing in the column stand last, whichever way it is sorted.
import { compareDecimals } from '@countersign/shared/model/cell';
import { type ContractRow, changedAt, STATE_GROUPS } from './contractRows.ts';

export type SortColumn = 'number' | 'state' | 'next' | 'value' | 'changed';

export interface RowOrder {
  readonly by: SortColumn;
  readonly descending: boolean;
}

/** [UI-12] Last changed first. */
export const LAST_CHANGED_FIRST: RowOrder = { by: 'changed', descending: true };

/** A kept order; null for what is none. */
export function readOrder(kept: unknown): RowOrder | null {
  const { by, descending } = (kept ?? {}) as Partial<Record<keyof RowOrder, unknown>>;
  const column = (Object.keys(FIRST) as SortColumn[]).find((known) => known === by);
  return column === undefined || typeof descending !== 'boolean' ? null : { by: column, descending };
}

/** How a column is sorted when it is pressed first: what people look for stands on top. */
const FIRST: Readonly<Record<SortColumn, boolean>> = {
  number: false,
  state: false,
  next: false,
  value: true,
  changed: true,
};

/** The order after the head of a column was pressed: the other way round when it is sorted by it already. */
export function pressed(order: RowOrder, by: SortColumn): RowOrder {
  return { by, descending: order.by === by ? !order.descending : FIRST[by] };
}

/** For the status bar: `last changed first`. */
export function orderWords({ by, descending }: RowOrder): string {
  switch (by) {
    case 'number':
      return descending ? 'by number, last first' : 'by number';
    case 'state':
      return descending ? 'by state, ended first' : 'by state, drafts first';
    case 'next':
      return descending ? 'by date, latest first' : 'by date, next first';
    case 'value':
      return descending ? 'by currency, highest value first' : 'by currency, lowest value first';
    default:
      return descending ? 'last changed first' : 'first changed first';
  }
}

type Compare = (a: ContractRow, b: ContractRow) => number;

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const NUMBERS = new Intl.Collator('en', { numeric: true });
const byNumber: Compare = (a, b) => NUMBERS.compare(a.contract.number, b.contract.number);

const PLACE: ReadonlyMap<string, number> = new Map(
  STATE_GROUPS.flatMap(({ states }, place) => (states ?? []).map((state) => [state, place] as const)),
);
const placeOf = ({ state }: ContractRow): number => PLACE.get(state) ?? STATE_GROUPS.length;

const COMPARE: Readonly<Record<SortColumn, Compare>> = {
  number: byNumber,
  state: (a, b) => placeOf(a) - placeOf(b),
  next: (a, b) => byText(a.next.date ?? '', b.next.date ?? ''),
  value: (a, b) => compareDecimals(amountOf(a)?.amount ?? '', amountOf(b)?.amount ?? ''),
  changed: (a, b) => byText(changedAt(a), changedAt(b)),
};

function amountOf({ figures }: ContractRow): { readonly amount: string; readonly currency: string } | null {
  return figures?.worth?.kind === 'ordered' ? figures.worth : null;
}

/** What stands together whichever way the column is sorted: coming dates before past ones, amounts by currency, blanks at the end. */
function groupOf(row: ContractRow, by: SortColumn): string {
  if (by === 'next') return row.next.date === null ? '2' : row.next.isPast ? '1' : '0';
  // No currency code comes after it.
  if (by === 'value') return amountOf(row)?.currency ?? '~';
  return '';
}

/** [SCR-66] The rows in this order; equal ones by number. */
export function inOrder(rows: readonly ContractRow[], { by, descending }: RowOrder): ContractRow[] {
  const compare = COMPARE[by];
  const sign = descending ? -1 : 1;
  return rows.toSorted((a, b) => byText(groupOf(a, by), groupOf(b, by)) || sign * compare(a, b) || byNumber(a, b));
}
