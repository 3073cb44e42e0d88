// Everything of one signed-in person in one workspace: their database, device, verifier, commands and open drafts.
// Owns their lifetimes; the drafts are `openDrafts.ts`'s, who is signed in and where the server is decides `createEngine.ts`.
import type { CommandDone, CommandKind } from '@countersign/shared/protocol/api';
import type { CountersignHost } from '../../host/contract.ts';
import { type Api, type CachedReads, Offline } from '../api/index.ts';
import {
  type CheckpointRecord,
  type KnownWorkspace,
  type ReadableWork,
  StorageFailure,
  type WorkspaceDatabase,
} from '../storage/index.ts';
import { Commands } from './commands.ts';
import type { OpenSocket } from './connection.ts';
import type { AttentionItem } from './draftSession.ts';
import type { EmergencyAct } from './emergencyActs.ts';
import type { AmendedDraft, ChangeAgain, CommandFields, EnteredAgain, Reachability } from './engine.ts';
import { DeviceRevoked, Enrolment } from './enrolment.ts';
import { GrantKeeper } from './grantKeeper.ts';
import { Listeners } from './listeners.ts';
import type { OpenDraft } from './openDraft.ts';
import { OpenDrafts } from './openDrafts.ts';
import type { Locks } from './ownership.ts';
import { Preferences } from './preferences.ts';
import type { Runtime } from './runtime.ts';
import { SignerBook } from './signerBook.ts';
import { Verifier } from './verification.ts';

export interface PersonWorkOptions {
  readonly db: WorkspaceDatabase;
  readonly workspace: KnownWorkspace;
  readonly userId: string;
  readonly userName: string;
  readonly host: CountersignHost;
  readonly api: Api;
  readonly cached: CachedReads;
  readonly runtime: Runtime;
  readonly openSocket: OpenSocket;
  readonly locks: Locks;
  readonly reachability: () => Reachability;
  readonly onSessionEnded: () => void;
  /** Asks the person whether a log that says so was restored from a backup. */
  readonly confirmRestore?: (question: string) => Promise<boolean>;
}

/** Commands that bind money or leave the house: the history they rest on is verified first (SECURITY §2). */
const ON_VERIFIED_HISTORY: ReadonlySet<CommandKind> = new Set(['approve', 'execute', 'export']);

const UNREADABLE =
  'Part of the local data of this computer cannot be read, so the file may lack unsent work. What could be read is in it. Keep the file, then open the workspace again from the server.';

export class PersonWork {
  readonly verifier: Verifier;
  readonly preferences: Preferences;
  /** This computer's key, as the log knows it. */
  readonly enrolment: Enrolment;
  /** How long things may be changed here without the server. */
  readonly grant: GrantKeeper;
  readonly #options: PersonWorkOptions;
  readonly #signers: SignerBook;
  readonly #commands: Commands;
  readonly #drafts: OpenDrafts;
  readonly #names = new Map<string, string>();
  /** Another `unreadable`. */
  readonly troubled = new Listeners<[]>();
  #unreadable = false;

