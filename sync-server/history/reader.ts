// The log for people to read: who, when, which cell, from what, to what. Owns sentences and labels; must not change anything.

import { type Comment, readComment } from '@countersign/shared/document';
import {
  decodePayload,
  FACTS_DOCUMENT,
  PARKED_DOCUMENT,
  type PayloadOf,
  parseLeaf,
  parsePart0,
  READS_DOCUMENT,
  toHex,
  WORKSPACE_DOCUMENT,
} from '@countersign/shared/history';
import { versionWords } from '@countersign/shared/lifecycle';
import type { Command } from '@countersign/shared/protocol';
import { ROW_FIELD } from '@countersign/shared/protocol';
import type { LogEntry, ReadableChange } from '@countersign/shared/protocol/api';
import type { People } from '../auth/index.ts';
import { reasonOfRow } from '../breakGlass/reason.ts';
import { CellNames, cellWords, rowWords } from '../lifecycle/situation.ts';
import type { Views } from '../lifecycle/views.ts';
import type { ContractRow, LogRow, Storage, VersionRow } from '../storage/index.ts';

/** Changes shown of one entry; an import may hold thousands. */
const MOST_CHANGES = 200;

const VERBS: Readonly<Record<string, string>> = {
  submit: 'submitted it for approval',
  requestChanges: 'asked for changes',
  withdraw: 'returned it to draft',
  approve: 'approved it',
  execute: 'executed it',
  amend: 'opened an amendment',
  terminate: 'terminated it',
  export: 'exported it',
  receipt: 'received a receipt for an export',
  fold: 'stored its cells anew with its rows; no value changed',
  schema: 'brought documents to a new schema',
  erase: 'erased a payload',
  restore: 'restored the log from a backup',
  logKey: 'changed the key of the log',
};

const VERSION_ID = /\bv-[0-9a-f]{12}\b/g;
const USER_ID = /\bperson (u-\S+)$/;

/** [SRV-42] As on every screen: `2659161, amendment 2`. */
const nameOf = ({ number }: ContractRow, version: VersionRow): string => `${number}, ${versionWords(version)}`;

/** Documents that are no version. */
const GENERAL: Readonly<Record<string, string>> = {
  [WORKSPACE_DOCUMENT]: 'Workspace',
  [READS_DOCUMENT]: 'Reads',
  [FACTS_DOCUMENT]: 'Facts',
  [PARKED_DOCUMENT]: 'Parked',
};

/** A document's name, and the names of its rows and cells; `names` is null for what is no version. */
export interface NamedDocument {
  readonly name: string;
  readonly names: CellNames | null;
}

/** Reads rows of the log as sentences. */
export class LogReader {
  readonly #storage: Storage;
  readonly #people: People;
  readonly #views: Views;

  constructor(storage: Storage, people: People, views: Views) {
    this.#storage = storage;
    this.#people = people;
    this.#views = views;
  }

  /** @param most changes shown of one entry. */
  async readable(rows: readonly LogRow[], most = MOST_CHANGES): Promise<LogEntry[]> {
    const docs = new Map<string, NamedDocument>();
    const entries: LogEntry[] = [];
    for (const row of rows) {
      let doc = docs.get(row.doc);
      if (doc === undefined) {
        doc = await this.document(row.doc);
        docs.set(row.doc, doc);
      }
      entries.push(this.#entry(row, doc, most, await this.#subjectOf(row)));
    }
    return entries;
  }

  /** What a document is called. */
  async nameOfDocument(id: string): Promise<string> {
    return (await this.document(id)).name;
  }

  /** A document and its cells as people call them. */
  async document(id: string): Promise<NamedDocument> {
    const general = GENERAL[id];
    if (general !== undefined) return { name: general, names: null };
    const version = await this.#storage.version(id);
    const contract = version === null ? null : await this.#storage.contract(version.contractId);
    if (version === null || contract === null) return { name: id, names: null };
    return { name: nameOf(contract, version), names: await this.#views.reading(id, (room) => CellNames.of(room)) };
  }

  /** What a `read` entry is about, with versions and people by the names that people know; '' for other kinds. */
  async #subjectOf(row: LogRow): Promise<string> {
    if (row.kind !== 'read' || row.payload === null) return '';
    const { action, subject } = parsePart0('read', decodePayload(row.payload)[0]);
    if (action === 'newCode') return `${this.#people.nameOf(subject)} (${subject})`;
    let text = subject.replace(USER_ID, (_, id: string) => `person ${this.#people.nameOf(id)}`);
    for (const id of new Set(subject.match(VERSION_ID))) {
      const version = await this.#storage.version(id);
      const contract = version === null ? null : await this.#storage.contract(version.contractId);
      if (version === null || contract === null) continue;
      const name = nameOf(contract, version);
      text = text.replaceAll(`${id}/`, `${name}, `).replaceAll(id, name);
    }
    return text;
  }

  #deviceOf(deviceId: string, userId: string): string {
    const named = this.#people.device(deviceId)?.name ?? '';
    return `${named === '' ? 'a device' : `the device “${named}”`} of ${this.#people.nameOf(userId)}, ${deviceId}`;
  }

