// Commands into a document. Owns the one place that writes to a sheet; every key it writes, it writes once.
import { type Command, ROW_FIELD } from '@countersign/shared/protocol';
import { cellKey, commentKey, orderKey, ROOT, type WritableRoot } from './layout.ts';
import { READER_CLIENT, type SheetDocument } from './sheetDocument.ts';

/** What a command writes: one key of one root map. */
export interface Write {
  readonly root: WritableRoot;
  readonly key: string;
  readonly value: string | number | null;
}

/** A command that names no place of the document. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** The key and value a command stands for. @throws CommandError when `to` does not fit the field. */
export function writeOf(command: Command): Write {
  const { id, rowId, field, to } = command;
  switch (field) {
    case ROW_FIELD.insert:
      if (to === null) throw new CommandError('An inserted row needs its values.');
      return { root: ROOT.rows, key: rowId, value: to };
    case ROW_FIELD.dead:
      if (to !== '0' && to !== '1') throw new CommandError('A row is removed by "1" and brought back by "0".');
      return { root: ROOT.dead, key: rowId, value: to === '1' ? 1 : 0 };
    case ROW_FIELD.order:
      if (to === null) throw new CommandError('A moved row needs its place.');
      return { root: ROOT.cells, key: orderKey(rowId), value: to };
    case ROW_FIELD.comment:
      if (to === null) throw new CommandError('A comment needs its text.');
      return { root: ROOT.comments, key: commentKey(rowId, id), value: to };
    default:
      return { root: ROOT.cells, key: cellKey(rowId, field), value: to };
  }
}

/**
 * [DOC-6] What a batch of commands writes: each key once, with the last command's value, in the order of first mention.
 * Earlier values of the same key in the batch live on in the commands, not in the document.
 */
export function writesOf(commands: readonly Command[]): Write[] {
  const last = new Map<string, Write>();
  for (const command of commands) {
    const write = writeOf(command);
    last.set(`${write.root} ${write.key}`, write);
  }
  return [...last.values()];
}

/**
 * [DOC-7] Runs the commands of one sheet in one transaction under the epoch's client id and returns the V1 update.
 * The same commands on the same document give the same bytes.
 * @throws CommandError when a command is for another sheet or does not fit its field.
 */
export function encodeCommands(doc: SheetDocument, clientId: number, commands: readonly Command[]): Uint8Array {
  for (const command of commands)
    if (command.sheet !== doc.sheet)
      throw new CommandError(`The command is for ${command.sheet}, not for ${doc.sheet}.`);
  const writes = writesOf(commands);
  if (writes.length === 0) throw new CommandError('There is no command to run.');
  let update: Uint8Array | null = null;
  const keep = (bytes: Uint8Array): void => {
    update = bytes;
  };
  doc.y.on('update', keep);
  // Yjs replaces the client id of a document that meets its own id in a foreign update: hold it only while writing.
  doc.y.clientID = clientId;
  try {
    doc.y.transact(() => {
      for (const { root, key, value } of writes) doc.y.getMap(root).set(key, value);
    }, encodeCommands);
  } finally {
    doc.y.clientID = READER_CLIENT;
    doc.y.off('update', keep);
  }
  if (update === null) throw new CommandError('The commands changed nothing.');
  return update;
}
