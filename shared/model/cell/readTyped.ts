// From what a person typed or pasted to canonical text. Owns the accepted spellings; anything that could mean two things is refused.
import { isCurrency, minorDigits } from '../../money/index.ts';
import type { ColumnSpec } from '../sheets/column.ts';
import { dateProblem, isoParts, isoText, monthNumber } from './calendarDate.ts';
import { type CellContext, checkCell, orList, shown } from './checkCell.ts';

export type Typed =
  | { readonly ok: true; readonly value: string | null }
  | { readonly ok: false; readonly reason: string };

const no = (reason: string): Typed => ({ ok: false, reason });

/**
 * [CELL-2] Canonical text of what was typed, null for blank; or the reason, in words, why it cannot be read.
 * Accepted: grouping by comma, space or thin space in threes ("4,000.00"); a leading currency code or sign and a trailing
 * "%"; an amount in brackets, as accountants write what is negative ("(12.00)"); dates as 2016-11-07, 2016/11/7, 7 Nov 2016 or
 * Nov 7, 2016, also with midnight and no zone behind; yes, no, true, false; any case for choices and currencies.
 * Refused as ambiguous: "1.234,56", "1,5", 11/07/16.
 */
export function readTyped(column: ColumnSpec, typed: string, context: CellContext = {}): Typed {
  const text = typed.normalize('NFC').replace(/\r\n?/g, '\n').trim();
  if (text === '') return { ok: true, value: null };
  const read = readText(column, text, context);
  if (!read.ok || read.value === null) return read;
  const problem = checkCell(column, read.value, context);
  return problem === null ? read : no(problem);
}

function readText(column: ColumnSpec, text: string, context: CellContext): Typed {
  switch (column.type) {
    case 'text':
    case 'reference':
      return { ok: true, value: text };
    case 'choice':
      return readChoice(column.choices ?? [], text);
    case 'currency':
      return { ok: true, value: text.toUpperCase() };
    case 'money':
    case 'rate':
    case 'percent':
    case 'quantity':
      return readDecimal(column, text, context);
    case 'date':
      return readDate(text);
    case 'time':
      return readTime(text);
    case 'flag':
      return readFlag(text);
    case 'days':
      return readDays(text);
  }
}

function readChoice(choices: readonly string[], text: string): Typed {
  const wanted = text.toUpperCase().replace(/[\s-]+/g, '_');
  const found = choices.find(
    (choice) => choice === wanted || choice.replaceAll('_', '') === wanted.replaceAll('_', ''),
  );
  return found === undefined
    ? no(`"${shown(text)}" is not one of the choices. Use ${orList(choices)}.`)
    : { ok: true, value: found };
}

/** Signs people put before or after a number; they are checked against the currency or the type, never guessed from. */
const CURRENCY_SIGNS: Readonly<Record<string, readonly string[]>> = {
  $: ['USD', 'CAD', 'AUD', 'NZD', 'MXN', 'SGD', 'HKD'],
  '€': ['EUR'],
  '£': ['GBP'],
  '¥': ['JPY', 'CNY'],
};

function readDecimal(column: ColumnSpec, text: string, context: CellContext): Typed {
  if (/^[=+@]/.test(text)) return no(`"${shown(text)}" is a formula. Write the resulting number.`);
  // As accountants write it, and as a spreadsheet puts it on the clipboard.
  const bracketed = /^(\D{0,3}?)\s*\(\s*([^()-]+?)\s*\)$/.exec(text);
  let rest = bracketed === null ? text.replace(/^[−–]/, '-') : `-${bracketed[1]}${bracketed[2]}`;
  if (column.type === 'percent') rest = rest.replace(/\s*%$/, '');
  if (column.type === 'money' || column.type === 'rate') {
    const sign = /^(-?)\s*([A-Za-z]{3}(?=[\s\d])|[$€£¥])\s*(.*)$/.exec(rest);
    if (sign !== null) {
      const wrong = signProblem(sign[2] ?? '', context.currency);
      if (wrong !== null) return no(wrong);
      rest = `${sign[1]}${sign[3]}`;
    }
  }
  const plain = ungrouped(rest);
  if (plain === null)
    return no(`"${shown(text)}" can be read in two ways or is not a number. Write 1234.56, with a point for decimals.`);
  return { ok: true, value: atMinorDigits(column, plain, context.currency) };
}

function signProblem(sign: string, currency: string | undefined): string | null {
  const named = sign.toUpperCase();
  const may = CURRENCY_SIGNS[sign] ?? (isCurrency(named) ? [named] : undefined);
  if (may === undefined) return `"${sign}" is not a currency. Write the number alone.`;
  if (currency === undefined || may.includes(currency)) return null;
  return `${sign} is not the contract’s currency, ${currency}. Write the number in ${currency}.`;
}

