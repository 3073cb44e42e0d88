// Lifecycle commands: a person's signed command, decided by the pure rules, stored with the state it changes. Owns the order of checks and
// what each kind changes; deciding is shared/lifecycle's.
import { contentToSheets } from '@countersign/shared/document';
import { toHex } from '@countersign/shared/history';
import { type Decision, decide } from '@countersign/shared/lifecycle';
import type { CommandKind } from '@countersign/shared/protocol/api';
import { chainPlace, type SignedBytes, type VerifiedEntry } from '../admission/index.ts';
import type { People } from '../auth/index.ts';
import {
  type Append,
  ChainBroken,
  type History,
  NotWitnessed,
  StorageUnavailable,
  sha256Hex,
  type Witnessing,
} from '../history/index.ts';
import type { Actor } from '../http/actor.ts';
import { notAllowed, notFound, Problem } from '../http/problem.ts';
import type { LogRow, Storage, Store, VersionRow } from '../storage/index.ts';
import { type Room, RoomUnavailable } from '../sync/room.ts';
import type { Rooms } from '../sync/rooms.ts';
import { requireBinding, verifyCommand } from './commandProof.ts';
import { type Creation, effectiveFromOf } from './creation.ts';
import { baseProblem, situationOf, type VersionView } from './situation.ts';
import type { Views } from './views.ts';

export interface CommandServices {
  readonly storage: Storage;
  readonly history: History;
  readonly people: People;
  readonly rooms: Rooms;
  readonly creation: Creation;
  readonly views: Views;
  readonly policyHash: () => string;
  /** Absent where no command waits for witnesses. */
  readonly witnessing?: Witnessing;
  readonly now: () => Date;
}

export interface CommandRequest {
  readonly actor: Pick<Actor, 'userId' | 'name' | 'roles' | 'emergency'>;
  readonly versionId: string;
  readonly kind: CommandKind;
  readonly signed: SignedBytes;
  /** Content hash of `If-Match`. */
  readonly ifMatch: string;
  /** `Idempotency-Key`; the demo's own commands have none. */
  readonly idempotencyKey?: string;
}

export interface CommandAnswer {
  readonly index: number;
  readonly leafHash: string;
  /** The draft that `amend` opened. */
  readonly createdId: string | null;
}

/** Commands that bind money or leave the house (SECURITY §2). */
const ON_WITNESSED_HISTORY: ReadonlySet<CommandKind> = new Set(['approve', 'export']);

const STATUS: Readonly<Record<string, number>> = { role: 403, duties: 403, staleVersion: 412, blocked: 409 };
const TITLE: Readonly<Record<string, string>> = {
  role: 'Not allowed',
  duties: 'Not allowed',
  staleVersion: 'Version changed',
  blocked: 'Not ready',
};

export class Commands {
  readonly #services: CommandServices;
  readonly #exported = new Set<(versionId: string, index: number) => Promise<void>>();

  constructor(services: CommandServices) {
    this.#services = services;
  }

  /** Called after an export entry was stored, before the command answers. */
  onExported(listener: (versionId: string, index: number) => Promise<void>): void {
    this.#exported.add(listener);
  }

  /** Decides and stores a command. Resolves when it is on disk. @throws Problem */
  async run(request: CommandRequest): Promise<CommandAnswer> {
    const { storage, rooms } = this.#services;
    const known = await this.#answered(request);
    if (known !== null) return known;
    const version = await storage.version(request.versionId);
    if (version === null) throw notFound('such version');
    await this.#requireWitnessed(request);
    await this.#requireTestPack(request);
    const work = (room: Room): Promise<CommandAnswer> => room.read(() => this.#decide(room, request));
    try {
      // Executing and amending touch the contract's other versions, so they wait for each other.
      const answer = await rooms.use(request.versionId, (room) =>
        this.#services.creation.contracts.run(version.contractId, () => work(room)),
      );
      if (request.kind === 'export') for (const listener of this.#exported) await listener(version.id, answer.index);
      return answer;
    } catch (error) {
      if (error instanceof RoomUnavailable) throw notFound('such version');
      if (error instanceof ChainBroken) throw new Problem(409, 'chain', 'Chain broken', `${error.message}.`);
      if (error instanceof StorageUnavailable) throw new Problem(503, 'storage', 'Disk not writable', error.message);
      throw error;
    }
  }

  /** [WIT-3] Approving and exporting act on the history of a version that a quorum of the workspace's witnesses has seen. */
  async #requireWitnessed({ kind, versionId }: CommandRequest): Promise<void> {
    const { witnessing, storage } = this.#services;
    if (witnessing?.isDemanded !== true || !ON_WITNESSED_HISTORY.has(kind)) return;
    const last = await storage.lastIndexOfDoc(versionId);
    try {
      if (last !== null) await witnessing.covering(last);
    } catch (error) {
      if (!(error instanceof NotWitnessed)) throw error;
      throw new Problem(503, 'notWitnessed', 'Not witnessed', error.message, {
        action: 'Nothing was changed. Try again when the witnesses answer; an admin knows who runs them.',
      });
    }
  }

  /** [TEST-1] A version is exported only when the cases it carries bill what they expect. */
  async #requireTestPack({ kind, versionId }: CommandRequest): Promise<void> {
    const problem = kind === 'export' ? await this.#services.views.testPackProblem(versionId) : null;
    if (problem === null) return;
    throw new Problem(409, 'testPack', 'Test pack fails', `${problem} Nothing was exported.`, {
      action: 'Amend the terms or the case, and have the amendment approved.',
    });
  }

