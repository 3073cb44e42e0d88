// The Terms sheet in words: each row holds another kind of value, and its key is a field name that no person should have to read.
// Owns which name and which type a term has on the screen; what is stored stays the key and the canonical text.
import { displayCell, groupedDecimal } from '@countersign/shared/model/cell';
import { jsonTermName, termName } from '@countersign/shared/model/compile';
import { KNOWN_TERMS, type KnownTerm } from '@countersign/shared/model/sheets';
import type { GridColumn } from './sheetColumns.ts';

const byName: ReadonlyMap<string, string> = new Map(
  [...KNOWN_TERMS.values()].flatMap(({ id, label }) => [
    [label.toLowerCase(), id],
    [id.toLowerCase(), id],
  ]),
);

export { termName };

/** The key that a typed or pasted name means; a name that no term has is a term of one's own. */
export function termKey(typed: string): string {
  return byName.get(typed.trim().toLowerCase()) ?? typed;
}

/** What the editor of a term's name opens with: words that read back to the same key. */
export function editedTermName(key: string): string {
  return KNOWN_TERMS.get(key)?.label ?? key;
}

/** The column as it is in the row of this term: a value is read, shown and edited as the type of its term. */
export function termColumn(column: GridColumn, key: string | null): GridColumn {
  if (column.id !== 'value' || key === null) return column;
  const known = KNOWN_TERMS.get(key);
  if (known === undefined) return jsonTermName(key) === null ? column : { ...column, json: true };
  const { type, choices } = known;
  return { ...column, type, ...(choices === undefined ? {} : { choices }) };
}

/** The known term that a key names. */
export function knownTerm(key: string | null): KnownTerm | undefined {
  return key === null ? undefined : KNOWN_TERMS.get(key);
}

/** Names of the known terms that the sheet has not yet, in the order of a filled sheet. */
export function unusedTermNames(used: readonly (string | null)[]): readonly string[] {
  const taken = new Set(used);
  return [...KNOWN_TERMS.values()].filter(({ id }) => !taken.has(id)).map(({ label }) => label);
}

/** Words that the editor of a term's value offers where no closed list of choices does. */
export function offeredValues(key: string | null): readonly string[] {
  if (key === 'timeZone') return Intl.supportedValuesOf('timeZone');
  if (key === 'currency') return Intl.supportedValuesOf('currency');
  return [];
}

const DATE = { id: 'date', label: 'Date', type: 'date' } as const;

/** An entry written as JSON in a line of words: `id g-1, due (date 8 Nov 2016, amount 150,000.00)`. What is no JSON stays as it is. */
export function jsonWords(text: string, locale: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
  return typeof value === 'object' && value !== null ? partsOf(value, locale) : text;
}

function partsOf(value: object, locale: string): string {
  if (Array.isArray(value))
    return value
      .map((entry) => (typeof entry === 'object' && entry !== null ? partsOf(entry, locale) : inWords(entry, locale)))
      .join('; ');
  const members = Object.entries(value).sort(([a], [b]) => Number(b === 'id') - Number(a === 'id'));
  return members.map(([name, member]) => `${nameWords(name)} ${inWords(member, locale)}`).join(', ');
}

function inWords(value: unknown, locale: string): string {
  if (Array.isArray(value) && value.every((entry) => typeof entry !== 'object'))
    return value.map((entry) => inWords(entry, locale)).join(' ');
  if (typeof value === 'object' && value !== null) return `(${partsOf(value, locale)})`;
  const text = String(value);
  // Only a decimal with a point is surely an amount: a whole number may be somebody's id.
  return /^-?\d+\.\d+$/.test(text) ? groupedDecimal(text, locale) : displayCell(DATE, text, locale);
}

/** `upTo` as `up to`. */
function nameWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
