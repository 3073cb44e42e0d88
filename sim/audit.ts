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
  execute: ['approver'],
  amend: ['editor', 'approver'],
};
const IN_STATE: Readonly<Record<string, readonly string[]>> = {
  edit: ['DRAFT'],
  choose: ['DRAFT'],
  submit: ['DRAFT'],
  withdraw: ['IN_REVIEW', 'APPROVED'],
  requestChanges: ['IN_REVIEW'],
  approve: ['IN_REVIEW'],
  execute: ['APPROVED'],
  amend: ['EXECUTED'],
};

interface Version {
  readonly draft: DraftState;
  state: string;
}

export interface Audit {
  readonly problems: readonly string[];
  readonly draft: DraftState;
  /** Commands in log order. */
  readonly commands: readonly Command[];
  /** States the version went through. */
  readonly states: readonly string[];
}

export class Auditor {
  readonly #draftId: string;
  readonly #problems: string[] = [];
  readonly #roles = new Map<string, Set<string>>();
  readonly #version: Version;
  readonly #commands: Command[] = [];
  readonly #states: string[] = ['DRAFT'];
  readonly #authors = new Set<string>();

  constructor(draftId: string) {
    this.#draftId = draftId;
    this.#version = { draft: new DraftState(draftId), state: 'DRAFT' };
  }

  /** Reads the next entry of the log. */
  read(row: LogRow): void {
    const { entry, env } = parseLeaf(row.leaf);
    if (row.payload === null) {
      this.#problems.push(`entry ${row.index} has no payload`);
      return;
    }
    const parts = decodePayload(row.payload);
    if (entry.kind === 'role') this.#role(parsePart0('role', parts[0]));
    if (entry.kind === 'park') this.#problems.push(`entry ${row.index} freezes a device, and all devices are honest`);
    if (entry.doc !== this.#draftId) return;
    this.#mayDo(row, entry.kind, entry.user);
    if (entry.kind === 'edit' || entry.kind === 'choose')
      this.#commands.push(...parsePart0(entry.kind, parts[0]).commands);
    if (entry.kind === 'edit' || entry.kind === 'choose') this.#authors.add(entry.user);
    this.#bound(row, entry.kind, parts[0]);
    this.#version.draft.applyEntry({ index: row.index, at: env.serverTime, entry, parts });
    this.#move(entry.kind);
  }

  result(): Audit {
    return {
      problems: this.#problems,
      draft: this.#version.draft,
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

  #mayDo(row: LogRow, kind: string, user: string): void {
    const roles = MAY[kind];
    if (roles === undefined) return;
    const held = [...(this.#roles.get(user) ?? [])];
    const { state, draft } = this.#version;
    if (!roles.some((role) => held.includes(role)))
      this.#problems.push(`entry ${row.index}: ${kind} by ${user}, whose roles were ${held.join(', ') || 'none'}`);
    if (!(IN_STATE[kind] ?? []).includes(state))
      this.#problems.push(`entry ${row.index}: ${kind} by ${user} while the version was ${state}`);
    if (kind === 'approve' && this.#authors.has(user))
      this.#problems.push(`entry ${row.index}: ${user} approved what ${user} wrote`);
    if (kind === 'submit' && draft.contests().length > 0)
      this.#problems.push(`entry ${row.index}: submitted with ${draft.contests().length} contested cells`);
  }

  /** What a decision names must be what the log holds there. */
  #bound(row: LogRow, kind: string, part0: Uint8Array | undefined): void {
    if (kind !== 'submit' && kind !== 'approve' && kind !== 'execute') return;
    const { contentHash } = parsePart0(kind as 'execute', part0);
    const held = this.#version.draft.contentHash();
    if (contentHash !== held)
      this.#problems.push(`entry ${row.index}: ${kind} names ${contentHash}, the content is ${held}`);
  }

  #move(kind: string): void {
    const next = {
      submit: 'IN_REVIEW',
      withdraw: 'DRAFT',
      requestChanges: 'DRAFT',
      approve: 'APPROVED',
      execute: 'EXECUTED',
    }[kind as string];
    if (next === undefined) return;
    this.#version.state = next;
    this.#states.push(next);
  }
}