  /** [SRV-14] A key answers its own request again and refuses another body. */
  async #answered(request: CommandRequest): Promise<CommandAnswer | null> {
    if (request.idempotencyKey === undefined) return null;
    const known = await this.#services.storage.idempotency(scopeOf(request), request.idempotencyKey);
    if (known === null) return null;
    if (known.bodyHash !== bodyHash(request)) {
      throw new Problem(422, 'idempotency', 'Key used before', 'This Idempotency-Key was used for another request.', {
        at: 'Idempotency-Key',
        action: 'Send a new key with a new request.',
      });
    }
    return JSON.parse(known.answer) as CommandAnswer;
  }

  async #decide(room: Room, request: CommandRequest): Promise<CommandAnswer> {
    const { storage, history, people, views } = this.#services;
    const { actor, kind } = request;
    const expected = { ws: history.ws, versionId: room.versionId, userId: actor.userId, kind };
    const verified = verifyCommand(request.signed, expected, people);
    const place = await chainPlace(history, storage, verified);
    if (place.kind === 'stored') return storedBefore(storage, place.row);
    if (place.kind === 'equivocation') {
      const reason = `Device ${verified.parsed.dev} signed two commands with number ${verified.parsed.seq}.`;
      await people.freezeDevice(verified.parsed.dev, verified.hash, reason);
      throw new Problem(409, 'equivocation', 'Device frozen', reason, {
        action: 'Ask an admin to look at the device.',
      });
    }
    const view = await views.view(room);
    room.requireKept();
    const decision = decide(kind, situationOf(room, view, actor, request.ifMatch));
    if (!decision.ok) throw decisionProblem(decision);
    const base = kind === 'execute' ? baseProblem(view) : null;
    if (base !== null) throw new Problem(409, 'blocked', 'Not ready', base);
    if ('refusal' in place) throw new Problem(409, 'chain', 'Chain broken', place.refusal.text);
    requireBinding(room, view, verified, kind, this.#services.policyHash());
    return this.#store(room, view, verified, request, decision.state);
  }

  async #store(
    room: Room,
    view: VersionView,
    verified: VerifiedEntry,
    request: CommandRequest,
    state: string,
  ): Promise<CommandAnswer> {
    const { storage, creation, rooms, people } = this.#services;
    const row = this.#rowAfter(view, state);
    const superseded: VersionRow | null =
      request.kind === 'execute' && view.inForce !== null
        ? { ...view.inForce, state: 'SUPERSEDED', changedAt: row.changedAt }
        : null;
    const contract = request.kind === 'amend' ? await storage.contract(view.row.contractId) : null;
    const created =
      contract === null
        ? null
        : await creation.prepare(
            contract,
            { title: view.row.title, baseVersionId: view.row.id },
            contentToSheets(view.content),
          );
    let answer: CommandAnswer | null = null;
    const apply = async (store: Store, placed: { row: LogRow; leafHash: string }): Promise<void> => {
      answer = { index: placed.row.index, leafHash: placed.leafHash, createdId: created?.row.id ?? null };
      if (superseded !== null) await store.putVersion(superseded);
      await store.putVersion(row);
      if (request.idempotencyKey === undefined) return;
      await store.addIdempotency({
        scope: scopeOf(request),
        key: request.idempotencyKey,
        bodyHash: bodyHash(request),
        status: 200,
        answer: JSON.stringify(answer),
      });
    };
    const items: Append[] = [
      {
        entry: verified.parsed,
        entryHash: verified.hash,
        signature: verified.signature,
        payload: verified.payload,
        apply,
      },
    ];
    if (created !== null) items.push(created.append());
    // [AUTH-9] Asked in the turn that appends: a role or a key may have been taken since the command was decided.
    if (!people.stillStands(request.actor, verified.parsed.dev)) {
      throw notAllowed('Your roles or your device changed while this was on its way.');
    }
    await room.append(items).flushed;
    room.setRow(row);
    if (superseded !== null) rooms.peek(superseded.id)?.setRow(superseded);
    if (answer === null) throw new Error('the command was stored without its answer');
    return answer;
  }

  #rowAfter(view: VersionView, state: string): VersionRow {
    const frozen = state !== 'DRAFT';
    return {
      ...view.row,
      state,
      contentHash: frozen ? view.contentHash : null,
      effectiveFrom: effectiveFromOf(view.content.sheets.terms ?? []),
      changedAt: this.#services.now().toISOString(),
    };
  }
}

/** The same signed bytes came again, for example after a lost answer. */
async function storedBefore(storage: Storage, row: LogRow): Promise<CommandAnswer> {
  // An amendment's create entry was appended with the command, so it is the next one.
  const next = row.kind === 'amend' ? await storage.logRow(row.index + 1) : null;
  return { index: row.index, leafHash: toHex(row.hash), createdId: next?.kind === 'create' ? next.doc : null };
}

function decisionProblem(decision: Extract<Decision, { ok: false }>): Problem {
  return new Problem(STATUS[decision.code] ?? 409, decision.code, TITLE[decision.code] ?? 'Refused', decision.reason);
}

const scopeOf = ({ actor, versionId, kind }: CommandRequest): string =>
  `${actor.userId} POST /versions/${versionId}/commands/${kind}`;

function bodyHash({ signed, ifMatch }: CommandRequest): string {
  const parts = [signed.entry, signed.signature, signed.payload].map((bytes) => Buffer.from(bytes).toString('base64'));
  return sha256Hex(JSON.stringify([...parts, ifMatch]));
}