  constructor(options: PersonWorkOptions) {
    const { db, workspace, runtime, host, userId } = options;
    this.grant = new GrantKeeper({ db, runtime });
    const api = confirming(options.api, () => this.grant.confirmed());
    this.#options = options;
    this.grant.changed.add(() => this.#drafts.each((engine) => engine.changed.tell()));
    this.enrolment = new Enrolment({ db, host, api, userId });
    // Drafts say why nothing can be changed here, and what waits goes out under the new key once there is one.
    this.enrolment.changed.add(() =>
      this.enrolment.isRevoked ? this.#drafts.each((engine) => engine.changed.tell()) : this.revive(),
    );
    const { confirmRestore: confirm } = options;
    const onRestored = (): void => this.#signers.forget();
    const whoAgrees = confirm === undefined ? {} : { confirm };
    this.verifier = new Verifier({ db, api, workspace, runtime, onRestored, ...whoAgrees });
    this.#signers = new SignerBook({
      api,
      held: () => this.verifier.held,
      workspaceId: workspace.workspaceId,
      now: () => runtime.now(),
    });
    this.preferences = new Preferences(db, () => runtime.now());
    this.#names.set(userId, options.userName);
    this.#commands = new Commands({
      db,
      api,
      host,
      runtime,
      locks: options.locks,
      signer: async () => {
        const { deviceId, commandEpoch } = await this.enrolment.enrol();
        const { held } = this.verifier;
        const seen = held === null ? null : { size: held.size, root: held.root };
        return { workspaceId: workspace.workspaceId, userId, deviceId, commandEpoch, seen };
      },
      relearnChain: () => this.enrolment.confirm(),
      policyHash: async () => (await api.workspace()).policyHash,
    });
    this.#drafts = new OpenDrafts({
      ...options,
      api,
      verifier: this.verifier,
      signers: this.#signers,
      enrolment: this.enrolment,
      grant: this.grant,
      names: this.#names,
    });
  }

  get db(): WorkspaceDatabase {
    return this.#options.db;
  }

  /** Reads what was kept: the device and the last verified checkpoint. */
  async load(): Promise<void> {
    await this.verifier.load();
    await this.grant.load();
    await this.preferences.load();
    await this.enrolment.load();
    await this.#learnNames();
  }

  openDraft(versionId: string): Promise<OpenDraft> {
    return this.#drafts.open(versionId);
  }

  /** Settles the draft if it is open, then signs and sends. */
  async command(versionId: string, kind: CommandKind, fields: CommandFields): Promise<CommandDone> {
    await this.#drafts.settled(versionId);
    if (ON_VERIFIED_HISTORY.has(kind)) await this.verifyNow();
    const done = await this.#commands.run(versionId, kind, fields);
    await this.#options.cached.keepVersion(done.version);
    return done;
  }

  actInEmergency(act: EmergencyAct): Promise<void> {
    return this.#commands.actInEmergency(act);
  }

  async openAsAmendment(versionId: string, items: readonly AttentionItem[]): Promise<AmendedDraft> {
    const kept = (await this.openDraft(versionId)).kept(items);
    const { created } = await this.command(versionId, 'amend', {});
    if (created === undefined)
      throw new Error('The server did not say which draft it opened. Look for it under the contract.');
    const session = await this.openDraft(created.versionId);
    const moved = new Set(await session.reissue(kept));
    // Only what is safely in the amendment's queue leaves the old list.
    await (await this.openDraft(versionId)).discardAttention([...moved]);
    return { versionId: created.versionId, session, left: items.filter(({ id }) => !moved.has(id)) };
  }

  /** [SCR-45] Enters changes into a draft as this person's own, those whose row is there and whose value is another. */
  async enterAgain(versionId: string, changes: readonly ChangeAgain[]): Promise<EnteredAgain> {
    const draft = await this.openDraft(versionId);
    const denied = draft.editDenial();
    if (denied !== null) return { entered: 0, left: changes.length, denied };
    const others = changes.filter(({ sheet, rowId, field, to }) => draft.value(sheet, rowId, field) !== to);
    const numbered = others.map((change, at) => ({ ...change, id: String(at) }));
    const entered = (await draft.reissue(numbered)).length;
    return { entered, left: others.length - entered, denied: null };
  }

  /** Unsent work of every draft, open ones from memory. What cannot be read is said by `unreadable` from then on. */
  async unsent(): Promise<ReadableWork> {
    const work = await this.#drafts.unsent();
    this.#unreadable = work.unreadable.length > 0;
    this.troubled.tell();
    return work;
  }

  /** How many changes wait. @throws StorageFailure when that cannot be read in full */
  async waiting(): Promise<number> {
    const { drafts, unreadable } = await this.#drafts.unsent();
    // A lost database says so itself.
    if (unreadable.length > 0 && this.db.lost === null) throw new StorageFailure('corrupt');
    return drafts.reduce((sum, { commands }) => sum + commands.length, 0);
  }

  /** That what was saved as a file may lack something, in words; null when it lacks nothing. */
  get unreadable(): string | null {
    return this.#unreadable ? UNREADABLE : null;
  }

  /** Whether everything that was done in this window is on disk. */
  get isKept(): boolean {
    return this.#drafts.isKept;
  }

  /** [HIST-72] Verifies the newest checkpoint. Where a person vouched for a restored log, what had stopped goes on. */
  async verifyNow(): Promise<CheckpointRecord> {
    const { verifier } = this;
    const wasDistrusted = verifier.distrust !== null;
    try {
      return await verifier.verifyNow();
    } finally {
      if (wasDistrusted && verifier.distrust === null) this.revive();
    }
  }

  /** The network, or the session, is back. */
  online(): void {
    this.#drafts.each((engine) => engine.online());
  }
  offline(): void {
    this.#drafts.each((engine) => engine.offline());
  }
  revive(): void {
    this.#drafts.each((engine) => engine.revive());
  }

  /** A session began: the server hears which device it belongs to, and says whether that device still counts. */
  async sessionBegan(): Promise<void> {
    try {
      await this.enrolment.confirm();
    } catch (error) {
      if (!(error instanceof Offline || error instanceof DeviceRevoked)) throw error;
    }
    await this.catchUp();
  }

  /** Enrols, and sends commands again whose answer was lost; without a network both wait for the next time. */
  async catchUp(): Promise<void> {
    try {
      await this.enrolment.enrol();
      await this.#commands.resume();
    } catch (error) {
      if (!(error instanceof Offline || error instanceof DeviceRevoked)) throw error;
    }
  }

  /** Resolves when the open drafts have done what was asked of them so far. */
  async idle(): Promise<void> {
    await this.verifier.idle();
    await this.#drafts.idle();
    await this.grant.idle();
  }

  async close(): Promise<void> {
    await this.#drafts.close();
    this.verifier.changed.clear();
    this.troubled.clear();
    await this.enrolment.close();
    await this.grant.close();
    this.db.close();
  }

  async #learnNames(): Promise<void> {
    const people = (await this.#options.cached.people())?.value ?? [];
    for (const { userId, name } of people) this.#names.set(userId, name);
  }

  /** Asks who is in the workspace, so that contested values have names. */
  async learnPeople(): Promise<void> {
    try {
      for (const { userId, name } of await this.#options.api.people()) this.#names.set(userId, name);
    } catch (error) {
      // Names are a comfort: without them the ids are shown.
      if (!(error instanceof Error)) throw error;
    }
  }
}

/** [SYNC-53] The API, telling when the server confirmed person and computer: by a ticket for a socket, or by knowing the computer's key. */
function confirming(api: Api, confirmed: () => void): Api {
  const told =
    <A extends unknown[], T>(ask: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      const answer = await ask(...args);
      confirmed();
      return answer;
    };
  return { ...api, ticket: told(api.ticket), enrol: told(api.enrol) };
}
