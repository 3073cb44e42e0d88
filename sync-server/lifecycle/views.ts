// Reading versions for people: summary, detail, content, review. Owns the wire shapes; must not change anything.
import { diffContent } from '@countersign/shared/document';
import { parseLeaf } from '@countersign/shared/history';
import { canApprove } from '@countersign/shared/lifecycle';
import type { WorkbookContent } from '@countersign/shared/model/sheets';
import {
  COMMAND_KINDS,
  type ContractFigures,
  type Impact,
  type Review,
  type VersionDetail,
  type VersionSummary,
} from '@countersign/shared/protocol/api';
import type { People } from '../auth/index.ts';
import { authorOf } from '../history/authorship.ts';
import type { History } from '../history/index.ts';
import { notFound } from '../http/problem.ts';
import type { ContractRow, Storage, VersionRow } from '../storage/index.ts';
import { type Room, RoomUnavailable } from '../sync/room.ts';
import type { Rooms } from '../sync/rooms.ts';
import type { Step } from './record.ts';
import { Remembered } from './remembered.ts';
import { checksOf, writersOf } from './review.ts';
import { baseProblem, type Person, permissionsOf, type VersionView, viewOf } from './situation.ts';
import { type Standing, Standings } from './standings.ts';
import { type CaseOutcome, testPackCheck, testPackProblem } from './testPack.ts';

/** Answers that other parts of the server know. */
export interface ViewHooks {
  /** How an amendment changes what is billed; a text says why it cannot be told. */
  impact(base: VersionRow | null, version: VersionRow): Promise<Impact | string>;
  /** The cases a version carries, billed; empty without any. */
  testPack(versionId: string): Promise<readonly CaseOutcome[]>;
  /** What a version is worth, gross; null when it cannot be told. */
  worth(content: WorkbookContent): { readonly amount: string; readonly currency: string } | null;
  /** What a list says of a version beside its name; `versions` are all of its contract. null when it cannot be told. */
  figures(contract: ContractRow, versions: readonly VersionRow[], versionId: string): Promise<ContractFigures | null>;
}

const NO_HOOKS: ViewHooks = {
  impact: async () => 'The effect on billing is not computed on this server.',
  testPack: async () => [],
  worth: () => null,
  figures: async () => null,
};

/** Adds the contract's number to a version's row. */
export function summaryOf(row: VersionRow, contract: ContractRow): VersionSummary {
  return {
    versionId: row.id,
    contractId: row.contractId,
    documentKind: contract.kind,
    kind: row.kind as VersionSummary['kind'],
    sequence: row.sequence,
    number: contract.number,
    title: row.title,
    state: row.state as VersionSummary['state'],
    baseVersionId: row.baseVersionId,
    contentHash: row.contentHash,
    effectiveFrom: row.effectiveFrom,
    createdAt: row.createdAt,
    changedAt: row.changedAt,
  };
}

export class Views {
  readonly #storage: Storage;
  readonly #history: History;
  readonly #people: People;
  readonly #rooms: Rooms;
  readonly #now: () => Date;
  readonly #standings: Standings;
  /** Who wrote the entry of an index, and when: looking it up reads its payload, which an import makes large. */
  readonly #written = new Remembered<{ readonly userId: string; readonly at: string } | null>();
  #hooks: ViewHooks = NO_HOOKS;

