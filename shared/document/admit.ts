// Admission of one update: does it do exactly what its signed commands say, and nothing else? Owns the structural proof.
// Must not change the document: a refused update has not been applied, and an admitted one is applied by the caller.
import { type Command, LIMITS, type Refusal, refuse } from '@countersign/shared/protocol';
import * as Y from 'yjs';
import { type Write, writeOf, writesOf } from './apply.ts';
import { type CommandRules, checkCommands } from './checkCommands.ts';
import type { ContestLedger } from './contests.ts';
import type { SheetDocument } from './sheetDocument.ts';
import {
  readStrictUpdate,
  type SetStruct,
  type StrictUpdate,
  type StructId,
  UpdateFormatError,
} from './strictUpdate.ts';

export interface AdmissionRules extends CommandRules {
  /** The draft's contests: with them, a command that claims to have seen the cell's last value must build upon it. */
  readonly ledger?: ContestLedger;
}

/**
 * [DOC-12] null: applying the update to `doc` writes what the commands say, each key once, under `clientId`, leaves nothing
 * pending and touches nothing else. Otherwise why not. Never throws on any bytes, never changes `doc`, and its work is linear in
 * the bytes plus the writes made to the named cells since the author looked.
 */
export function admitUpdate(
  doc: SheetDocument,
  update: Uint8Array,
  clientId: number,
  commands: readonly Command[],
  rules: AdmissionRules = {},
): Refusal | null {
  if (update.length > LIMITS.updateBytes) return refuse('tooLarge');
  const wrong = checkCommands(doc, commands, rules);
  if (wrong !== null) return wrong;
  const writes = writesOf(commands);
  let decoded: StrictUpdate;
  try {
    decoded = readStrictUpdate(update, writes.length);
  } catch (error) {
    if (error instanceof UpdateFormatError)
      return refuse('malformed', `The change could not be read: ${error.message}.`);
    throw error;
  }
  if (decoded.client !== clientId) return refuse('foreignClient');
  if (decoded.clock !== Y.getState(doc.y.store, clientId)) return refuse('clockGap');
  if (decoded.structs.length !== writes.length) return refuse('mismatch');
  for (let i = 0; i < writes.length; i += 1) {
    const refusal = checkStruct(doc, decoded.structs[i] as SetStruct, writes[i] as Write, clientId);
    if (refusal !== null) return refusal;
  }
  if (!deletesWhatItReplaces(decoded))
    return refuse('mismatch', 'The change deletes what its commands do not replace.');
  return rules.ledger === undefined ? null : checkSeen(doc, decoded.structs, commands, writes, rules.ledger);
}

function checkStruct(doc: SheetDocument, struct: SetStruct, write: Write, clientId: number): Refusal | null {
  const at = `${doc.sheet}/${write.key.replace(':', '/')}`;
  if (struct.value !== write.value) return refuse('mismatch', undefined, at);
  if (struct.origin === null) {
    if (struct.root !== write.root || struct.key !== write.key) return refuse('mismatch', undefined, at);
  } else {
    const origin = knownItem(doc, struct.origin);
    if (origin === null) return refuse('unknownItem', undefined, at);
    if (origin.parent !== doc.y.getMap(write.root) || origin.parentSub !== write.key)
      return refuse('mismatch', undefined, at);
  }
  return buildsOnOwnWrites(doc, struct, write, clientId)
    ? null
    : refuse('mismatch', 'The change overlooks an earlier change of its own author.', at);
}

function knownItem(doc: SheetDocument, id: StructId): Y.Item | null {
  if (id.clock >= Y.getState(doc.y.store, id.client)) return null;
  const struct: unknown = Y.getItem(doc.y.store, Y.createID(id.client, id.clock));
  return struct instanceof Y.Item ? struct : null;
}

/** The item that now gives the key its value: the rightmost of its chain. */
function currentItem(doc: SheetDocument, write: Write): Y.Item | null {
  return doc.y.getMap(write.root)._map.get(write.key) ?? null;
}

function holds(item: Y.Item, id: StructId): boolean {
  return item.id.client === id.client && item.id.clock <= id.clock && id.clock < item.id.clock + item.length;
}

/**
 * Yjs puts two writes of one client with one origin the wrong way round, so a client that forgets its own write would lose
 * the new one silently. Walks back from the current value to the origin, which for an honest author is near.
 */
function buildsOnOwnWrites(doc: SheetDocument, struct: SetStruct, write: Write, clientId: number): boolean {
  for (let item = currentItem(doc, write); item !== null; item = item.left) {
    if (struct.origin !== null && holds(item, struct.origin)) return true;
    if (item.id.client === clientId) return false;
  }
  return struct.origin === null;
}

/** A set in a map deletes the value it replaces, which is its origin, and nothing else. */
function deletesWhatItReplaces({ structs, deletes }: StrictUpdate): boolean {
  const name = (id: StructId): string => `${id.client}:${id.clock}`;
  const replaced = new Set(structs.flatMap((struct) => (struct.origin === null ? [] : [name(struct.origin)])));
  const deleted = new Set(deletes.map(name));
  return (
    deleted.size === deletes.length && deleted.size === replaced.size && [...deleted].every((id) => replaced.has(id))
  );
}

/**
 * `seen` decides contests, so it may not claim more than the update shows: a command whose `seen` covers the last value of its
 * cell must have been made on top of the current one. Otherwise the ledger would say "settled" while Yjs keeps the other value.
 */
function checkSeen(
  doc: SheetDocument,
  structs: readonly SetStruct[],
  commands: readonly Command[],
  writes: readonly Write[],
  ledger: ContestLedger,
): Refusal | null {
  const lastOf = new Map<string, Command>();
  for (const command of commands) {
    const { root, key } = writeOf(command);
    lastOf.set(`${root} ${key}`, command);
  }
  for (let i = 0; i < writes.length; i += 1) {
    const write = writes[i] as Write;
    const command = lastOf.get(`${write.root} ${write.key}`);
    if (command === undefined) continue;
    const last = ledger.lastChange(command);
    if (last === null || last.index >= Number(command.seen)) continue;
    const current = currentItem(doc, write);
    const origin = (structs[i] as SetStruct).origin;
    if (current !== null && (origin === null || !holds(current, origin)))
      return refuse(
        'mismatch',
        'The change says it has seen the last value of the cell but does not build upon it.',
        `${command.sheet}/${command.rowId}/${command.field}`,
      );
  }
  return null;
}
