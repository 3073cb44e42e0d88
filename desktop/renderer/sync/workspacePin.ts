// Which workspace stands behind the server's address, and whether it is the one this computer knows. Owns the comparison with what was
// pinned at first contact ([CLI-12]); must not know who is signed in.
import type { Workspace } from '@countersign/shared/protocol/api';
import type { Api } from '../api/index.ts';
import type { KnownWorkspace, Profile } from '../storage/index.ts';
import { followFrom } from './logKeys.ts';
import type { Runtime } from './runtime.ts';
import { HistoryDistrusted } from './verification.ts';

export interface PinOptions {
  readonly origin: string;
  readonly api: Pick<Api, 'workspace' | 'keyChanges'>;
  readonly profile: Profile;
  readonly runtime: Runtime;
}

export interface Contacted {
  readonly workspace: KnownWorkspace;
  /** A demo that was set up anew stands where another one was. */
  readonly isAnother: boolean;
}

export class WorkspacePin {
  readonly #options: PinOptions;
  #known: KnownWorkspace | null = null;

  constructor(options: PinOptions) {
    this.#options = options;
  }

  /** The workspace as it was last seen; null before the first contact. */
  get known(): KnownWorkspace | null {
    return this.#known;
  }

  /** Reads what was pinned before. */
  async recall(): Promise<void> {
    this.#known = (await this.#options.profile.workspace(this.#options.origin)) ?? null;
  }

  /** Asks the server which workspace it is. @throws HistoryDistrusted when it is not the pinned one; Offline, ApiError */
  async contact(): Promise<Contacted> {
    const { api, origin, profile, runtime } = this.#options;
    const seen = await api.workspace();
    const held = this.#known;
    const isSame =
      held === null ||
      (held.workspaceId === seen.id && held.logOrigin === seen.origin && (await this.#isKeyOf(held, seen.vkey)));
    if (!isSame && !seen.demo)
      throw new HistoryDistrusted(
        `The server at ${origin} is not the workspace this computer knows: its log key was ${held.vkey} and is ${seen.vkey}. Nothing is sent to it; the work on this computer is kept. Ask an admin before signing in.`,
      );
    this.#known = await profile.pin(knownFrom(origin, seen), runtime.now(), !isSame);
    return { workspace: this.#known, isAnother: !isSame };
  }

  /** [HIST-105] Whether a workspace's key is the pinned one, or one that it led to. */
  async #isKeyOf({ vkey }: KnownWorkspace, seen: string): Promise<boolean> {
    return vkey === seen || (await followFrom(vkey, this.#options.api.keyChanges))?.vkey === seen;
  }
}

function knownFrom(origin: string, seen: Workspace): Omit<KnownWorkspace, 'pinnedAt' | 'lastUserId'> {
  return {
    origin,
    workspaceId: seen.id,
    name: seen.name,
    demo: seen.demo,
    logOrigin: seen.origin,
    vkey: seen.vkey,
  };
}
