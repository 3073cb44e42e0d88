// Touches and actions of `countersign preview`; delivery is read by facts/source. Owns the columns that are understood and
// the place of every refusal; a file is read whole or not at all, because a bill on half a file would look like a bill on
// all of it.
//
// touches:  id, actorId, touchType, partnerId, at; optional recordedAt; other columns become dimensions
// actions:  id, occurredAt; optional orderId, eventType, actorId, partnerId, recordedAt, status, statusAt, statusReason,
//           amount (= amounts.order) and amounts.<name>; other columns become dimensions; rows of one id add status events
import { ActionFact, TouchFact } from '@countersign/shared/model';
import { DomainError } from '@countersign/shared/money';
import { CsvError, parse } from 'csv-parse/sync';
import type { z } from 'zod';

export type FactFile = 'touches' | 'actions';

const SCHEMAS = { touches: TouchFact, actions: ActionFact } as const;

/** Other headings a column is known by, written without case, spaces and punctuation. */
const ALIASES: Readonly<Record<FactFile, Readonly<Record<string, string>>>> = {
  touches: {
    id: 'id',
    touchid: 'id',
    actorid: 'actorId',
    touchtype: 'touchType',
    type: 'touchType',
    partnerid: 'partnerId',
    partner: 'partnerId',
    at: 'at',
    recordedat: 'recordedAt',
  },
  actions: {
    id: 'id',
    actionid: 'id',
    orderid: 'orderId',
    eventtype: 'eventType',
    actorid: 'actorId',
    partnerid: 'partnerId',
    partner: 'partnerId',
    occurredat: 'occurredAt',
    recordedat: 'recordedAt',
    status: 'status',
    statusat: 'statusAt',
    statusreason: 'statusReason',
    amount: 'amounts.order',
  },
};

const REQUIRED: Readonly<Record<FactFile, readonly (readonly string[])[]>> = {
  touches: [['id'], ['actorId'], ['touchType'], ['partnerId'], ['at']],
  actions: [['id'], ['occurredAt']],
};

interface Heading {
  readonly field: string;
  readonly shown: string;
}

/** Reads a CSV or JSON fact file. Throws a DomainError with file, row and column. */
export function readFacts(kind: 'touches', text: string, file: string): TouchFact[];
export function readFacts(kind: 'actions', text: string, file: string): ActionFact[];
export function readFacts(kind: FactFile, text: string, file: string): (TouchFact | ActionFact)[] {
  const start = text.trimStart()[0];
  if (start === '[' || start === '{') return readJson(kind, text, file);
  const rows = readCsv(kind, text, file);
  return kind === 'actions'
    ? mergeStatuses(rows.map(({ value }) => value as ActionFact))
    : rows.map(({ value }) => value);
}

function readJson(kind: FactFile, text: string, file: string): (TouchFact | ActionFact)[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new DomainError(
      'BAD_JSON',
      `This is not JSON: ${error instanceof Error ? error.message : ''}.`,
      'Correct the file.',
      { file },
    );
  }
  const list: unknown = Array.isArray(parsed) ? parsed : (parsed as Record<string, unknown>)[kind];
  if (!Array.isArray(list))
    throw new DomainError(
      'BAD_FACTS',
      `The file holds no list of ${kind}.`,
      `Give a list, or an object with "${kind}".`,
      { file },
    );
  return list.map((item, i) =>
    checked(kind, item, (path) => ({ file, path: `[${i}]${path === '' ? '' : `.${path}`}` })),
  );
}

function headings(kind: FactFile, names: readonly string[], file: string): Heading[] {
  const found = names.map((name) => {
    const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
    const known = ALIASES[kind][plain];
    if (known !== undefined) return { field: known, shown: name };
    if (name.startsWith('amounts.')) return { field: name, shown: name };
    return { field: `dimensions.${name.replace(/^dimensions\./, '')}`, shown: name };
  });
  for (const choices of REQUIRED[kind]) {
    if (choices.some((field) => found.some((h) => h.field === field))) continue;
    throw new DomainError(
      'MISSING_COLUMN',
      `No column holds ${choices.join(' or ')}.`,
      `Add a column named ${choices[0]}.`,
      { file, row: 1 },
    );
  }
  return found;
}

/** The separator of the heading: a comma, or what spreadsheets of other countries write where there is none. */
function separatorOf(text: string): string {
  const [heading = ''] = text.split('\n', 1);
  return [',', ';', '\t'].find((separator) => heading.includes(separator)) ?? ',';
}

function readCsv(kind: FactFile, text: string, file: string): { value: TouchFact | ActionFact }[] {
  let table: string[][];
  try {
    table = parse(text, { bom: true, skip_empty_lines: true, trim: true, delimiter: separatorOf(text) });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new DomainError(
      'BAD_CSV',
      `${error.message}.`,
      'Give every row as many columns as the heading, and close every quote.',
      { file },
    );
  }
  const [head, ...rows] = table;
  if (head === undefined)
    throw new DomainError('EMPTY_FILE', 'The file is empty.', 'Give a heading and rows.', { file });
  const columns = headings(kind, head, file);
  return rows.map((row, i) => {
    const shownOf = (path: string): string =>
      columns.find((c) => c.field === path || (path.startsWith('statusEvents') && c.field.startsWith('status')))
        ?.shown ?? path;
    return {
      value: checked(kind, record(kind, columns, row), (path) => ({ file, row: i + 2, column: shownOf(path) })),
    };
  });
}

function record(_kind: FactFile, columns: readonly Heading[], row: readonly string[]): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  const nested: Record<string, Record<string, string>> = {};
  const status: Record<string, string> = {};
  columns.forEach(({ field }, i) => {
    const value = row[i] ?? '';
    if (value === '') return;
    const [group = '', name] = field.split(/\.(.*)/s);
    if (name !== undefined && (group === 'amounts' || group === 'dimensions')) {
      nested[group] = { ...nested[group], [name]: value };
    } else if (field === 'status') status.status = value.toUpperCase();
    else if (field === 'statusAt') status.at = value;
    else if (field === 'statusReason') status.reason = value;
    else out[field] = value;
  });
  if (status.status !== undefined && status.status !== 'PENDING')
    out.statusEvents = [{ at: out.occurredAt, ...status }];
  return { ...out, ...nested };
}

function checked<K extends FactFile>(
  kind: K,
  value: unknown,
  place: (path: string) => DomainError['place'],
): z.infer<(typeof SCHEMAS)[K]> {
  const result = SCHEMAS[kind].safeParse(value);
  if (result.success) return result.data as z.infer<(typeof SCHEMAS)[K]>;
  const issue = result.error.issues[0];
  const path = issue === undefined ? '' : issue.path.join('.');
  throw new DomainError(
    'BAD_FACT',
    issue?.message ?? 'The row does not fit.',
    'Correct it and try again.',
    place(path),
  );
}

/** Rows that repeat an action's id bring further status events. */
function mergeStatuses(actions: readonly ActionFact[]): ActionFact[] {
  const byId = new Map<string, ActionFact>();
  for (const action of actions) {
    const known = byId.get(action.id);
    const events = [...(known?.statusEvents ?? []), ...(action.statusEvents ?? [])];
    byId.set(action.id, { ...(known ?? action), ...(events.length === 0 ? {} : { statusEvents: events }) });
  }
  return [...byId.values()];
}
