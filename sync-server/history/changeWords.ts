// Changes of cells and rows as a person says them. Owns their sentences; what rows and cells are called is `lifecycle/situation.ts`'s.
import { type Comment, readComment } from '@countersign/shared/document';
import { decodePayload, parsePart0 } from '@countersign/shared/history';
import { type Command, ROW_FIELD } from '@countersign/shared/protocol';
import type { ReadableChange } from '@countersign/shared/protocol/api';
import { type CellNames, cellWords, rowWords } from '../lifecycle/situation.ts';
import type { LogRow } from '../storage/index.ts';

/** The commands of an entry that writes cells; none of another. */
export function commandsOf(row: LogRow): readonly Command[] {
  if (row.payload === null) return [];
  const { kind } = row;
  if (kind !== 'edit' && kind !== 'choose' && kind !== 'import') return [];
  return parsePart0(kind, decodePayload(row.payload)[0]).commands;
}

/** A command with its row and cell by their names. */
export function readable({ sheet, rowId, field, from, to }: Command, names: CellNames): ReadableChange {
  const row = names.key(sheet, rowId);
  const comment = field === ROW_FIELD.comment ? readComment(to) : null;
  if (comment !== null) {
    const label = comment.about === null ? 'the row' : names.label(sheet, comment.about);
    return { sheet, rowId, row, field, label, from: null, to: commentWords(comment) };
  }
  const shown = field === ROW_FIELD.insert || field === ROW_FIELD.order;
  // The stored tuple and the order key mean nothing to a person.
  return {
    sheet,
    rowId,
    row,
    field,
    label: names.label(sheet, field),
    from: shown ? null : from,
    to: shown ? null : to,
  };
}

function commentWords(comment: Comment): string {
  if ('text' in comment) return comment.text;
  return comment.done ? 'nothing more to do' : 'open again';
}

/** How many rows came and went, and how many cells were written; and where it begins. */
export function manyChanges(commands: readonly Command[], first: ReadableChange): string {
  const many = (verb: string, count: number, one: string) =>
    count === 0 ? [] : [`${verb} ${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`];
  const of = (test: (command: Command) => boolean) => commands.filter(test).length;
  const parts = [
    ...many(
      'added',
      of(({ field }) => field === ROW_FIELD.insert),
      'row',
    ),
    ...many(
      'removed',
      of(({ field, to }) => field === ROW_FIELD.dead && to === '1'),
      'row',
    ),
    ...many(
      'brought back',
      of(({ field, to }) => field === ROW_FIELD.dead && to !== '1'),
      'row',
    ),
    ...many(
      'moved',
      of(({ field }) => field === ROW_FIELD.order),
      'row',
    ),
    ...many(
      'wrote',
      of(({ field }) => field === ROW_FIELD.comment),
      'comment',
    ),
    ...many(
      'changed',
      of(({ field }) => !field.startsWith('$')),
      'cell',
    ),
  ];
  const said = parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
  return `${said}, the first at ${first.field.startsWith('$') ? rowWords(first.sheet, first.row) : placeOf(first)}`;
}

const placeOf = ({ sheet, row, field, label }: ReadableChange): string => cellWords(sheet, row, field, label);

/** @param verb what was done with a value: written, or chosen. */
export function oneChange(change: ReadableChange, verb: string): string {
  const { field, from, to } = change;
  const row = rowWords(change.sheet, change.row);
  const place = placeOf(change);
  if (field === ROW_FIELD.insert) return `added ${row}`;
  if (field === ROW_FIELD.dead) return to === '1' ? `removed ${row}` : `brought ${row} back`;
  if (field === ROW_FIELD.order) return `moved ${row}`;
  if (field === ROW_FIELD.comment) return `commented on ${place}: “${to ?? ''}”`;
  if (to === null) return `blanked ${place}, which was ${from ?? 'blank'}`;
  return from === null ? `${verb} ${to} in ${place}` : `${verb} ${to} in ${place}, which was ${from}`;
}
