// Builds the engine: who is signed in at the workspace behind the address. Owns the session; which workspace it is decides
// `workspacePin.ts`, whose work is open `currentWork.ts`.
import type { SignedIn, User } from '@countersign/shared/protocol/api';
import type { CountersignHost } from '../../host/contract.ts';
import { type Api, ApiError, cachedReads, createApi, keepingAnswers, Offline, SessionEnded } from '../api/index.ts';
import { type KnownWorkspace, Profile, StorageFailure, storageFailure } from '../storage/index.ts';
import { browserSocket, watchNetwork } from './browserNetwork.ts';
import type { OpenSocket } from './connection.ts';
import { CurrentWork } from './currentWork.ts';
import type { Engine, EngineSession, Reachability } from './engine.ts';
import { forgetSession, keepSession, keptSession } from './keptSession.ts';
import { Listeners } from './listeners.ts';
import { openPersonWork } from './openPersonWork.ts';
import type { Locks } from './ownership.ts';
import type { PersonWork } from './personWork.ts';
import { ServerReach } from './reachability.ts';
import { type Runtime, systemRuntime } from './runtime.ts';
import { SignedInEngine } from './signedInEngine.ts';
import { HistoryDistrusted } from './verification.ts';
import { WorkspacePin } from './workspacePin.ts';

export interface EngineOptions {
  readonly host: CountersignHost;
  readonly runtime?: Runtime;
  readonly fetch?: typeof fetch;
  readonly openSocket?: OpenSocket;
  readonly locks?: Locks;
  readonly profile?: Profile;
}

const ENDED = 'The session has ended. Sign in again; the work on this computer is kept.';

