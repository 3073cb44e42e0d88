/**
 * Touch and action files as facts. Owns how rows of one id become one fact: each is payable and reversible alone, so nothing is
 * added up. Must not: decide about money; amounts stay the text that was written.
 */
import { ActionFact, canonicalJson, TouchFact } from '@countersign/shared/model';
import type { Json } from '@duckdb/node-api';
import type { z } from 'zod';
import { type Kept, keptAction } from '../keepFact.ts';
import { type DuckLimits, type DuckTable, withTable } from './duckTable.ts';
import type { EventMapping, EventsRead, RejectedRows } from './factSource.ts';
import { EVENT_NAMES, foundHeadings, needEvents } from './headings.ts';

const SAMPLES = 5;

/** Field and the SQL text of its column. */
type Cell = readonly [field: string, sql: string, heading: string];

/** [FSRC-10] @throws DomainError with file and place when the file cannot be read as touches. */
export function readTouches(
  path: string,
  mapping?: EventMapping,
  limits: DuckLimits = {},
): Promise<EventsRead<TouchFact>> {
  const keep = (known: TouchFact, next: TouchFact): Kept<TouchFact> =>
    canonicalJson(known) === canonicalJson(next)
      ? { kept: 'same', fact: known }
      : { kept: 'refused', reason: `Touch ${next.id} stands in the file before with other content.` };
  return read('touches', TouchFact, keep, path, mapping, limits);
}

/** [FSRC-10] Rows of one id add status events. @throws DomainError as {@link readTouches}. */
export function readActions(
  path: string,
  mapping?: EventMapping,
  limits: DuckLimits = {},
): Promise<EventsRead<ActionFact>> {
  return read('actions', ActionFact, keptAction, path, mapping, limits);
}

function read<T extends { readonly id: string }>(
  kind: 'touches' | 'actions',
  schema: z.ZodType<T>,
  keep: (known: T, next: T) => Kept<T>,
  path: string,
  mapping: EventMapping | undefined,
  limits: DuckLimits,
): Promise<EventsRead<T>> {
  return withTable(path, limits, async (table) => {
    const cells = cellsOf(kind, table, mapping);
    const rejected = new Map<string, RejectedRows>();
    const byId = new Map<string, T>();
    let rows = 0;
    let same = 0;
    const reject = (what: string, column: string, row: number, value: string): void => {
      const key = `${column}\u0000${what}`;
      const known = rejected.get(key) ?? {
        code: 'FACT_WRONG',
        what,
        cure: 'Correct it and try again.',
        column,
        count: 0,
        samples: [],
      };
      const samples = known.samples.length < SAMPLES ? [...known.samples, { row, value }] : known.samples;
      rejected.set(key, { ...known, count: known.count + 1, samples });
    };
    const first = table.kind === 'csv' ? 2 : 1;
    for (const values of await table.rows(`SELECT ${cells.map(([, sql]) => sql).join(', ')} FROM ${table.from}`)) {
      const row = first + rows;
      rows += 1;
      const parsed = schema.safeParse(kind === 'actions' ? action(cells, values) : record(cells, values));
      if (!parsed.success) {
        const issue = parsed.error.issues[0];
        const field = issue?.path.join('.') ?? '';
        const at = cells.findIndex(
          ([name]) => name === field || (field.startsWith('statusEvents') && name.startsWith('status')),
        );
        reject(issue?.message ?? 'The row does not fit.', cells[at]?.[2] ?? field, row, String(values[at] ?? ''));
        continue;
      }
      const known = byId.get(parsed.data.id);
      const kept: Kept<T> = known === undefined ? { kept: 'added', fact: parsed.data } : keep(known, parsed.data);
      if (kept.kept === 'refused') {
        reject('The id stands in the file before with other content.', 'id', row, parsed.data.id);
        continue;
      }
      if (kept.kept === 'same') same += 1;
      byId.set(kept.fact.id, kept.fact);
    }
    return { facts: [...byId.values()], rows, same, rejected: [...rejected.values()] };
  });
}

function cellsOf(kind: 'touches' | 'actions', table: DuckTable, mapping: EventMapping = {}): Cell[] {
  const found = foundHeadings(EVENT_NAMES[kind], table.headings);
  for (const [field, heading] of Object.entries(mapping)) found.set(field, heading);
  needEvents(kind, found, table.headings, table.file);
  const named = new Map([...found].map(([field, heading]) => [heading, field]));
  return table.headings.map((heading): Cell => {
    const known =
      named.get(heading) ??
      (/^(amounts|dimensions)([.]|$)|^statusEvents$/.test(heading) ? heading : `dimensions.${heading}`);
    return [known === 'amount' ? 'amounts.order' : known, table.text(heading), heading];
  });
}

/** Cells as the fields of a fact; `amounts.x` and `dimensions.x` are gathered, a JSON object keeps its parts. */
function record(cells: readonly Cell[], values: readonly Json[]): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  cells.forEach(([field], i) => {
    const value = values[i];
    if (value === null || value === undefined) return;
    const [group = '', name] = field.split(/[.](.*)/s);
    if (name !== undefined) out[group] = { ...(out[group] as object | undefined), [name]: value };
    else
      out[field] =
        group === 'amounts' || group === 'dimensions' || group === 'statusEvents' ? JSON.parse(String(value)) : value;
  });
  return out;
}

function action(cells: readonly Cell[], values: readonly Json[]): Record<string, unknown> {
  const { status, statusAt, statusReason, ...fact } = record(cells, values);
  if (status === undefined || String(status).toUpperCase() === 'PENDING') return fact;
  const event = {
    status: String(status).toUpperCase(),
    at: statusAt ?? fact.occurredAt,
    ...(statusReason === undefined ? {} : { reason: statusReason }),
  };
  return { ...fact, statusEvents: [event] };
}
