// The drafts that one person has open, and what waits in the others. Owns that a draft is open once; what one does is `draftEngine.ts`,
// what a person does in it `openDraft.ts`.
import { Offline } from '../api/index.ts';
import { type ReadableWork, readUnsentWork } from '../storage/index.ts';
import { DraftEngine } from './draftEngine.ts';
import { DeviceRevoked, type Enrolment } from './enrolment.ts';
import type { GrantKeeper } from './grantKeeper.ts';
import { OpenDraft } from './openDraft.ts';
import type { PersonWorkOptions } from './personWork.ts';
import type { SignerBook } from './signerBook.ts';
import type { Verifier } from './verification.ts';

/** What every draft of the person shares. */
export interface OpenDraftsOptions extends PersonWorkOptions {
  readonly verifier: Verifier;
  readonly signers: SignerBook;
  readonly enrolment: Enrolment;
  readonly grant: GrantKeeper;
  /** Names by user id; drafts learn more of them from who is present. */
  readonly names: Map<string, string>;
}

interface Open {
  readonly engine: DraftEngine;
  readonly session: OpenDraft;
}

export class OpenDrafts {
  readonly #options: OpenDraftsOptions;
  readonly #drafts = new Map<string, Promise<Open>>();
  readonly #engines = new Set<DraftEngine>();

  constructor(options: OpenDraftsOptions) {
    this.#options = options;
  }

  /** The draft, opened if need be. @throws Error with the reason when it was never opened here and the server does not give it. */
  async open(versionId: string): Promise<OpenDraft> {
    const known = this.#drafts.get(versionId);
    if (known !== undefined) return (await known).session;
    const opening = this.#open(versionId);
    this.#drafts.set(versionId, opening);
    try {
      return (await opening).session;
    } catch (error) {
      this.#drafts.delete(versionId);
      throw error;
    }
  }

  /** Resolves when the draft, if it is open, has sent what was done in it. */
  async settled(versionId: string): Promise<void> {
    const open = this.#drafts.get(versionId);
    if (open !== undefined) await (await open).session.settled();
  }

  each(work: (engine: DraftEngine) => void): void {
    for (const engine of this.#engines) work(engine);
  }

  /** Unsent work of every draft, open ones from memory. */
  async unsent(): Promise<ReadableWork> {
    const { db, runtime } = this.#options;
    const open = [...this.#engines].map((engine) => engine.unsent());
    const others = await readUnsentWork(db, new Set(open.map(({ draftId }) => draftId)), runtime.now());
    const drafts = [...open, ...others.drafts].filter(
      ({ commands, attention, invalid }) => commands.length + attention.length + invalid.length > 0,
    );
    return { drafts, unreadable: others.unreadable };
  }

  /** Whether everything that was done in this window is on disk. */
  get isKept(): boolean {
    return [...this.#engines].every((engine) => engine.isKept);
  }

  /** Resolves when the open drafts have done what was asked of them so far. */
  async idle(): Promise<void> {
    await Promise.all([...this.#engines].map((engine) => engine.idle()));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#engines].map((engine) => engine.close()));
    this.#engines.clear();
    this.#drafts.clear();
  }

  async #open(versionId: string): Promise<Open> {
    const { host, workspace, userId, runtime, enrolment, grant, names } = this.#options;
    await this.#enrolIfPossible();
    const engine = new DraftEngine({
      ...this.#options,
      draftId: versionId,
      workspaceId: workspace.workspaceId,
      serverUrl: host.serverUrl,
      device: () => enrolment.device,
      enrol: () => enrolment.enrol(),
      deviceRefused: (deviceId) => enrolment.refused(deviceId),
      deniedHere: () => (enrolment.isRevoked ? new DeviceRevoked().message : grant.denial()),
      heard: () => grant.confirmed(),
    });
    const close = async (): Promise<void> => {
      this.#engines.delete(engine);
      this.#drafts.delete(versionId);
      await engine.close();
    };
    this.#engines.add(engine);
    try {
      await engine.open();
    } catch (error) {
      await close();
      throw error;
    }
    engine.changed.add(() => {
      for (const { userId: peer, name } of engine.peers) names.set(peer, name);
    });
    const nameOf = (id: string): string => names.get(id) ?? id;
    const session = new OpenDraft({ engine, runtime, userId, nameOf, onClose: close });
    return { engine, session };
  }

  /** A draft that is on this computer opens without the server, and so without an enrolment. */
  async #enrolIfPossible(): Promise<void> {
    try {
      await this.#options.enrolment.enrol();
    } catch (error) {
      if (!(error instanceof Offline || error instanceof DeviceRevoked)) throw error;
    }
  }
}
