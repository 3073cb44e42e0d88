/** Conditions on actions. Owns: reading a field and comparing it. Must not: decide what follows from it. */

import { type ActionFact, byText, type Condition } from '@countersign/shared/model';
import { compare, decimalOf, decimalProblem } from '@countersign/shared/money';

/** What conditions read of an action, or of a line that stands as one. */
export type Conditioned = Pick<
  ActionFact,
  'amounts' | 'dimensions' | 'eventType' | 'partnerId' | 'orderId' | 'actorId'
>;

/** The text of a field: `amounts.x`, a property of the action, or a dimension. */
function fieldOf(action: Conditioned, partnerId: string | undefined, field: string): string | undefined {
  if (field.startsWith('amounts.')) return action.amounts?.[field.slice('amounts.'.length)];
  if (field.startsWith('dimensions.')) return action.dimensions?.[field.slice('dimensions.'.length)];
  switch (field) {
    case 'eventType':
      return action.eventType;
    case 'partnerId':
      return partnerId ?? action.partnerId;
    case 'orderId':
      return action.orderId;
    case 'actorId':
      return action.actorId;
    default:
      return action.dimensions?.[field] ?? action.amounts?.[field];
  }
}

function orderOf(a: string, b: string): -1 | 0 | 1 {
  if (decimalProblem(a) === null && decimalProblem(b) === null) return compare(decimalOf(a), decimalOf(b));
  return byText(a, b);
}

/** Whether one condition holds. A comparison with a missing value never holds. */
export function conditionHolds(condition: Condition, action: Conditioned, partnerId?: string): boolean {
  const value = fieldOf(action, partnerId, condition.field);
  const wanted = [condition.value ?? []].flat();
  const equals = (w: string): boolean => value !== undefined && (value === w || orderOf(value, w) === 0);
  const first = wanted[0];
  switch (condition.op) {
    case 'EXISTS':
      return value !== undefined;
    case 'MISSING':
      return value === undefined;
    case 'EQ':
    case 'IN':
      return wanted.some(equals);
    case 'NE':
    case 'NOT_IN':
      return !wanted.some(equals);
    case 'GT':
      return value !== undefined && first !== undefined && orderOf(value, first) > 0;
    case 'GTE':
      return value !== undefined && first !== undefined && orderOf(value, first) >= 0;
    case 'LT':
      return value !== undefined && first !== undefined && orderOf(value, first) < 0;
    case 'LTE':
      return value !== undefined && first !== undefined && orderOf(value, first) <= 0;
  }
}

/** All conditions hold; none given holds too. */
export function allHold(
  conditions: readonly Condition[] | undefined,
  action: Conditioned,
  partnerId?: string,
): boolean {
  return (conditions ?? []).every((condition) => conditionHolds(condition, action, partnerId));
}
