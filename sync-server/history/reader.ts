// The log for people to read: who, when, which cell, from what, to what. Owns sentences and labels; must not change anything.
import { decodePayload, parseLeaf, parsePart0, toHex, WORKSPACE_DOCUMENT } from '@countersign/shared/history';
import type { Command } from '@countersign/shared/protocol';
import { ROW_FIELD } from '@countersign/shared/protocol';
import type { LogEntry, ReadableChange } from '@countersign/shared/protocol/api';
import type { People } from '../auth/index.ts';
import { CellNames } from '../lifecycle/situation.ts';
import type { Views } from '../lifecycle/views.ts';
import type { LogRow, Storage } from '../storage/index.ts';

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
  fold: 'folded its rows',
  schema: 'brought documents to a new schema',
  park: 'froze a device that signed two different entries with one number',
  erase: 'erased a payload',
  restore: 'restored the log from a backup',
  read: 'read',
};

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

  async readable(rows: readonly LogRow[]): Promise<LogEntry[]> {
    const docs = new Map<string, { name: string; names: CellNames | null }>();
    const entries: LogEntry[] = [];
    for (const row of rows) {
      let doc = docs.get(row.doc);
      if (doc === undefined) {
        doc = await this.#doc(row.doc);
        docs.set(row.doc, doc);
      }
      entries.push(this.#entry(row, doc.name, doc.names));
    }
    return entries;
  }

  async #doc(id: string): Promise<{ name: string; names: CellNames | null }> {
    if (id === WORKSPACE_DOCUMENT) return { name: 'Workspace', names: null };
    const version = await this.#storage.version(id);
    const contract = version === null ? null : await this.#storage.contract(version.contractId);
    if (version === null || contract === null) return { name: id, names: null };
    const { content } = await this.#views.contentOf(id);
    return { name: `${contract.number}, version ${version.sequence}`, names: new CellNames(content) };
  }

  #entry(row: LogRow, docName: string, names: CellNames | null): LogEntry {
    const leaf = parseLeaf(row.leaf);
    const commands = commandsOf(row);
    const userId = authorOf(row);
    const name = this.#people.nameOf(userId);
    const changes = names === null ? [] : commands.slice(0, MOST_CHANGES).map((command) => readable(command, names));
    return {
      index: String(row.index),
      at: leaf.env.serverTime,
      userId,
      name,
      doc: row.doc,
      docName,
      kind: row.kind,
      changes,
      text: `${name} ${this.#says(row, changes, commands.length)}.`,
      leafHash: toHex(row.hash),
      deviceId: row.dev,
    };
  }

  #says(row: LogRow, changes: readonly ReadableChange[], count: number): string {
    const [first] = changes;
    if (row.kind === 'edit' || row.kind === 'choose') {
      if (first === undefined) return 'changed nothing';
      const verb = row.kind === 'choose' ? 'chose' : 'wrote';
      return count === 1 ? oneChange(first, verb) : `changed ${count} cells, the first is ${first.row}, ${first.label}`;
    }
    const part0 = row.payload === null ? undefined : decodePayload(row.payload)[0];
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
        const whose = `device ${deviceId} of ${this.#people.nameOf(userId)}`;
        return action === 'enrol' ? `enrolled ${whose}` : `revoked ${whose}`;
      }
      case 'role': {
        const { action, userId, role } = parsePart0('role', part0);
        const who = this.#people.nameOf(userId);
        return action === 'grant' ? `made ${who} ${role}` : `took the role of ${role} from ${who}`;
      }
      default:
        return VERBS[row.kind] ?? row.kind;
    }
  }
}

function oneChange({ row, label, field, from, to }: ReadableChange, verb: string): string {
  if (field === ROW_FIELD.insert) return `added ${row}`;
  if (field === ROW_FIELD.dead) return to === '1' ? `removed ${row}` : `brought ${row} back`;
  if (field === ROW_FIELD.order) return `moved ${row}`;
  if (to === null) return `blanked ${row}, ${label}, which was ${from ?? 'blank'}`;
  return from === null ? `${verb} ${to} in ${row}, ${label}` : `${verb} ${to} in ${row}, ${label}, which was ${from}`;
}

function readable({ sheet, rowId, field, from, to }: Command, names: CellNames): ReadableChange {
  const row = names.row(sheet, rowId);
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

function commandsOf(row: LogRow): readonly Command[] {
  if (row.payload === null) return [];
  const { kind } = row;
  if (kind !== 'edit' && kind !== 'choose' && kind !== 'import') return [];
  return parsePart0(kind, decodePayload(row.payload)[0]).commands;
}

/** An import is its confirmer's work, whoever's device signed it. */
function authorOf(row: LogRow): string {
  if (row.kind !== 'import' || row.payload === null) return row.user;
  return parsePart0('import', decodePayload(row.payload)[0]).by;
}
