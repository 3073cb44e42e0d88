// Canonical text for people. Owns grouping and padding; must not turn a decimal into a JavaScript number.
import { isCurrency, minorDigits } from '../../money/index.ts';
import type { ColumnSpec } from '../sheets/column.ts';
import { isoParts } from './calendarDate.ts';
import type { CellContext } from './checkCell.ts';

const FORMATS = new Map<string, { group: string; point: string; date: Intl.DateTimeFormat }>();

function formatOf(locale: string): { group: string; point: string; date: Intl.DateTimeFormat } {
  const known = FORMATS.get(locale);
  if (known !== undefined) return known;
  const parts = new Intl.NumberFormat(locale).formatToParts(12345.5);
  const made = {
    group: parts.find((p) => p.type === 'group')?.value ?? ',',
    point: parts.find((p) => p.type === 'decimal')?.value ?? '.',
    date: new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }),
  };
  FORMATS.set(locale, made);
  return made;
}

/**
 * [CELL-10] Text of a canonical value for a person: decimals grouped, amounts and rates with at least two (or the currency's)
 * decimals, dates in the locale, choices in sentence case. Blank is the empty text. A misfit is shown as it was typed.
 */
export function displayCell(
  column: ColumnSpec,
  value: string | null,
  locale = 'en',
  context: CellContext = {},
): string {
  if (value === null) return '';
  switch (column.type) {
    case 'money':
    case 'rate':
      return groupedDecimal(value, locale, currencyDigits(context));
    case 'percent':
    case 'quantity':
      return groupedDecimal(value, locale, 0);
    case 'date': {
      if (isoParts(value) === null) return value;
      const instant = Date.parse(`${value}T00:00:00Z`);
      return Number.isNaN(instant) ? value : formatOf(locale).date.format(instant);
    }
    case 'flag':
      return value === 'true' ? 'Yes' : value === 'false' ? 'No' : value;
    case 'choice':
      return choiceWords(value);
    default:
      return value;
  }
}

function currencyDigits({ currency }: CellContext): number {
  return currency !== undefined && isCurrency(currency) ? minorDigits(currency) : 2;
}

/** Decimal text with grouping, a true minus sign and at least so many decimals; other text unchanged. */
export function groupedDecimal(value: string, locale = 'en', leastDecimals = 0): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value);
  if (match === null) return value;
  const { group, point } = formatOf(locale);
  const whole = (match[2] ?? '').replace(/\B(?=(\d{3})+$)/g, group);
  const decimals = (match[3] ?? '').padEnd(leastDecimals, '0');
  return `${match[1] === '-' ? '−' : ''}${whole}${decimals === '' ? '' : point + decimals}`;
}

const ABBREVIATIONS = new Set(['CPM', 'VCPM', 'CPC', 'CPCV', 'CPA', 'CPS', 'CPD', 'IO', 'MSA']);

/** "PRE_EMPTED" → "Pre-empted"; the field's abbreviations stay as they are. */
export function choiceWords(value: string): string {
  if (ABBREVIATIONS.has(value)) return value;
  if (value === 'PRE_EMPTED') return 'Pre-empted';
  const words = value.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
