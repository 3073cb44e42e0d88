// Answers to "who changed what, when and why" over the whole log: by document, person and period. Owns finding the entries and
// making the two files of them; who may ask is the route's to say.
import {
  type AuditQuery,
  buildAuditFile,
  decodePayload,
  fromHex,
  indexOfKeyChange,
  parsePart0,
  type StoredLeaf,
  verifyAuditFile,
  WORKSPACE_DOCUMENT,
} from '@countersign/shared/history';
import type { LogEntry } from '@countersign/shared/protocol/api';
import type { People } from '../auth/index.ts';
import type { LogRow, Storage } from '../storage/index.ts';
import { AUDIT_HEADING, auditLines } from './auditCsv.ts';
import { authorOf, isBy } from './authorship.ts';
import type { History } from './history.ts';
import { firstAt } from './period.ts';
import type { LogReader } from './reader.ts';

const PAGE = 500;
/** Entries of one signed file: its proofs are read into memory by whoever checks it. */
const MOST_SIGNED = 20_000;

/** The answer is larger than one file may be. */
export class AuditTooLarge extends Error {
  override readonly name = 'AuditTooLarge';
}

/** The signed file could not be made, or does not verify: nothing was handed out. */
export class AuditFault extends Error {
  override readonly name = 'AuditFault';
}

export interface AuditServices {
  readonly storage: Storage;
  readonly history: History;
  readonly people: People;
  readonly reader: LogReader;
}

export class AuditTrail {
  readonly #services: AuditServices;

  constructor(services: AuditServices) {
    this.#services = services;
  }

  /** The entries that fit, oldest first, in pages. */
  async *rows(query: AuditQuery): AsyncGenerator<LogRow[]> {
    const { storage, history } = this.#services;
    const start = query.from === null ? 0 : await firstAt(storage, history.size, query.from);
    const end = query.to === null ? history.size : await firstAt(storage, history.size, query.to);
    for (let from = start; from < end; ) {
      const page = query.doc === null ? await this.#page(from, end) : await storage.logOfDoc(query.doc, from, PAGE);
      const last = page.at(-1);
      if (last === undefined) return;
      yield page.filter((row) => row.index < end && (query.user === null || isBy(row, query.user)));
      from = last.index + 1;
      if (query.doc !== null && page.length < PAGE) return;
    }
  }

  /** [AUD-1] Lines of a CSV file, one a change, so that nothing large is held in memory. */
  async *csv(query: AuditQuery): AsyncGenerator<string> {
    yield AUDIT_HEADING;
    for await (const page of this.rows(query)) {
      const entries = await this.#services.reader.readable(page, Number.POSITIVE_INFINITY);
      yield entries.map((entry: LogEntry) => auditLines(entry)).join('');
    }
  }

  /** How many entries fit. */
  async count(query: AuditQuery): Promise<number> {
    let count = 0;
    for await (const page of this.rows(query)) count += page.length;
    return count;
  }

  /** [AUD-2] The signed file. @throws AuditTooLarge, AuditFault */
  async signed(query: AuditQuery): Promise<Uint8Array> {
    const { history } = this.#services;
    const listed: LogRow[] = [];
    for await (const page of this.rows(query)) {
      listed.push(...page);
      if (listed.length > MOST_SIGNED)
        throw new AuditTooLarge(`More than ${MOST_SIGNED.toLocaleString('en')} entries fit. Ask for a shorter period.`);
    }
    const keyChanges = await history.keyChanges();
    const last = Math.max(listed.at(-1)?.index ?? history.size - 1, ...keyChanges.map(indexOfKeyChange));
    const end = last + 1;
    const keys = await this.#ofDoc(WORKSPACE_DOCUMENT, end);
    const erasures = await this.#erasuresOf(listed);
    if ((history.checkpoint()?.size ?? 0) < Math.max(end, ...erasures.map(({ index }) => index + 1)))
      await history.checkpoints.publish();
    const checkpoint = history.checkpoint();
    if (checkpoint === null)
      throw new AuditFault('No signed checkpoint covers the entries yet. Try again in a moment.');
    const bytes = await buildAuditFile({
      workspace: history.ws,
      vkey: history.keys.vkeyText,
      keyChanges,
      query,
      names: await this.#names(listed),
      checkpoint: checkpoint.note,
      listed: listed.map(stored),
      keys: keys.map(stored),
      erasures: erasures.map(stored),
      prove: (index, size) => history.inclusionProof(index, size).map(fromHex),
      signer: history.keys.noteSigner,
    });
    const report = await verifyAuditFile(bytes, { vkey: history.keys.vkeyText, workspaceId: history.ws });
    if (!report.ok) throw new AuditFault(`${report.failure.where}: ${report.failure.text}`);
    return bytes;
  }

  async #page(from: number, end: number): Promise<LogRow[]> {
    const limit = Math.min(PAGE, end - from);
    return (await this.#services.storage.logPage({ before: from + limit, limit })).toReversed();
  }

  async #ofDoc(doc: string, end: number, from = 0): Promise<LogRow[]> {
    const rows: LogRow[] = [];
    for (let next = from; ; ) {
      const page = await this.#services.storage.logOfDoc(doc, next, PAGE);
      rows.push(...page.filter(({ index }) => index < end));
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE || last.index >= end) return rows;
      next = last.index + 1;
    }
  }

  /** The erase leaves of the entries whose content is gone; each stands in the document of what it erased. */
  async #erasuresOf(listed: readonly LogRow[]): Promise<LogRow[]> {
    const missing = listed.filter(({ payload }) => payload === null);
    const erasures: LogRow[] = [];
    // A restore says again, in the workspace document, what had been erased.
    const places = [...Map.groupBy(missing, (row) => row.doc), [WORKSPACE_DOCUMENT, missing] as const];
    for (const [doc, rows] of places) {
      if (rows.length === 0) continue;
      const wanted = new Set(rows.map(({ index }) => String(index)));
      const later = await this.#ofDoc(doc, Number.POSITIVE_INFINITY, rows[0]?.index ?? 0);
      erasures.push(
        ...later.filter(
          ({ kind, payload }) =>
            kind === 'erase' && payload !== null && wanted.has(parsePart0('erase', decodePayload(payload)[0]).index),
        ),
      );
    }
    return erasures;
  }

  async #names(rows: readonly LogRow[]): Promise<{ users: Record<string, string>; documents: Record<string, string> }> {
    const { people, reader } = this.#services;
    const users = [...new Set(rows.flatMap((row) => [row.user, authorOf(row)]))];
    const documents: Record<string, string> = {};
    for (const doc of new Set(rows.map((row) => row.doc))) documents[doc] = await reader.nameOfDocument(doc);
    return { users: Object.fromEntries(users.map((id) => [id, people.nameOf(id)])), documents };
  }
}

const stored = ({ index, leaf, payload }: LogRow): StoredLeaf => ({ index, bytes: leaf, payload });