  #entry(row: LogRow, { name: docName, names }: NamedDocument, most: number, subject: string): LogEntry {
    const leaf = parseLeaf(row.leaf);
    const commands = commandsOf(row);
    const userId = authorOf(row);
    const why = reasonOf(row);
    const name = this.#people.nameOf(userId);
    const changes = names === null ? [] : commands.slice(0, most).map((command) => readable(command, names));
    return {
      index: String(row.index),
      at: leaf.env.serverTime,
      userId,
      name,
      doc: row.doc,
      docName,
      kind: row.kind,
      changes,
      ...(names !== null && commands.length > most ? { moreChanges: commands.length - most } : {}),
      text: `${name} ${this.#says(row, changes, commands.length, subject)}.`,
      ...(why === undefined ? {} : { why }),
      leafHash: toHex(row.hash),
      deviceId: row.dev,
    };
  }

  #says(row: LogRow, changes: readonly ReadableChange[], count: number, subject: string): string {
    const [first] = changes;
    if (row.kind === 'edit' || row.kind === 'choose') {
      if (first === undefined) return 'changed nothing';
      const verb = row.kind === 'choose' ? 'chose' : 'wrote';
      return count === 1 ? oneChange(first, verb) : manyChanges(commandsOf(row), first);
    }
    if (row.payload === null) return `made an entry whose content was erased (${VERBS[row.kind] ?? row.kind})`;
    const [part0] = decodePayload(row.payload);
    switch (row.kind) {
      case 'create': {
        const { title } = parsePart0('create', part0);
        return `created ${title}`;
      }
      case 'import': {
        const { fileName, rows } = parsePart0('import', part0);
        return `imported ${fileName}, ${rows} ${rows === 1 ? 'row' : 'rows'}`;
      }
      case 'key': {
        const { action, userId, deviceId } = parsePart0('key', part0);
        const whose = this.#deviceOf(deviceId, userId);
        return action === 'enrol' ? `enrolled ${whose}` : `revoked ${whose}`;
      }
      case 'role': {
        const { action, userId, role } = parsePart0('role', part0);
        const who = this.#people.nameOf(userId);
        return action === 'grant' ? `made ${who} ${role}` : `took the role of ${role} from ${who}`;
      }
      case 'read': {
        const { action, count: times } = parsePart0('read', part0);
        return readWords(action, subject, times);
      }
      case 'park': {
        const { deviceId, versionId } = parsePart0('park', part0);
        const whose = this.#deviceOf(deviceId, this.#people.device(deviceId)?.userId ?? '');
        return versionId === undefined
          ? `froze ${whose}: it had signed two different entries with one number`
          : `kept, apart, what came after the key was revoked from ${whose}`;
      }
      case 'breakGlass':
        return emergencyWords(parsePart0('breakGlass', part0), this.#people);
      case 'facts': {
        const { fileName, stream, rows, rejected } = parsePart0('facts', part0);
        return `brought in ${fileName}, ${rows} ${stream} rows, ${rejected} refused`;
      }
      default:
        return VERBS[row.kind] ?? row.kind;
    }
  }
}

/** [GLASS-15] What somebody did about a role held in an emergency, naming whom it is about. */
function emergencyWords(act: PayloadOf<'breakGlass'>, people: People): string {
  const asked = act.action === 'ask' ? act : people.emergencyAt(act.asked);
  if (asked === null) return `acted on a request for an emergency role that is not in the log (${act.action})`;
  const who = people.nameOf(asked.userId);
  const term = `${asked.minutes} ${asked.minutes === 1 ? 'minute' : 'minutes'}`;
  if (act.action === 'ask') return `asked that ${who} be ${asked.role} in an emergency for ${term}`;
  if (act.action === 'agree') return `agreed that ${who} is ${asked.role} in an emergency for ${term}`;
  return `ended the emergency role of ${asked.role} that ${who} held or was to hold`;
}

/** What was read, or tried in vain, and how often. */
function readWords(action: string, subject: string, count: number): string {
  const times = count === 1 ? 'once' : `${count} times`;
  switch (action) {
    case 'copy':
      return `copied ${count} rows of ${subject}`;
    case 'print':
      return `printed ${count} rows of ${subject}`;
    case 'export':
      return `saved ${count} rows of ${subject} to a file`;
    case 'audit':
      return `exported ${count} entries of the history, ${subject}`;
    case 'open':
      return count === 1 ? `opened ${subject}` : `opened ${count} versions: ${subject}`;
    case 'newCode':
      return `asked for a code with which ${subject} chooses a new password`;
    case 'failedSignIn':
      return `failed to sign in ${times}`;
    case 'failedAccess':
      return `was refused ${times} what the role does not allow`;
    default:
      return `read ${subject} ${times} (${action})`;
  }
}

/** How many rows came and went, and how many cells were written; and where it begins. */
function manyChanges(commands: readonly Command[], first: ReadableChange): string {
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

function oneChange(change: ReadableChange, verb: string): string {
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

function readable({ sheet, rowId, field, from, to }: Command, names: CellNames): ReadableChange {
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

function commandsOf(row: LogRow): readonly Command[] {
  if (row.payload === null) return [];
  const { kind } = row;
  if (kind !== 'edit' && kind !== 'choose' && kind !== 'import') return [];
  return parsePart0(kind, decodePayload(row.payload)[0]).commands;
}

/** Who an entry is by: on whose behalf the server signed it, else its signer. */
export function authorOf(row: LogRow): string {
  const by = part0Of(row)?.by;
  return typeof by === 'string' ? by : row.user;
}

/** Whether an entry is this person's: signed by them, or by the server on their behalf. */
export function isBy(row: LogRow, userId: string): boolean {
  return row.user === userId || authorOf(row) === userId;
}

function reasonOf(row: LogRow): string | undefined {
  if (row.kind === 'breakGlass') return reasonOfRow(row) || undefined;
  const reason = part0Of(row)?.reason;
  return typeof reason === 'string' && reason !== '' ? reason : undefined;
}

/** Part 0 of the kinds whose payload names a person or a reason; edits name neither and are many, so they are not read. */
function part0Of(row: LogRow): { readonly by?: unknown; readonly reason?: unknown } | undefined {
  if (row.payload === null || row.kind === 'edit' || row.kind === 'choose' || row.kind === 'create') return undefined;
  return parsePart0(row.kind as 'import', decodePayload(row.payload)[0]);
}
