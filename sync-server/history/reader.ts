// The log for people to read: who, when, which cell, from what, to what. Owns looking up the names; the sentences are `entryWords.ts` and
// `changeWords.ts`. Must not change anything.
import {
  decodePayload,
  FACTS_DOCUMENT,
  PARKED_DOCUMENT,
  parseLeaf,
  parsePart0,
  READS_DOCUMENT,
  toHex,
  WORKSPACE_DOCUMENT,
} from '@countersign/shared/history';
import { versionWords } from '@countersign/shared/lifecycle';
import type { LogEntry } from '@countersign/shared/protocol/api';
import type { People } from '../auth/index.ts';
import { CellNames } from '../lifecycle/situation.ts';
import type { Views } from '../lifecycle/views.ts';
import type { ContractRow, LogRow, Storage, VersionRow } from '../storage/index.ts';
import { authorOf, reasonOf } from './authorship.ts';
import { commandsOf, readable } from './changeWords.ts';
import { entryWords } from './entryWords.ts';

/** Changes shown of one entry; an import may hold thousands. */
const MOST_CHANGES = 200;

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

  /** What a `read` entry is about, or whose token a `role` entry is, with versions and people by the names that people know; '' for other kinds. */
  async #subjectOf(row: LogRow): Promise<string> {
    if (row.kind === 'role' && row.payload !== null)
      return this.#tokenOf(parsePart0('role', decodePayload(row.payload)[0]).userId);
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

  /** The service token that a right was given to; '' when it was given to a person. */
  async #tokenOf(id: string): Promise<string> {
    if (this.#people.user(id) !== null) return '';
    const token = (await this.#storage.identity.serviceTokens()).find((each) => each.id === id);
    return token === undefined ? '' : `the service token “${token.name}”`;
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
      text: `${name} ${entryWords(row, { commands, changes, subject }, this.#people)}.`,
      ...(why === undefined ? {} : { why }),
      leafHash: toHex(row.hash),
      deviceId: row.dev,
    };
  }
}
