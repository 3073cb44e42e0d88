// Whether commands may be run on a sheet at all: known rows and columns, values that fit. Owns the rules a client checks before
// it signs and the server checks before it admits. Must not look at updates.
import { type CellContext, checkCell } from '@countersign/shared/model/cell';
import { type Command, type Refusal, ROW_FIELD, refuse } from '@countersign/shared/protocol';
import { readComment } from './comments.ts';
import { FIRST_SLOT, ROW_ID, readTuple } from './layout.ts';
import { isOrderKey } from './order.ts';
import type { SheetDocument } from './sheetDocument.ts';

export interface CommandRules extends CellContext {
  /** Size of the log: nobody can have seen more. */
  readonly size?: number;
}

/** [DOC-11] The first command that may not run, as a refusal that names its cell; null when all may. */
export function checkCommands(
  doc: SheetDocument,
  commands: readonly Command[],
  rules: CommandRules = {},
): Refusal | null {
  const inserted = new Set<string>();
  const said = new Set<string>();
  for (const command of commands) {
    const refusal = checkCommand(doc, command, { inserted, said }, rules);
    if (refusal !== null) return { ...refusal, commandIds: [command.id] };
    if (command.field === ROW_FIELD.insert) inserted.add(command.rowId);
    if (command.field === ROW_FIELD.comment) said.add(`${command.rowId}/${command.id}`);
  }
  return null;
}

/** What earlier commands of the same batch brought: rows, and comments as `row/command`. */
interface Earlier {
  readonly inserted: ReadonlySet<string>;
  readonly said: ReadonlySet<string>;
}

function checkCommand(
  doc: SheetDocument,
  command: Command,
  { inserted, said }: Earlier,
  rules: CommandRules,
): Refusal | null {
  const { sheet, rowId, field, to } = command;
  const at = `${sheet}/${rowId}/${field}`;
  if (sheet !== doc.sheet) return refuse('mismatch', `The command is for another sheet than ${doc.spec.label}.`, at);
  if (!ROW_ID.test(rowId)) return refuse('unknownRow', undefined, at);
  if (rules.size !== undefined && Number(command.seen) > rules.size)
    return refuse('malformed', 'The change says it has seen more of the log than there is.', at);
  if (field === ROW_FIELD.insert) return checkInsert(doc, command, inserted, rules, at);
  if (!doc.has(rowId) && !inserted.has(rowId)) return refuse('unknownRow', undefined, at);
  if (field === ROW_FIELD.dead)
    return to === '0' || to === '1' ? null : refuse('format', 'A row is removed by "1" and brought back by "0".', at);
  if (field === ROW_FIELD.order)
    return to !== null && isOrderKey(to) ? null : refuse('format', 'The new place of the row cannot be read.', at);
  if (field === ROW_FIELD.comment) return checkComment(doc, command, said, at);
  const column = doc.spec.columns.find((candidate) => candidate.id === field);
  if (column === undefined) return refuse('unknownColumn', undefined, at);
  if (column.locked) return refuse('format', `${column.label} is computed and cannot be written.`, at);
  const problem = checkCell(column, to, rules);
  return problem === null ? null : refuse('format', problem, at);
}

/** [DOC-60] A comment is written once, about a column that there is, and an answer goes to a thread that there is. */
function checkComment(doc: SheetDocument, command: Command, said: ReadonlySet<string>, at: string): Refusal | null {
  const { id, rowId, from, to } = command;
  const comment = from === null ? readComment(to) : null;
  if (comment === null) return refuse('format', 'The comment cannot be read.', at);
  const { about, thread } = comment;
  if (about !== null && !doc.spec.columns.some((column) => column.id === about))
    return refuse('unknownColumn', undefined, at);
  if (doc.hasComment(rowId, id)) return refuse('mismatch', 'A comment is written once and never replaced.', at);
  if (thread !== undefined && !doc.hasComment(rowId, thread) && !said.has(`${rowId}/${thread}`))
    return refuse('unknownItem', 'The comment answers one that is not there.', at);
  return null;
}

function checkInsert(
  doc: SheetDocument,
  { rowId, from, to }: Command,
  inserted: ReadonlySet<string>,
  rules: CommandRules,
  at: string,
): Refusal | null {
  if (doc.has(rowId) || inserted.has(rowId)) return refuse('rowExists', undefined, at);
  const tuple = to === null || from !== null ? null : readTuple(to, doc.spec);
  if (tuple === null || tuple[0] !== rowId || JSON.stringify(tuple) !== to)
    return refuse('format', 'The new row cannot be read.', at);
  if (!isOrderKey(tuple[1])) return refuse('format', 'The place of the new row cannot be read.', at);
  for (let slot = FIRST_SLOT; slot < tuple.length; slot += 1) {
    const column = doc.spec.columns[slot - FIRST_SLOT];
    const value = tuple[slot] ?? null;
    if (column === undefined) return refuse('unknownColumn', undefined, at);
    const cell = `${doc.sheet}/${rowId}/${column.id}`;
    if (column.locked && value !== null)
      return refuse('format', `${column.label} is computed and cannot be written.`, cell);
    const problem = checkCell(column, value, rules);
    if (problem !== null) return refuse('format', problem, cell);
  }
  return null;
}
