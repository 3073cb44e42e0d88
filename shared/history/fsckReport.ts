/** Owns what a check of a stored log reads and what it answers. */
import type { Ed25519 } from './ed25519.ts';
import type { KeyChange } from './keyChange.ts';
import type { HashFunction } from './merkle.ts';

/** One stored entry. The last three repeat what the leaf says, where the store keeps them. */
export interface StoredEntry {
  readonly bytes: Uint8Array;
  readonly payload: Uint8Array | null;
  readonly hash?: Uint8Array;
  readonly doc?: string;
  readonly kind?: string;
}

/** What the check needs from a store. */
export interface LogReader {
  /** One more than the highest index. */
  size(): Promise<number>;
  /** The entry at an index; undefined when the row is missing. */
  leaf(index: number): Promise<StoredEntry | undefined>;
  /** The newest signed checkpoint. */
  checkpoint(): Promise<string | null>;
  vkey(): Promise<string>;
  /** Proofs of the log's key changes, where the store keeps them. */
  keyChanges?(): Promise<readonly KeyChange[]>;
  /** Workspace id, where the store knows it apart from the leaves. */
  workspace?(): Promise<string | null>;
}

/** What can be wrong. */
export type FsckCode =
  | 'missing'
  | 'leaf'
  | 'row'
  | 'workspace'
  | 'time'
  | 'seen'
  | 'signature'
  | 'key'
  | 'chain'
  | 'document'
  | 'payload'
  | 'duties'
  | 'erased'
  | 'checkpoint'
  | 'root';

/** One thing that is wrong; `index` names the entry where one is at fault. */
export interface FsckFinding {
  readonly code: FsckCode;
  readonly index: number | undefined;
  readonly text: string;
}

/** The outcome of a check. `root` is what the stored leaves give. */
export interface FsckReport {
  readonly ok: boolean;
  readonly entries: number;
  readonly root: string;
  readonly checkpointSize: string | undefined;
  readonly findings: readonly FsckFinding[];
  readonly checked: readonly string[];
}

/** `sha256` may be a native one. */
export interface FsckOptions {
  readonly ed25519: Ed25519;
  readonly sha256?: HashFunction;
}
