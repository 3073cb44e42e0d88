/**
 * Touch and action files as facts. Owns how rows of one id become one fact: each is payable and reversible alone, so nothing is
 * added up. Must not: decide about money; amounts stay the text that was written.
 */
import { ActionFact, canonicalJson, TouchFact } from '@countersign/shared/model';
import type { Json } from '@duckdb/node-api';
import type { z } from 'zod';
import { type Kept, keptAction } from '../keepFact.ts';
import { type DuckLimits, type DuckTable, requireRows, withTable } from './duckTable.ts';
import type { EventMapping, EventsRead } from './factSource.ts';
import { EVENT_NAMES, foundHeadings, needEvents } from './headings.ts';
import { Rejections, wrongFact } from './rejections.ts';

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
    await requireRows(table, `SELECT count(*) FROM ${table.from}`, limits);
    const rejected = new Rejections(limits.samples);
    const byId = new Map<string, T>();
    const places = new Map<string, number>();
    let rows = 0;
    let same = 0;
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
        const why = wrongFact(issue?.message ?? 'The row does not fit.', cells[at]?.[2] ?? field);
        rejected.add(why, { row, value: String(values[at] ?? '') });
        continue;
      }
      const known = byId.get(parsed.data.id);
      const kept: Kept<T> = known === undefined ? { kept: 'added', fact: parsed.data } : keep(known, parsed.data);
      if (kept.kept === 'refused') {
        const why = wrongFact('The id stands in the file before with other content.', 'id');
        rejected.add(why, { row, value: parsed.data.id });
        continue;
      }
      if (kept.kept === 'same') same += 1;
      byId.set(kept.fact.id, kept.fact);
      if (known === undefined) places.set(kept.fact.id, row);
    }
    return { facts: [...byId.values()], places: [...places.values()], rows, same, rejected: rejected.list() };
  });
}

function cellsOf(kind: 'touches' | 'actions', table: DuckTable, mapping: EventMapping = {}): Cell[] {
  const found = foundHeadings(EVENT_NAMES[kind], table.headings);
  for (const [field, heading] of Object.entries(mapping)) found.set(field, heading);
  needEvents(kind, found, table.headings, table.file);
  return table.headings.flatMap((heading): Cell[] => {
    // One column may hold two fields: an order's number is also its id where there is no other.
    const known = [...found].filter(([, of]) => of === heading).map(([field]) => field);
    const whole = /^(amounts|dimensions)([.]|$)|^statusEvents$/.test(heading) ? heading : `dimensions.${heading}`;
    const fields = known.length === 0 ? [whole] : known;
    return fields.map((field) => [field === 'amount' ? 'amounts.order' : field, table.text(heading), heading]);
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
