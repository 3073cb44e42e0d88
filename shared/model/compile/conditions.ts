// Conditions in one cell: `country EQ US; device IN phone|tablet; coupon MISSING`. Owns reading and writing that text.
import { CONDITION_OPERATORS, type Condition } from '../primitives.ts';

const NEEDS_NO_VALUE = new Set(['EXISTS', 'MISSING']);
const TAKES_A_LIST = new Set(['IN', 'NOT_IN']);

/** The conditions of a cell, or which part cannot be read. */
export function readConditions(text: string): Condition[] | { readonly problem: string } {
  const conditions: Condition[] = [];
  for (const part of text.split(';').map((p) => p.trim())) {
    if (part === '') continue;
    const match = /^(\S+)\s+(\S+)(?:\s+(.+))?$/.exec(part);
    const op = CONDITION_OPERATORS.find((operator) => operator === match?.[2]?.toUpperCase());
    const field = match?.[1];
    const value = match?.[3];
    if (field === undefined || op === undefined || (value === undefined) !== NEEDS_NO_VALUE.has(op))
      return { problem: `"${part}" is not a condition. Write country EQ US, or device IN phone|tablet.` };
    if (value === undefined) conditions.push({ field, op });
    else conditions.push({ field, op, value: TAKES_A_LIST.has(op) ? value.split('|').map((v) => v.trim()) : value });
  }
  return conditions;
}

/** Text that reads back as these conditions. Values with ";" or "|" do not; `sheetsFromVersion` notices and keeps them beside. */
export function conditionsText(conditions: readonly Condition[]): string {
  return conditions
    .map(({ field, op, value }) => {
      if (value === undefined) return `${field} ${op}`;
      return `${field} ${op} ${typeof value === 'string' ? value : value.join('|')}`;
    })
    .join('; ');
}
