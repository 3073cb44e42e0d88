// Whether canonical text fits its column. Owns the sentence for every misfit; used by admission, submission and the grid alike.
import { isCurrency, minorDigits } from '../../money/index.ts';
import type { ColumnSpec } from '../sheets/column.ts';
import { dateProblem, isoParts } from './calendarDate.ts';

/** What a cell's meaning depends on beside its column. */
export interface CellContext {
  /** The contract's currency; without one, amounts may have up to 4 decimals (no currency has more). */
  readonly currency?: string | undefined;
}

/** Longest text of one cell, in UTF-16 units (docs/PROTOCOL.md §2). */
const LONGEST_CELL = 20_000;
const PLAIN_DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.(\d+))?$/;
const MOST_WHOLE_DIGITS = { money: 13, rate: 13, percent: 13, quantity: 18 } as const;
const MOST_DECIMALS = 12;

/**
 * [CELL-1] Why the canonical text does not fit the column, as one sentence and a way on; null when it fits.
 * Blank (null) fits every column here: whether a row may do without it is `checkRow`'s question.
 */
export function checkCell(column: ColumnSpec, value: string | null, context: CellContext = {}): string | null {
  if (value === null) return null;
  if (value === '') return 'Blank is no value at all, not an empty text. Clear the cell.';
  if (value.length > LONGEST_CELL) return `The text has ${value.length} characters; at most 20,000 are kept.`;
  if (!value.isWellFormed()) return 'The text holds half a character. Type it again.';
  switch (column.type) {
    case 'text':
    case 'reference':
      return textProblem(value);
    case 'choice':
      return (column.choices ?? []).includes(value)
        ? null
        : `"${shown(value)}" is not one of the choices. Use ${orList(column.choices ?? [])}.`;
    case 'money':
      return decimalProblem(value, 'money', column.label) ?? moneyProblem(value, context.currency);
    case 'rate':
    case 'percent':
      return decimalProblem(value, column.type, column.label);
    case 'quantity':
      return value.startsWith('-')
        ? `A quantity cannot be negative. Write 0 or more.`
        : decimalProblem(value, 'quantity', column.label);
    case 'date': {
      const parts = isoParts(value);
      return parts === null ? `"${shown(value)}" is not a date. Write it as 2016-11-07.` : dateProblem(parts);
    }
    case 'time':
      return /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(value)
        ? null
        : `"${shown(value)}" is not a time of day. Write it as 18:30.`;
    case 'flag':
      return value === 'true' || value === 'false' ? null : `"${shown(value)}" is neither yes nor no.`;
    case 'days':
      return /^[1-9X-]{7}$/.test(value) && value !== '-------'
        ? null
        : `"${shown(value)}" is not a week. Write seven marks, Monday first: -2222--.`;
    case 'currency':
      return isCurrency(value) ? null : `"${shown(value)}" is not an ISO 4217 currency. Use a code such as USD.`;
  }
}

function textProblem(value: string): string | null {
  // Control characters other than tab and line feed have no glyph: two texts would look the same and hash otherwise.
  if (/[^\P{Cc}\t\n]/u.test(value)) return 'The text holds a control character. Type it again.';
  return value.trim() === value ? null : 'The text begins or ends with a space. Remove it.';
}

function decimalProblem(value: string, type: keyof typeof MOST_WHOLE_DIGITS, label: string): string | null {
  if (/^[=+@]/.test(value)) return `"${shown(value)}" is a formula. Write the resulting number.`;
  const match = PLAIN_DECIMAL.exec(value);
  if (match === null || /^-0(?:\.0*)?$/.test(value))
    return `"${shown(value)}" is not a number. Write ${label.startsWith('Rate') ? 'a rate' : 'digits'} such as 1234.56.`;
  const decimals = match[1]?.length ?? 0;
  const whole = value.replace('-', '').split('.')[0]?.length ?? 0;
  const most = MOST_WHOLE_DIGITS[type];
  if (whole > most)
    return `${shown(value)} has ${whole} digits before the point; at most ${most} are kept. Check the unit.`;
  if (decimals > MOST_DECIMALS)
    return `${shown(value)} has ${decimals} decimals; at most ${MOST_DECIMALS} are kept. Round it where the contract allows.`;
  return null;
}

function moneyProblem(value: string, currency: string | undefined): string | null {
  const decimals = value.split('.')[1]?.length ?? 0;
  if (currency === undefined || !isCurrency(currency))
    return decimals > 4 ? `${shown(value)} has ${decimals} decimals; no currency has more than 4.` : null;
  const digits = minorDigits(currency);
  if (decimals <= digits) return null;
  const may = digits === 0 ? 'no decimals' : `${digits} decimals`;
  return `${shown(value)} has ${decimals} decimals; ${currency} has ${may}. Round it where the contract allows.`;
}

/** At most 60 characters of a value inside a sentence. */
export function shown(value: string): string {
  return value.length > 60 ? `${value.slice(0, 59)}…` : value;
}

/** "A, B or C". */
export function orList(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
