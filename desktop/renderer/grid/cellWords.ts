// What a cell says about itself, for the value bar and a screen reader. Pure words.
import type { CellMarks } from '../sync/draftSession.ts';
import type { GridColumn } from './sheetColumns.ts';
import type { GridRow, RowChange, SheetModel } from './sheetModel.ts';

const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

function countWord(count: number): string {
  return NUMBERS[count] ?? String(count);
}

/** A cell read once for everything that is drawn and said of it. */
export interface ReadCell {
  readonly text: string;
  /** What is drawn of it: a date without the sheet's own year. */
  readonly shown: string;
  readonly marks: CellMarks;
  /** The base's text in redline; null when it was blank, undefined when the cell is not redlined. */
  readonly was: string | null | undefined;
  /** What is drawn of `was`; empty where nothing is. */
  readonly wasShown: string;
  /** Why it cannot be written; null when it can. */
  readonly denial: string | null;
}

const NO_MARKS: CellMarks = { waiting: false, contest: null, invalid: null, openComments: 0 };

export function readCell(model: SheetModel, row: GridRow, sheetColumn: GridColumn): ReadCell {
  const column = model.cellColumn(row, sheetColumn);
  const before =
    model.redline && model.isChanged(row, column.id) ? (model.baseValue(row, column.id) ?? null) : undefined;
  const text = model.text(row, column);
  const marks = row.ghost ? NO_MARKS : model.marks(row, column.id);
  return {
    text,
    // A misfit is shown as it was typed.
    shown: marks.invalid === null ? model.shortText(column, model.value(row, column.id)) : text,
    marks,
    wasShown: before === undefined || before === null ? '' : model.shortText(column, before),
    was: before === undefined || before === null ? before : model.textOf(column, before),
    denial: model.denial(row, column),
  };
}

/** "Rate, 4,000.00, contested, two values": column, value, then every mark (LOOK.md "Access"). */
export function spokenCell(
  model: SheetModel,
  row: GridRow,
  column: GridColumn,
  cell: ReadCell & { readonly change?: RowChange },
  peers: readonly string[],
): string {
  const said = [model.label(column), cell.text === '' ? 'blank' : cell.text];
  if (row.ghost) {
    said.push('removed in this version');
    return said.join(', ');
  }
  const { contest, invalid, waiting, openComments } = cell.marks;
  if (contest !== null) said.push(`contested, ${countWord(contest.values.length)} values`);
  if (invalid !== null) said.push(`not valid, ${invalid.reason}`);
  if (cell.change === 'added') said.push('row added in this version');
  if (cell.change === 'changed') said.push('row changed in this version');
  if (openComments > 0) said.push(openComments === 1 ? 'one open comment' : `${countWord(openComments)} open comments`);
  if (waiting) said.push('not stored yet');
  if (column.locked === true) said.push('locked');
  if (cell.was !== undefined) said.push(cell.was === null ? 'was blank' : `was ${cell.was}`);
  for (const name of peers) said.push(`${name} is here`);
  return said.join(', ');
}

export interface StateWords {
  readonly tone: 'warn' | 'bad' | 'muted';
  readonly text: string;
}

/** The state of a cell in the value bar; the worst first. */
export function stateWords(model: SheetModel, row: GridRow, column: GridColumn): StateWords | null {
  if (row.ghost) return { tone: 'muted', text: 'Removed in this version' };
  const marks: CellMarks = model.marks(row, column.id);
  if (marks.contest !== null) {
    const shown = model.value(row, column.id);
    const others = marks.contest.values.filter((write) => write.value !== shown);
    const values = others.map((write) => (write.value === null ? 'blank' : model.textOf(column, write.value)));
    const was = others.length === 1 ? 'was' : 'were';
    return { tone: 'warn', text: `Contested: ${values.join(' and ')} ${was} written at the same time` };
  }
  if (marks.invalid !== null) return { tone: 'bad', text: marks.invalid.reason };
  const denial = model.denial(row, column);
  if (denial !== null) return { tone: 'muted', text: denial };
  if (marks.waiting) return { tone: 'muted', text: 'On this computer, not stored yet' };
  return null;
}

/** What the figure counts: `USD per spot`. Empty where the value says it all. */
export function unitWords(model: SheetModel, row: GridRow, column: GridColumn): string {
  const currency = model.value(row, 'currency') ?? model.currency ?? '';
  switch (column.type) {
    case 'money':
      return currency;
    case 'rate': {
      const per = rateUnit(model.value(row, 'rateType') ?? model.value(row, 'unit'));
      return [currency, per].filter(Boolean).join(' ');
    }
    case 'percent':
      return 'percent';
    default:
      return '';
  }
}

const RATE_UNITS: Readonly<Record<string, string>> = {
  SPOT: 'per spot',
  CPM: 'per 1,000 impressions',
  VCPM: 'per 1,000 viewable impressions',
  CPC: 'per click',
  CPCV: 'per completed view',
  CPA: 'per action',
  CPS: 'of the sale',
  CPD: 'per day',
  FLAT: 'for the whole',
};

function rateUnit(rateType: string | null): string {
  if (rateType === null) return '';
  return RATE_UNITS[rateType] ?? rateType.toLowerCase();
}