  constructor(storage: Storage, history: History, people: People, rooms: Rooms, now: () => Date) {
    this.#storage = storage;
    this.#history = history;
    this.#people = people;
    this.#rooms = rooms;
    this.#now = now;
    this.#standings = new Standings({
      storage,
      reading: (versionId, work) => this.reading(versionId, work),
      view: (room) => this.view(room),
      now,
    });
  }

  /** Lets another part answer what the views do not know. */
  setHooks(hooks: Partial<ViewHooks>): void {
    this.#hooks = { ...this.#hooks, ...hooks };
  }

  /** [SCR-60] What a list says of a version beside its name; null when it cannot be told. @param versions all of its contract. */
  figures(contract: ContractRow, versions: readonly VersionRow[], versionId: string): Promise<ContractFigures | null> {
    return this.#hooks.figures(contract, versions, versionId);
  }

  /** Runs `work` on a version after everything accepted is stored. @throws Problem 404 */
  async reading<T>(versionId: string, work: (room: Room) => T | Promise<T>): Promise<T> {
    try {
      return await this.#rooms.use(versionId, (room) => room.read(() => work(room)));
    } catch (error) {
      if (error instanceof RoomUnavailable) throw notFound('such version');
      throw error;
    }
  }

  /** Everything that rules look at. Runs in `room.read`. */
  async view(room: Room): Promise<VersionView> {
    const inForce = await this.#inForce(room.row.contractId);
    const view = viewOf(room, inForce, this.#now(), null);
    const worth = this.#hooks.worth(view.content);
    return worth === null ? view : viewOf(room, inForce, this.#now(), worth);
  }

  /** The content now, with its hash and the log index it was read at. @throws Problem 404 */
  async contentOf(versionId: string): Promise<{ content: WorkbookContent; contentHash: string; index: number }> {
    return this.reading(versionId, ({ snapshot: { content, contentHash, size } }) => ({
      content,
      contentHash,
      index: size - 1,
    }));
  }

  /** [SCR-51] The newest entry of a draft: its row says only when its state changed. */
  async lastEntry(versionId: string): Promise<Pick<VersionSummary, 'lastEntry'>> {
    const index = await this.#storage.lastIndexOfDoc(versionId);
    if (index === null) return {};
    const written = await this.#written.of(versionId, String(index), async () => {
      const row = await this.#storage.logRow(index);
      return row === null ? null : { userId: authorOf(row), at: parseLeaf(row.leaf).env.serverTime };
    });
    if (written === null) return {};
    return { lastEntry: { index: String(index), ...written, name: this.#people.nameOf(written.userId) } };
  }

  /** [SRV-45] What a person sees of a version; it is read anew only when it changed. @throws Problem 404 */
  async detail(versionId: string, actor: Person): Promise<VersionDetail> {
    const row = await this.#storage.version(versionId);
    if (row === null) throw notFound('such version');
    const detail = await this.#detail(await this.#standings.of(row), actor);
    const problem = detail.can.export.ok ? await this.testPackProblem(versionId) : null;
    return problem === null ? detail : { ...detail, can: { ...detail.can, export: { ok: false, reason: problem } } };
  }

  /** Why the cases a version carries keep it from being exported; null when they pass or there are none. */
  async testPackProblem(versionId: string): Promise<string | null> {
    return testPackProblem(await this.#hooks.testPack(versionId));
  }

  async #detail({ row, situation, blockers, record }: Standing, actor: Person): Promise<VersionDetail> {
    const contract = await this.#contract(row.contractId);
    const base = row.baseVersionId === null ? null : await this.#storage.version(row.baseVersionId);
    const problem =
      row.state === 'APPROVED' ? baseProblem({ row, inForce: await this.#inForce(row.contractId) }) : null;
    const personOf = (userId: string) => ({ userId, name: this.#people.nameOf(userId) });
    const stepOf = (step: Step | null) => (step === null ? null : { ...personOf(step.userId), at: step.at });
    const { submitted, executed, changesRequested } = record;
    return {
      summary: summaryOf(row, contract),
      state: situation.state,
      contentHash: situation.contentHash,
      base: base === null ? null : summaryOf(base, contract),
      authors: situation.authors.map(({ userId }) => personOf(userId)),
      submittedBy: stepOf(submitted),
      submittedIndex: submitted === null ? null : String(submitted.index),
      executedBy: stepOf(executed),
      changesRequested:
        changesRequested === null
          ? null
          : { by: personOf(changesRequested.userId), at: changesRequested.at, reason: changesRequested.reason },
      approvals: this.#approvals(record),
      policy: { approversNeeded: situation.policy.approversNeeded, reasons: [...situation.policy.reasons] },
      can: permissionsOf(situation, problem, actor, COMMAND_KINDS) as VersionDetail['can'],
      blockers: [...blockers],
      size: String(this.#history.size),
    };
  }

  /** The executed version of a contract; null when none is. */
  async #inForce(contractId: string): Promise<VersionRow | null> {
    return (await this.#storage.versions(contractId)).find(({ state }) => state === 'EXECUTED') ?? null;
  }

  #approvals(record: Standing['record']): VersionDetail['approvals'] {
    return record.approvals.map((step) => ({
      index: String(step.index),
      userId: step.userId,
      name: this.#people.nameOf(step.userId),
      deviceId: step.deviceId,
      at: step.at,
      contentHash: step.contentHash,
    }));
  }

  /** What a reviewer looks at: rows that differ from the base, what it costs, what stands in the way. */
  async review(versionId: string): Promise<Review> {
    const row = await this.#storage.version(versionId);
    if (row === null) throw notFound('such version');
    const baseRow = row.baseVersionId === null ? null : await this.#storage.version(row.baseVersionId);
    const base = baseRow === null ? null : (await this.contentOf(baseRow.id)).content;
    const contract = await this.#contract(row.contractId);
    const impact = await this.#hooks.impact(baseRow, row);
    const pack = await this.#hooks.testPack(versionId);
    return this.reading(versionId, async (room) => {
      const view = await this.view(room);
      const by = writersOf(room);
      return {
        base: baseRow === null ? null : summaryOf(baseRow, contract),
        diff: diffContent(base, view.content).map((diff) => ({
          ...diff,
          fields: [...diff.fields],
          by: by(diff.sheet, diff.rowId).map((userId) => ({
            userId,
            name: this.#people.nameOf(userId),
          })),
        })),
        impact: typeof impact === 'string' ? null : impact,
        impactReason: typeof impact === 'string' ? impact : null,
        checks: [...checksOf(view), ...testPackCheck(pack)],
        approvals: this.#approvals(room.record),
        cannotApprove: this.#cannotApprove(room, view),
      };
    });
  }

  #cannotApprove(room: Room, view: VersionView): Review['cannotApprove'] {
    const { record } = room;
    return this.#people
      .users()
      .map((user) => ({ user, term: this.#people.emergencyOf(user.id).find(({ role }) => role === 'approver') }))
      .filter(
        ({ user: { id, roles }, term }) =>
          roles.includes('approver') || term !== undefined || view.authors.some(({ userId }) => userId === id),
      )
      .flatMap(({ user, term }) => {
        const answer = canApprove({
          user,
          authors: view.authors,
          submitter: record.submitted?.userId ?? null,
          approvals: record.approvals.filter(({ contentHash }) => contentHash === view.contentHash),
          agreedBy: term && { id: term.agreedBy, name: this.#people.nameOf(term.agreedBy) },
        });
        return answer.ok ? [] : [{ userId: user.id, name: user.name, reason: answer.reason }];
      });
  }

  async #contract(id: string): Promise<ContractRow> {
    const contract = await this.#storage.contract(id);
    if (contract === null) throw notFound('such contract');
    return contract;
  }
}
