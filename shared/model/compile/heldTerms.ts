// Terms that no field of the model covers. Owns the type a free text is taken to have, so that the preview can say what it left out.
import type { z } from 'zod';
import { isCurrency } from '../../money/index.ts';
import { dateProblem, isoParts } from '../cell/calendarDate.ts';
import type { RowContent } from '../sheets/content.ts';
import type { Term } from '../terms/index.ts';
import { clauseId, type RowContext } from './rowCells.ts';

type HeldTerm = z.infer<typeof Term>;

/** [DOC-44] The term of a row of the Terms sheet whose key is not known. */
export function readHeldTerm(row: RowContent, context: RowContext): HeldTerm {
  const value = row.value ?? '';
  const { type, text } = typeOf(value);
  const clause = clauseId(row, context);
  return {
    key: row.key ?? row.rowId,
    type,
    value: text,
    ...(clause === undefined ? {} : { clauseId: clause }),
    ...(row.note === undefined ? {} : { reason: row.note }),
  };
}

function typeOf(value: string): { type: HeldTerm['type']; text: string } {
  const decimal = /^-?(?:0|[1-9]\d{0,12})(?:\.\d{1,12})?$/;
  if (decimal.test(value)) return { type: 'DECIMAL', text: value };
  if (value.endsWith('%') && decimal.test(value.slice(0, -1))) return { type: 'PERCENT', text: value.slice(0, -1) };
  const money = /^([A-Z]{3}) (.+)$/.exec(value);
  if (money !== null && isCurrency(money[1]) && decimal.test(money[2] ?? '')) return { type: 'MONEY', text: value };
  const date = isoParts(value);
  if (date !== null && dateProblem(date) === null) return { type: 'DATE', text: value };
  if (value === 'true' || value === 'false') return { type: 'BOOLEAN', text: value };
  return { type: 'TEXT', text: value };
}

/** The text that a term of the model is shown as in the Terms sheet. */
export function heldText({ type, value }: Pick<HeldTerm, 'type' | 'value'>): string {
  return type === 'PERCENT' ? `${value}%` : value;
}

/** A row that cannot be billed: kept as a term that says why, so that the preview names it and no amount is silently nothing. */
export function leftOutTerm(key: string, text: string, reason: string): HeldTerm {
  return { key, type: 'TEXT', value: text, billed: false, reason };
}
