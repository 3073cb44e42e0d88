// Who goes where after a refusal (docs/PROTOCOL.md §2, DESIGN §11 rule 12): a pure decision over commands, nothing else.
import { type Command, type RefusalCode, ROW_FIELD } from '@countersign/shared/protocol';

/** Refusals of the envelope: the commands themselves were not at fault and go out again under a fresh epoch. */
const OF_THE_ENVELOPE: ReadonlySet<RefusalCode> = new Set(['epoch', 'clockGap', 'chain', 'foreignClient']);
/** The server cannot take it now; the same bytes are sent again. */
const PASSING: ReadonlySet<RefusalCode> = new Set(['storage', 'unavailable']);
/** Nothing of this draft will be taken any more from this person. */
const OF_EVERYTHING: ReadonlySet<RefusalCode> = new Set(['frozen', 'role', 'revoked']);

export type RefusalMeaning = 'again' | 'onFold' | 'newEnvelope' | 'commands' | 'everything';

export function meaningOf(code: RefusalCode): RefusalMeaning {
  if (PASSING.has(code)) return 'again';
  // Nobody was at fault: the documents that the batch was made on were folded, and its commands are made again on the folded ones.
  if (code === 'folded') return 'onFold';
  if (OF_THE_ENVELOPE.has(code)) return 'newEnvelope';
  return OF_EVERYTHING.has(code) ? 'everything' : 'commands';
}

interface Ordered {
  readonly command: Command;
}

const cellOf = ({ sheet, rowId, field }: Command): string => `${sheet}/${rowId}/${field}`;
const rowOf = ({ sheet, rowId }: Command): string => `${sheet}/${rowId}`;

/**
 * Splits commands, given in the order they were made, into those that cannot stand and the rest. A command follows a refused one
 * when it was made upon its value (`from` is the refused `to` in the same cell), or is in a row whose insertion was refused.
 */
export function withDependents<T extends Ordered>(
  commands: readonly T[],
  refusedIds: ReadonlySet<string>,
): { readonly refused: T[]; readonly kept: T[] } {
  const refused: T[] = [];
  const kept: T[] = [];
  const fallen = new Map<string, string | null>();
  const missingRows = new Set<string>();
  for (const item of commands) {
    const { command } = item;
    const cell = cellOf(command);
    const follows =
      refusedIds.has(command.id) ||
      missingRows.has(rowOf(command)) ||
      (fallen.has(cell) && fallen.get(cell) === command.from);
    if (follows) {
      refused.push(item);
      fallen.set(cell, command.to);
      if (command.field === ROW_FIELD.insert) missingRows.add(rowOf(command));
    } else {
      kept.push(item);
      // The person has since written over what fell: what follows is made upon that.
      fallen.delete(cell);
    }
  }
  return { refused, kept };
}
