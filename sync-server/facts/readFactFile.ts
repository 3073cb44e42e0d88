/**
 * Delivery and action files as facts. Owns the column names that are understood and the reason of every rejected row.
 * Must not guess a value: a row that does not fit is rejected and the rest is kept.
 */
import { ActionFact, DeliveryFact } from '@countersign/shared/model';
import type { z } from 'zod';
import { ImportError } from '../imports/importError.ts';
import type { ImportTable, TableRow } from '../imports/table.ts';
import type { RejectedFact } from './factStore.ts';

export type FactKind = 'delivery' | 'actions';

export interface ReadFacts {
  readonly delivery: readonly (readonly [row: number, fact: DeliveryFact])[];
  readonly actions: readonly (readonly [row: number, fact: ActionFact])[];
  readonly rejected: readonly RejectedFact[];
}

/** Field → headings it is known by, compared without case, spaces and punctuation. */
const DELIVERY_HEADINGS = {
  lineId: ['lineid', 'line', 'lineitemid', 'placement'],
  source: ['source', 'adserver', 'reportedby'],
  metric: ['metric'],
  localDate: ['localdate', 'date', 'day'],
  at: ['at', 'time', 'timestamp'],
  quantity: ['quantity', 'impressions', 'units', 'count', 'delivered'],
  reportVersion: ['reportversion', 'version', 'revision'],
  id: ['id', 'factid'],
  key: ['key', 'rowkey', 'adid', 'creative'],
} as const;

const ACTION_HEADINGS = {
  id: ['id', 'actionid'],
  orderId: ['orderid', 'order', 'invoiceno', 'oid'],
  eventType: ['eventtype', 'event', 'actiontracker'],
  occurredAt: ['occurredat', 'eventdate', 'actiondate', 'date'],
  partnerId: ['partnerid', 'partner', 'mediapartnerid', 'publisherid'],
  actorId: ['actorid', 'customerid', 'customer'],
  status: ['status', 'state'],
  statusAt: ['statusat', 'statusdate', 'modifieddate'],
  reason: ['reason', 'reasoncode'],
  order: ['amount', 'saleamount', 'orderamount', 'total', 'revenue'],
} as const;

/** @throws ImportError `mapping` when a needed column is missing. */
export function readFactFile(kind: FactKind, table: ImportTable): ReadFacts {
  return kind === 'delivery' ? readDelivery(table) : readActions(table);
}

function columnsOf<F extends string>(
  table: ImportTable,
  headings: Readonly<Record<F, readonly string[]>>,
  needed: readonly (readonly NoInfer<F>[])[],
): (row: TableRow, field: F) => string {
  const plain = table.columns.map((column) => column.toLowerCase().replace(/[^a-z]/g, ''));
  const at = new Map<F, number>();
  for (const field of Object.keys(headings) as F[]) {
    const index = headings[field].map((name) => plain.indexOf(name)).find((found) => found >= 0);
    if (index !== undefined) at.set(field, index);
  }
  for (const choices of needed) {
    if (choices.some((field) => at.has(field))) continue;
    const names = choices.flatMap((field) => headings[field]);
    throw new ImportError(
      'mapping',
      `No column holds ${choices.join(' or ')}.`,
      `Name it ${names.slice(0, 3).join(', ')}.`,
    );
  }
  return (row, field) => row.values[at.get(field) ?? -1] ?? '';
}

function readDelivery(table: ImportTable): ReadFacts {
  const cell = columnsOf(table, DELIVERY_HEADINGS, [['lineId'], ['quantity'], ['localDate', 'at']]);
  const metric = impressionsNamed(table) ? 'IMPRESSIONS' : '';
  return parsed(table, DeliveryFact, 'delivery', (row) => {
    const version = cell(row, 'reportVersion');
    return withoutBlank({
      lineId: cell(row, 'lineId'),
      source: cell(row, 'source'),
      metric: cell(row, 'metric') || metric,
      localDate: cell(row, 'localDate'),
      at: cell(row, 'at'),
      quantity: cell(row, 'quantity'),
      reportVersion: version === '' ? '' : Number(version),
      id: cell(row, 'id'),
      key: cell(row, 'key'),
    });
  });
}

function impressionsNamed(table: ImportTable): boolean {
  return table.columns.some((column) => column.trim().toLowerCase() === 'impressions');
}

function readActions(table: ImportTable): ReadFacts {
  const cell = columnsOf(table, ACTION_HEADINGS, [['id', 'orderId'], ['occurredAt']]);
  return parsed(table, ActionFact, 'actions', (row) => {
    const status = cell(row, 'status').toUpperCase();
    const amount = cell(row, 'order');
    const id = cell(row, 'id') || cell(row, 'orderId');
    const at = cell(row, 'statusAt') || cell(row, 'occurredAt');
    return {
      ...withoutBlank({
        id,
        orderId: cell(row, 'orderId'),
        eventType: cell(row, 'eventType'),
        occurredAt: cell(row, 'occurredAt'),
        partnerId: cell(row, 'partnerId'),
        actorId: cell(row, 'actorId'),
      }),
      ...(amount === '' ? {} : { amounts: { order: amount } }),
      ...(status === '' || status === 'PENDING'
        ? {}
        : { statusEvents: [withoutBlank({ status, at, reason: cell(row, 'reason') })] }),
    };
  });
}

function withoutBlank(fields: Readonly<Record<string, string | number>>): Record<string, string | number> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

function parsed<T extends DeliveryFact | ActionFact>(
  table: ImportTable,
  schema: z.ZodType<T>,
  kind: FactKind,
  read: (row: TableRow) => Record<string, unknown>,
): ReadFacts {
  const facts: (readonly [number, T])[] = [];
  const rejected: RejectedFact[] = [];
  for (const row of table.rows) {
    const checked = schema.safeParse(read(row));
    if (checked.success) facts.push([row.row, checked.data]);
    else rejected.push({ row: row.row, reason: reasonOf(checked.error) });
  }
  const none = { delivery: [], actions: [], rejected };
  return { ...none, [kind]: facts };
}

function reasonOf(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? 'The row does not fit.' : `${issue.path.join('.')}: ${issue.message}`;
}