/** Opens the engine: with the last person signed in if their session is still kept, also with the server gone. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const engine = new WorkspaceEngine(options);
  await engine.start();
  return engine;
}

class WorkspaceEngine extends SignedInEngine implements Engine {
  readonly host: CountersignHost;
  readonly api: Api;
  readonly cached;
  readonly #runtime: Runtime;
  readonly #profile: Profile;
  readonly #reach: ServerReach;
  readonly #sessions = new Listeners<[]>();
  readonly #troubles = new Listeners<[]>();
  readonly #pin: WorkspacePin;
  readonly #current: CurrentWork;
  readonly #stopWatching: () => void;
  #session: EngineSession | null = null;
  #token: string | null = null;
  #ended: string | null = null;
  #trouble: string | null = null;

  constructor({ host, runtime = systemRuntime, fetch, openSocket = browserSocket, locks, profile }: EngineOptions) {
    super();
    this.host = host;
    this.#runtime = runtime;
    // Without Web Locks (a page that is not secure) two windows could sign two entries with one number.
    const available: Locks | undefined = locks ?? navigator.locks;
    if (available === undefined) throw new StorageFailure('unavailable');
    this.#profile = profile ?? new Profile();
    const now = () => runtime.now();
    const api = createApi({
      serverUrl: host.serverUrl,
      token: () => this.#token,
      onSessionEnded: () => this.#sessionEnded(),
      onAnswer: (answered) => (answered ? this.#reach.answered() : this.#reach.missed()),
      ...(fetch === undefined ? {} : { fetch }),
    });
    const database = () => this.work?.db ?? null;
    this.api = keepingAnswers(api, database, now);
    this.cached = cachedReads(database, now);
    this.#reach = new ServerReach(runtime, () => this.#contact());
    this.#reach.changed.add(() => {
      if (this.#reach.state === 'online') this.work?.online();
    });
    this.#pin = new WorkspacePin({ origin: host.serverUrl, api: this.api, profile: this.#profile, runtime });
    this.#current = new CurrentWork((workspace, { id, name }) =>
      openPersonWork(
        this.#profile,
        {
          workspace,
          userId: id,
          userName: name,
          host,
          api: this.api,
          cached: this.cached,
          runtime,
          openSocket,
          locks: available,
          reachability: () => this.#reach.state,
          onSessionEnded: () => this.#sessionEnded(),
        },
        () => this.#troubles.tell(),
      ),
    );
    this.#stopWatching = watchNetwork(
      () => {
        this.#reach.askNow();
        this.work?.online();
      },
      () => {
        this.#reach.missed();
        this.work?.offline();
      },
    );
  }

  /** Pins or recalls the workspace, and takes up the last session. */
  async start(): Promise<void> {
    await this.#pin.recall();
    try {
      await this.#contact();
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
    }
    const userId = this.#pin.known?.lastUserId;
    if (userId !== undefined && userId !== null) await this.#takeUp(userId);
  }

  protected override get work(): PersonWork | null {
    return this.#current.work;
  }
  protected override now(): string {
    return this.#runtime.now();
  }

  session(): EngineSession | null {
    return this.#session;
  }
  onSession(listener: () => void): () => void {
    return this.#sessions.add(listener);
  }
  ended(): string | null {
    return this.#ended;
  }
  reachable(): Reachability {
    return this.#reach.state;
  }
  onReachable(listener: () => void): () => void {
    return this.#reach.changed.add(listener);
  }
  trouble(): string | null {
    const { work } = this;
    return this.#trouble ?? work?.db.lost?.message ?? work?.verifier.distrust ?? work?.unreadable ?? null;
  }
  onTrouble(listener: () => void): () => void {
    return this.#troubles.add(listener);
  }

  signIn(userId: string): Promise<void> {
    return this.signInWith((api) => api.signIn(userId));
  }

  async signInWith(ask: (api: Api) => Promise<SignedIn>): Promise<void> {
    // Asked each time: the server behind the address may be another one by now.
    const workspace = await this.#contact();
    if (this.#trouble !== null) throw new HistoryDistrusted(this.#trouble);
    const signedIn = await ask(this.api);
    const { token, user, expiresAt } = signedIn;
    this.#token = token;
    const work = await this.#workOf(workspace, user);
    await keepSession(work.db, signedIn);
    await this.#profile.remember(this.host.serverUrl, user.id);
    this.#begin({ user, expiresAt });
    await work.sessionBegan();
    await work.learnPeople();
    work.revive();
  }

  async signOut(): Promise<string | null> {
    const goTo = this.#token === null ? null : await this.#tellServerGoodbye();
    this.#token = null;
    this.#session = null;
    this.#ended = null;
    const work = this.#current.take();
    if (work !== null) {
      await forgetSession(work.db);
      await work.close();
    }
    await this.#profile.remember(this.host.serverUrl, null);
    this.#sessions.tell();
    return goTo;
  }

  async close(): Promise<void> {
    this.#stopWatching();
    this.#reach.stop();
    await this.work?.close();
    this.#profile.close();
    this.#sessions.clear();
    this.#troubles.clear();
  }

  /** Asks the server which workspace it is and compares it with what was pinned at first contact. */
  async #contact(): Promise<KnownWorkspace> {
    try {
      const { workspace, isAnother } = await this.#pin.contact();
      // A demo that was set up anew is another workspace: nobody of the old one is signed in to it.
      if (isAnother) await this.#leaveOldDemo();
      return workspace;
    } catch (error) {
      if (!(error instanceof HistoryDistrusted)) throw error;
      this.#trouble = error.message;
      this.#troubles.tell();
      throw error;
    }
  }

  async #leaveOldDemo(): Promise<void> {
    const work = this.#current.take();
    this.#token = null;
    if (this.#session !== null) {
      this.#session = null;
      this.#ended = 'The demo was set up anew. Sign in again; unsent work of the old one stays on this computer.';
      this.#sessions.tell();
    }
    await work?.close();
  }

  /** Takes up the session of the last start. The server is asked whether it still holds, if it is there. */
  async #takeUp(userId: string): Promise<void> {
    const workspace = this.#pin.known;
    if (workspace === null || this.#trouble !== null) return;
    const work = await this.#workOf(workspace, { id: userId, name: userId });
    const kept = await keptSession(work.db);
    if (kept === null) return;
    this.#token = kept.token;
    this.#begin({ user: kept.user, expiresAt: kept.expiresAt });
    try {
      const { user, expiresAt } = await this.api.session();
      this.#begin({ user, expiresAt });
      await work.sessionBegan();
      await work.learnPeople();
    } catch (error) {
      // Offline the kept session is enough; an ended one was cleared on the way.
      if (!(error instanceof Offline || error instanceof SessionEnded || error instanceof ApiError)) throw error;
    }
  }

  async #workOf(workspace: KnownWorkspace, user: Pick<User, 'id' | 'name'>): Promise<PersonWork> {
    try {
      return await this.#current.of(workspace, user);
    } catch (error) {
      this.#trouble = storageFailure(error)?.message ?? null;
      this.#troubles.tell();
      throw storageFailure(error) ?? error;
    }
  }

  #begin(session: EngineSession): void {
    this.#session = session;
    this.#ended = null;
    this.#sessions.tell();
  }

  /** The session is over; the work stays open and on disk. */
  #sessionEnded(): void {
    if (this.#session === null) return;
    this.#token = null;
    this.#session = null;
    this.#ended = ENDED;
    if (this.work !== null)
      forgetSession(this.work.db).catch((error: unknown) => {
        this.#trouble = storageFailure(error)?.message ?? String(error);
        this.#troubles.tell();
      });
    this.#sessions.tell();
  }

  async #tellServerGoodbye(): Promise<string | null> {
    try {
      return await this.api.signOut();
    } catch (error) {
      // The token is forgotten here in any case; the server lets it expire.
      if (!(error instanceof Offline || error instanceof SessionEnded || error instanceof ApiError)) throw error;
      return null;
    }
  }
}
