// What the signed-in app works with: session, open drafts, signed commands, the API and its kept answers.
// Owns the interface only; `createEngine.ts` implements it.
import type { SheetId } from '@countersign/shared/model/sheets';
import type { Command } from '@countersign/shared/protocol';
import type { CommandDone, CommandKind, SignedIn, User } from '@countersign/shared/protocol/api';
import type { CountersignHost } from '../../host/contract.ts';
import type { Api, CachedReads } from '../api/index.ts';
import type { AttentionItem, DraftSession } from './draftSession.ts';
import type { EmergencyAct } from './emergencyActs.ts';
import type { OfflineGrant } from './offlineGrant.ts';

export type { OfflineGrant } from './offlineGrant.ts';

export interface EngineSession {
  readonly user: User;
  readonly expiresAt: string;
}

export type Reachability = 'online' | 'connecting' | 'offline';

/** The last checkpoint that this computer verified. */
export interface VerifiedCheckpoint {
  readonly size: number;
  readonly rootHash: string;
  readonly note: string;
  /** ISO instant of this computer. */
  readonly at: string;
  /** When the one before it was accepted; null for the first. */
  readonly previousAt: string | null;
}

/** Fields of a lifecycle command beside the version and its hash, e.g. `{reason: '…'}`. */
export type CommandFields = Readonly<Record<string, unknown>>;

export interface AmendedDraft {
  readonly versionId: string;
  readonly session: DraftSession;
  /** Items that could not be re-issued in the amendment, e.g. because their row is not in it; they stay where they were. */
  readonly left: readonly AttentionItem[];
}

/** A change that is made again under another name. */
export type ChangeAgain = Pick<Command, 'rowId' | 'field' | 'to'> & { readonly sheet: SheetId };

/** What came of entering changes into a draft again. */
export interface EnteredAgain {
  readonly entered: number;
  /** Changes whose row is not in the draft. */
  readonly left: number;
  /** Why nothing was done; null when it was. */
  readonly denied: string | null;
}

export interface Engine {
  readonly host: CountersignHost;
  readonly api: Api;
  readonly cached: CachedReads;

  /** null before the sign-in and after the session ended. */
  session(): EngineSession | null;
  onSession(listener: () => void): () => void;
  /** Why there is no session any more, in words; null when the person was never signed in or signed out themselves. */
  ended(): string | null;
  /** Signs in to a demo account, which has no secret. */
  signIn(userId: string): Promise<void>;
  /** Signs in by whatever way `ask` asks the server, e.g. with a password. */
  signInWith(ask: (api: Api) => Promise<SignedIn>): Promise<void>;
  /** Ends the session; everything unsent stays on this computer. Answers where to end it at the company's provider, or null. */
  signOut(): Promise<string | null>;

  reachable(): Reachability;
  onReachable(listener: () => void): () => void;

  /** Opens a draft or frozen version; the same object while it is open. Works with the server gone when it was opened before. */
  openDraft(versionId: string): Promise<DraftSession>;
  /** Settles the draft, asks the person through the host, signs and sends. Resends identical bytes when the answer was lost. */
  command(versionId: string, kind: CommandKind, fields?: CommandFields): Promise<CommandDone>;
  /** Asks for, agrees to or ends a role in an emergency: asks the person through the host, signs and sends. */
  actInEmergency(act: EmergencyAct): Promise<void>;
  /** Opens an amendment on the executed version behind a frozen draft and re-issues kept commands there. */
  openAsAmendment(versionId: string, items: readonly AttentionItem[]): Promise<AmendedDraft>;

  /** Enters changes into a draft as this person's own, e.g. those of a revoked device. */
  enterAgain(versionId: string, changes: readonly ChangeAgain[]): Promise<EnteredAgain>;

  /** Commands on this computer that the server has not acknowledged, over all drafts. */
  waitingEverywhere(): Promise<number>;
  /** Whether every change of this window is on the disk of this computer. */
  isKept(): boolean;
  /** All unsent work as the JSON text of a file. */
  exportWaiting(): Promise<string>;

  verifiedCheckpoint(): VerifiedCheckpoint | null;
  /** Fetches the newest checkpoint and verifies it now. @throws when a proof fails. */
  verifyNow(): Promise<VerifiedCheckpoint>;

  /** Whether the key of this computer was revoked: what is signed here is then refused. Changes are told by `onTrouble`. */
  deviceRevoked(): boolean;
  /** Makes another key for this computer and enrols it. False when the person said no. @throws Offline, ApiError */
  renewDevice(): Promise<boolean>;

  /** How long things may be changed here without the server; null when nobody is signed in. Changes are told by `onTrouble`. */
  offlineGrant(): OfflineGrant | null;

  /** How the person likes something on this computer; undefined when they never said, or nobody is signed in. */
  preference(key: string): unknown;
  keepPreference(key: string, value: unknown): Promise<void>;

  /** Something is wrong with the store or the history as a whole, in words with the way on; null when nothing is. */
  trouble(): string | null;
  onTrouble(listener: () => void): () => void;
  close(): Promise<void>;
}
