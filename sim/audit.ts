// An auditor's reading of the whole log: was everybody allowed to do what the log says they did, at the place where it says so? Owns a
// second, plain reading of roles, states and duties, so that it does not repeat the server's mistakes.
import { DraftState } from '@countersign/shared/document';
import { decodePayload, parseLeaf, parsePart0 } from '@countersign/shared/history';
import type { Command } from '@countersign/shared/protocol';
import type { LogRow } from '../sync-server/storage/index.ts';

const MAY: Readonly<Record<string, readonly string[]>> = {
  edit: ['editor', 'reviewer'],
  choose: ['editor', 'reviewer'],
  submit: ['editor'],
  withdraw: ['editor', 'approver'],
  requestChanges: ['reviewer', 'approver'],
  approve: ['approver'],
  execute: ['editor', 'approver'],
  amend: ['editor'],
  import: ['editor'],
};
const IN_STATE: Readonly<Record<string, readonly string[]>> = {
  edit: ['DRAFT'],
  choose: ['DRAFT'],
  import: ['DRAFT'],
  submit: ['DRAFT'],
  withdraw: ['IN_REVIEW', 'APPROVED'],
  requestChanges: ['IN_REVIEW'],
  approve: ['IN_REVIEW'],
  execute: ['APPROVED'],
  amend: ['EXECUTED'],
};

/** One version of the contract as the log tells it. */
export interface AuditedVersion {
  readonly draft: DraftState;
  /** Its entries, in log order. */
  readonly entries: LogRow[];
  state: string;
  readonly authors: Set<string>;
}

export interface Audit {
  readonly problems: readonly string[];
  readonly versions: ReadonlyMap<string, AuditedVersion>;
  /** Commands of all versions in log order. */
  readonly commands: readonly Command[];
  /** States the first version went through. */
  readonly states: readonly string[];
}

export class Auditor {
  readonly #draftId: string;
  /** Devices of people who do wrong on purpose: only they may be frozen. */
  readonly #hostile: ReadonlySet<string>;
  readonly #problems: string[] = [];
  readonly #roles = new Map<string, Set<string>>();
  readonly #revoked = new Set<string>();
  readonly #versions = new Map<string, AuditedVersion>();
  readonly #commands: Command[] = [];
  readonly #states: string[] = ['DRAFT'];

  constructor(draftId: string, hostile: ReadonlySet<string> = new Set()) {
    this.#draftId = draftId;
    this.#hostile = hostile;
  }

  #mayBeParked(deviceId: string): boolean {
    return this.#hostile.has(deviceId) || this.#revoked.has(deviceId);
  }

  /** Reads the next entry of the log. */
  read(row: LogRow): void {
    const { entry, env } = parseLeaf(row.leaf);
    if (row.payload === null) {
      this.#problems.push(`entry ${row.index} has no payload`);
      return;
    }
    const parts = decodePayload(row.payload);
    const [part0] = parts;
    if (this.#revoked.has(entry.dev)) this.#problems.push(`entry ${row.index} is of a device whose key was revoked`);
    if (entry.kind === 'role') this.#role(parsePart0('role', part0));
    if (entry.kind === 'key') {
      const { action, deviceId } = parsePart0('key', part0);
      if (action === 'revoke') this.#revoked.add(deviceId);
    }
    // What a revoked device sent is parked too [DESIGN §11.10]; that freezes nobody.
    if (entry.kind === 'park' && !this.#mayBeParked(parsePart0('park', part0).deviceId))
      this.#problems.push(`entry ${row.index} freezes a device that is honest`);
    if (entry.kind === 'create')
      this.#versions.set(entry.doc, {
        draft: new DraftState(entry.doc),
        entries: [],
        state: 'DRAFT',
        authors: new Set(),
      });
    const version = this.#versions.get(entry.doc);
    if (version === undefined) return;
    version.entries.push(row);
    const author = entry.kind === 'import' ? parsePart0('import', part0).by : entry.user;
    this.#mayDo(row, entry.kind, author, version);
    if (entry.kind === 'edit' || entry.kind === 'choose' || entry.kind === 'import') {
      const { commands } = parsePart0(entry.kind, part0);
      this.#commands.push(...commands);
      version.authors.add(author);
    }
    this.#bound(row, entry.kind, part0, version);
    version.draft.applyEntry({ index: row.index, at: env.serverTime, entry, parts });
    this.#move(entry.kind, version, entry.doc);
  }

  result(): Audit {
    return {
      problems: this.#problems,
      versions: this.#versions,
      commands: this.#commands,
      states: this.#states,
    };
  }

  #role({ action, userId, role }: ReturnType<typeof parsePart0<'role'>>): void {
    const held = this.#roles.get(userId) ?? new Set();
    if (action === 'grant') held.add(role);
    else held.delete(role);
    this.#roles.set(userId, held);
  }

  #mayDo(row: LogRow, kind: string, user: string, { state, draft, authors }: AuditedVersion): void {
    const roles = MAY[kind];
    if (roles === undefined) return;
    const held = [...(this.#roles.get(user) ?? [])];
    if (!roles.some((role) => held.includes(role)))
      this.#problems.push(`entry ${row.index}: ${kind} by ${user}, whose roles were ${held.join(', ') || 'none'}`);
    if (!(IN_STATE[kind] ?? []).includes(state))
      this.#problems.push(`entry ${row.index}: ${kind} by ${user} while the version was ${state}`);
    if (kind === 'approve' && authors.has(user))
      this.#problems.push(`entry ${row.index}: ${user} approved what ${user} wrote`);
    if (kind === 'submit' && draft.contests().length > 0)
      this.#problems.push(`entry ${row.index}: submitted with ${draft.contests().length} contested cells`);
  }

  /** What a decision names must be what the log holds there. */
  #bound(row: LogRow, kind: string, part0: Uint8Array | undefined, { draft }: AuditedVersion): void {
    if (kind !== 'submit' && kind !== 'approve' && kind !== 'execute') return;
    const { contentHash } = parsePart0(kind as 'execute', part0);
    const held = draft.contentHash();
    if (contentHash !== held)
      this.#problems.push(`entry ${row.index}: ${kind} names ${contentHash}, the content is ${held}`);
  }

  #move(kind: string, version: AuditedVersion, id: string): void {
    const next = {
      submit: 'IN_REVIEW',
      withdraw: 'DRAFT',
      requestChanges: 'DRAFT',
      approve: 'APPROVED',
      execute: 'EXECUTED',
    }[kind as string];
    if (next === undefined) return;
    version.state = next;
    if (id === this.#draftId) this.#states.push(next);
  }
}
