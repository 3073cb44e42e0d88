// What the engine does for whoever is signed in, by handing it to their open work. Owns saying that nobody is; who is signed in decides
// `createEngine.ts`.

import type { CommandKind } from '@countersign/shared/protocol/api';
import { SessionEnded } from '../api/index.ts';
import { unsentFile } from '../storage/index.ts';
import type { AttentionItem, DraftSession } from './draftSession.ts';
import type { EmergencyAct } from './emergencyActs.ts';
import type { AmendedDraft, ChangeAgain, CommandFields, Engine, VerifiedCheckpoint } from './engine.ts';
import type { OfflineGrant } from './offlineGrant.ts';
import type { PersonWork } from './personWork.ts';

type OfPerson =
  | 'openDraft'
  | 'command'
  | 'openAsAmendment'
  | 'enterAgain'
  | 'waitingEverywhere'
  | 'isKept'
  | 'exportWaiting'
  | 'verifiedCheckpoint'
  | 'verifyNow'
  | 'deviceRevoked'
  | 'actInEmergency'
  | 'renewDevice'
  | 'offlineGrant'
  | 'preference'
  | 'keepPreference';

export abstract class SignedInEngine implements Pick<Engine, OfPerson> {
  /** The open work of the person who is, or was last, signed in; null when there is none. */
  protected abstract get work(): PersonWork | null;
  /** Now, as an ISO instant. */
  protected abstract now(): string;

  async openDraft(versionId: string): Promise<DraftSession> {
    return this.#signedIn().openDraft(versionId);
  }
  command(versionId: string, kind: CommandKind, fields: CommandFields = {}) {
    return this.#signedIn().command(versionId, kind, fields);
  }
  actInEmergency(act: EmergencyAct): Promise<void> {
    return this.#signedIn().actInEmergency(act);
  }
  openAsAmendment(versionId: string, items: readonly AttentionItem[]): Promise<AmendedDraft> {
    return this.#signedIn().openAsAmendment(versionId, items);
  }
  enterAgain(versionId: string, changes: readonly ChangeAgain[]) {
    return this.#signedIn().enterAgain(versionId, changes);
  }
  async waitingEverywhere(): Promise<number> {
    return this.work === null ? 0 : this.work.waiting();
  }
  isKept(): boolean {
    return this.work?.isKept ?? true;
  }
  async exportWaiting(): Promise<string> {
    return unsentFile((await this.work?.unsent()) ?? { drafts: [], unreadable: [] }, this.now());
  }

  verifiedCheckpoint(): VerifiedCheckpoint | null {
    const verifier = this.work?.verifier;
    if (verifier === undefined || verifier.held === null) return null;
    const { size, root, note, at } = verifier.held;
    return { size, rootHash: root, note, at, previousAt: verifier.previousAt };
  }
  async verifyNow(): Promise<VerifiedCheckpoint> {
    const work = this.#signedIn();
    const { size, root, note, at } = await work.verifyNow();
    return { size, rootHash: root, note, at, previousAt: work.verifier.previousAt };
  }

  deviceRevoked(): boolean {
    return this.work?.enrolment.isRevoked ?? false;
  }
  async renewDevice(): Promise<boolean> {
    return this.#signedIn().enrolment.renew();
  }

  offlineGrant(): OfflineGrant | null {
    return this.work?.grant.shown ?? null;
  }

  preference(key: string): unknown {
    return this.work?.preferences.get(key);
  }
  async keepPreference(key: string, value: unknown): Promise<void> {
    await this.work?.preferences.keep(key, value);
  }

  #signedIn(): PersonWork {
    if (this.work === null) throw new SessionEnded('Nobody is signed in.');
    return this.work;
  }
}