/** Without grouping, leading zeros and a bare point: "4,000.00" → "4000.00", ".5" → "0.5"; null for what is not one number. */
function ungrouped(text: string): string | null {
  const compact = text.replace(/[\u0020\u00a0\u2009\u202f](?=\d{3}(?:\D|$))/g, ',');
  const match = /^(-?)(\d{1,3}(?:,\d{3})+|\d+|)(?:\.(\d*))?$/.exec(compact);
  if (match === null || (match[2] === '' && (match[3] ?? '') === '')) return null;
  const whole = (match[2] ?? '').replaceAll(',', '').replace(/^0+(?=\d)/, '') || '0';
  const decimals = match[3] ?? '';
  const value = decimals === '' ? whole : `${whole}.${decimals}`;
  return match[1] === '-' && /[1-9]/.test(value) ? `-${value}` : value;
}

/** As the decimal format of DESIGN §3 admits. */
const MOST_WHOLE_DIGITS = 13;

/**
 * [CELL-9] Money and rates are kept with the decimals of their currency, so that equal amounts are equal texts and no redline says
 * otherwise. Zeros beyond them are dropped; other digits are a finer rate, or left to be refused as money.
 */
function atMinorDigits(column: ColumnSpec, value: string, currency: string | undefined): string {
  if (column.type !== 'money' && column.type !== 'rate') return value;
  if (currency === undefined || !isCurrency(currency)) return value;
  const digits = minorDigits(currency);
  const [whole = '0', decimals = ''] = value.split('.');
  // Too long a number is refused in the person's own digits, not in padded ones.
  if (whole.replace('-', '').length > MOST_WHOLE_DIGITS) return value;
  const kept = decimals.slice(0, digits).padEnd(digits, '0') + decimals.slice(digits).replace(/0+$/, '');
  return kept === '' ? whole : `${whole}.${kept}`;
}

function readDate(text: string): Typed {
  // A year that comes first has the month after it everywhere; midnight is how a database writes a day.
  const yearFirst = /^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$/.exec(text);
  const [, year = '', month = '', day = ''] = yearFirst ?? [];
  const iso = isoParts(
    yearFirst === null
      ? text.replace(/[ T]00:00(?::00(?:\.0+)?)?$/, '')
      : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`,
  );
  const words = /^(\d{1,2})[\s.-]*([A-Za-z]{3,9})\.?[\s,-]*(\d{4})$/.exec(text);
  const american = /^([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})$/.exec(text);
  const parts =
    iso ??
    (words !== null
      ? { year: Number(words[3]), month: monthNumber(words[2] ?? ''), day: Number(words[1]) }
      : american !== null
        ? { year: Number(american[3]), month: monthNumber(american[1] ?? ''), day: Number(american[2]) }
        : null);
  if (parts === null || (iso === null && parts.month === 0)) {
    const counted = dayOfNumber(text);
    if (counted !== null)
      return no(`${text} is the number that a spreadsheet keeps for ${counted}. Write the date as ${counted}.`);
    return no(
      /^\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}$/.test(text)
        ? `"${shown(text)}" can be read in two ways. Write the date as 2016-11-07 or 7 Nov 2016.`
        : `"${shown(text)}" is not a date. Write it as 2016-11-07 or 7 Nov 2016.`,
    );
  }
  const problem = dateProblem(parts);
  return problem === null ? { ok: true, value: isoText(parts) } : no(problem);
}

/** The day that a spreadsheet means by a number from 1990 to 2100, counted from 30 December 1899; null for another text. */
function dayOfNumber(text: string): string | null {
  const day = /^\d{5}(?:\.\d+)?$/.test(text) ? Number.parseInt(text, 10) : 0;
  if (day < 32_874 || day > 73_415) return null;
  return new Date(Date.UTC(1899, 11, 30) + day * 86_400_000).toISOString().slice(0, 10);
}

function readTime(text: string): Typed {
  const match = /^(\d{1,2})(?::(\d{2}))?\s*([AaPp])?\.?[Mm]?\.?$/.exec(text);
  const minute = match?.[2] ?? '00';
  let hour = Number(match?.[1] ?? 99);
  const half = match?.[3]?.toLowerCase();
  if (
    match === null ||
    (match[2] === undefined && half === undefined) ||
    (half !== undefined && (hour < 1 || hour > 12))
  )
    return no(`"${shown(text)}" is not a time of day. Write it as 18:30.`);
  if (half === 'p' && hour < 12) hour += 12;
  if (half === 'a' && hour === 12) hour = 0;
  return { ok: true, value: `${String(hour).padStart(2, '0')}:${minute}` };
}

function readFlag(text: string): Typed {
  const word = text.toLowerCase();
  if (word === 'yes' || word === 'true' || word === 'y') return { ok: true, value: 'true' };
  if (word === 'no' || word === 'false' || word === 'n') return { ok: true, value: 'false' };
  return no(`"${shown(text)}" is neither yes nor no.`);
}

function readDays(text: string): Typed {
  const parts = /[\s,;]/.test(text) ? text.split(/[\s,;]+/) : [...text];
  const marks = parts.map((part) => (/^[.·–0_-]$/.test(part) ? '-' : part.toUpperCase()));
  const week = marks.join('');
  if (marks.length !== 7) return no(`"${shown(text)}" is not a week. Write seven marks, Monday first: -2222--.`);
  return { ok: true, value: week === '-------' ? null : week };
}
