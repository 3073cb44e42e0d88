/** The headings that fact columns are known by. Owns the usual names; must not guess between two columns of one field. */
import { DomainError } from '@countersign/shared/money';
import type { DeliveryMapping } from './factSource.ts';

/** Field → headings, compared without case, spaces and punctuation; the first that is there counts. */
type Names = Readonly<Record<string, readonly string[]>>;

const DELIVERY: Names = {
  lineId: ['lineid', 'line', 'lineitemid', 'placement'],
  localDate: ['localdate', 'date', 'day'],
  at: ['at', 'time', 'timestamp'],
  quantity: ['quantity', 'impressions', 'units', 'count', 'delivered'],
  source: ['source', 'adserver', 'reportedby'],
  metric: ['metric'],
  reportVersion: ['reportversion', 'version', 'revision'],
  recordedAt: ['recordedat'],
  id: ['id', 'factid'],
  key: ['key', 'rowkey', 'adid', 'creative'],
};

const TOUCHES: Names = {
  id: ['id', 'touchid'],
  actorId: ['actorid', 'customerid'],
  touchType: ['touchtype', 'type'],
  partnerId: ['partnerid', 'partner'],
  at: ['at', 'touchedat', 'timestamp'],
  recordedAt: ['recordedat'],
};

const ACTIONS: Names = {
  id: ['id', 'actionid'],
  orderId: ['orderid', 'order', 'invoiceno', 'oid'],
  eventType: ['eventtype', 'event', 'actiontracker'],
  actorId: ['actorid', 'customerid', 'customer'],
  partnerId: ['partnerid', 'partner', 'mediapartnerid', 'publisherid'],
  occurredAt: ['occurredat', 'eventdate', 'actiondate', 'date'],
  recordedAt: ['recordedat'],
  status: ['status', 'state'],
  statusAt: ['statusat', 'statusdate', 'modifieddate'],
  statusReason: ['statusreason', 'reason', 'reasoncode'],
  amount: ['amount', 'saleamount', 'orderamount', 'total', 'revenue'],
};

export const EVENT_NAMES = { touches: TOUCHES, actions: ACTIONS } as const;

function plain(heading: string): string {
  return heading.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Field → heading of the file. */
export function foundHeadings(names: Names, headings: readonly string[]): Map<string, string> {
  const byPlain = new Map(headings.map((heading) => [plain(heading), heading]).toReversed() as [string, string][]);
  const found = new Map<string, string>();
  for (const [field, known] of Object.entries(names)) {
    const heading = known.map((name) => byPlain.get(name)).find((name) => name !== undefined);
    if (heading !== undefined) found.set(field, heading);
  }
  return found;
}

/** @throws DomainError when no column holds one of the fields. */
function needOneOf(found: ReadonlyMap<string, string>, fields: readonly string[], file: string): void {
  if (fields.some((field) => found.has(field))) return;
  throw new DomainError(
    'MISSING_COLUMN',
    `No column holds ${fields.join(' or ')}.`,
    `Add a column named ${fields[0]}.`,
    {
      file,
      row: 1,
    },
  );
}

/**
 * [FSRC-3] The mapping of a file that uses the usual names.
 * @param metricOfHeading a column that is called impressions counts impressions, whatever the line is paid by, unless the file says of
 * every row what it counts
 */
export function usualDelivery(headings: readonly string[], file: string, metricOfHeading = false): DeliveryMapping {
  const found = foundHeadings(DELIVERY, headings);
  for (const fields of [['lineId'], ['localDate', 'at'], ['quantity']]) needOneOf(found, fields, file);
  const key = found.get('key');
  const quantity = found.get('quantity') ?? '';
  const metric = metricOfHeading && !found.has('metric') && plain(quantity) === 'impressions' ? 'IMPRESSIONS' : '';
  return {
    lineId: found.get('lineId') ?? '',
    localDate: found.get('localDate'),
    at: found.get('at'),
    quantities: { [metric]: quantity },
    metric: found.get('metric'),
    source: found.get('source'),
    reportVersion: found.get('reportVersion'),
    recordedAt: found.get('recordedAt'),
    id: found.get('id'),
    key: key === undefined ? [] : [key],
  };
}

/** Every column a mapping names is in the file. @throws DomainError */
export function needMapped(mapping: DeliveryMapping, headings: readonly string[], file: string): void {
  const { lineId, localDate, at, quantities, metric, source, reportVersion, recordedAt, id, key, amounts, anomalies } =
    mapping;
  const named = [
    ...[lineId].flat(),
    ...Object.values(quantities),
    ...[localDate, at, metric, source, reportVersion, recordedAt, id],
    ...(typeof key === 'string' ? [] : key),
    ...(amounts ?? []),
    ...(anomalies ?? []).flatMap((rule) => ('of' in rule ? [rule.column, rule.of] : [rule.column])),
  ];
  for (const heading of named) if (heading !== undefined) needHeading(heading, headings, file);
}

function needHeading(heading: string, headings: readonly string[], file: string): void {
  if (headings.includes(heading)) return;
  throw new DomainError(
    'MISSING_COLUMN',
    `The mapping names a column "${heading}" that the file does not have.`,
    `Choose one of ${headings.slice(0, 8).join(', ')}.`,
    { file, row: 1 },
  );
}

const NEEDED = {
  touches: ['id', 'actorId', 'touchType', 'partnerId', 'at'],
  actions: ['id', 'occurredAt'],
} as const;

/** Every field an event needs has a column, and every column named is there. @throws DomainError */
export function needEvents(
  kind: keyof typeof NEEDED,
  found: Map<string, string>,
  headings: readonly string[],
  file: string,
): void {
  // An order that is told by its own number needs no other.
  const order = found.get('orderId');
  if (kind === 'actions' && !found.has('id') && order !== undefined) found.set('id', order);
  for (const field of NEEDED[kind]) needOneOf(found, [field], file);
  for (const heading of found.values()) needHeading(heading, headings, file);
}
