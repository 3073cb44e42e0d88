// Rows about payable actions as the model's objects: payouts, windows of attribution, eligibility. Owns the meaning of their columns but
// the price columns (prices.ts). Results are checked against their schemas by the caller.
import type { RowContent } from '../sheets/content.ts';
import { readConditions } from './conditions.ts';
import { readPrice } from './prices.ts';
import { clauseId, listed, present, type RowContext, type RowRead, whole } from './rowCells.ts';

export function readPayout(row: RowContent, context: RowContext): RowRead {
  const priced = readPrice(
    {
      model: row.priceModel,
      rateType: undefined,
      figure: row.amount,
      percent: row.percent,
      table: row.tierTable,
      minPer: row.minPer,
      maxPer: row.maxPer,
    },
    context.tables,
  );
  if ('problem' in priced)
    return {
      problem: priced.problem,
      field: { figure: 'amount', table: 'tierTable', percent: 'percent' }[priced.field],
    };
  const conditions = row.conditions === undefined ? undefined : readConditions(row.conditions);
  if (conditions !== undefined && 'problem' in conditions) return { problem: conditions.problem, field: 'conditions' };
  const include = listed(row.include);
  const subtract = listed(row.subtract);
  return {
    value: present({
      id: row.rowId,
      eventType: row.eventType,
      priority: whole(row.priority),
      conditions,
      payout: priced.price,
      orderBasis:
        include === undefined && subtract === undefined
          ? undefined
          : present({ include: include ?? ['order'], subtract }),
      clauseId: clauseId(row, context),
    }),
  };
}

/** A window of the attribution policy; the policy's own members stand in each row and must agree. */
export function readWindow(row: RowContent): RowRead {
  const size = row.windowSize;
  if (size === undefined || !/^\d{1,5}$/.test(size))
    return { problem: 'The window is a whole number of days or hours.', field: 'windowSize' };
  return {
    value: present({
      touchType: row.touchType,
      size: row.windowUnit === 'HOURS' ? `PT${size}H` : `P${size}D`,
      kind: row.windowKind,
    }),
  };
}

const OPERATOR: Readonly<Record<string, string>> = {
  EQUALS: 'EQ',
  NOT_EQUALS: 'NE',
  IN: 'IN',
  NOT_IN: 'NOT_IN',
  AT_LEAST: 'GTE',
  LESS_THAN: 'LT',
};

export function readEligibility(row: RowContent, context: RowContext): RowRead {
  const op = OPERATOR[row.operator ?? ''];
  const value = op === 'IN' || op === 'NOT_IN' ? listed(row.value) : row.value;
  return {
    value: present({
      id: row.rowId,
      conditions: row.field === undefined ? undefined : [present({ field: row.field, op, value })],
      outcome: row.outcome,
      reason: row.note,
      clauseId: clauseId(row, context),
    }),
  };
}

/** A payout that does not say which amounts it is of is of those that the term "orderBasis" names: "order, tax less shipping". */
export function withOrderBasis(read: RowRead, term: string | undefined): RowRead {
  if ('problem' in read || term === undefined || read.value.orderBasis !== undefined) return read;
  const [include = '', subtract = ''] = term.split(/\s+less\s+/);
  const words = (part: string): string[] =>
    part
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '');
  const less = words(subtract);
  const orderBasis = { include: words(include), ...(less.length === 0 ? {} : { subtract: less }) };
  return { value: { ...read.value, orderBasis } };
}
