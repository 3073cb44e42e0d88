// Changes the log's signing key (DESIGN §5, SECURITY §2 "Rotation"). Owns the order of the steps and what is kept to prove the change;
// must run while nothing else appends.
import {
  type KeyChange,
  keyChangesSchema,
  makeKeyChange,
  signCheckpoint,
  toHex,
  WORKSPACE_DOCUMENT,
} from '@countersign/shared/history';
import { type DataFolder, type Storage, StorageError, type Store } from '../storage/index.ts';
import type { Placed } from './append.ts';
import type { History } from './history.ts';
import { LogTail } from './logTail.ts';
import { loadServerKeys, type ServerKeys, stageNextKey, takeNextKey } from './serverKeys.ts';

const META = 'logKey.changes';
/** The key in force, beside the file that holds its private part. */
export const VKEY_META = 'vkey';

/** Proofs of every change of the log's key, oldest first. @throws StorageError `damaged` */
export async function readKeyChanges(store: Pick<Store, 'meta'>): Promise<KeyChange[]> {
  const text = await store.meta(META);
  if (text === null) return [];
  try {
    return keyChangesSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new StorageError(
      'damaged',
      `The proofs of the log’s key changes cannot be read (${error instanceof Error ? error.name : String(error)}).`,
      'Run "countersign fsck", and restore the workspace from its backup.',
    );
  }
}

/** The folder's keys, which must be those that the log was last signed with. @throws StorageError `damaged` */
export async function keysInForce(
  folder: DataFolder,
  storage: Storage,
  origin: string,
  isNew: boolean,
): Promise<ServerKeys> {
  const inForce = await storage.meta(VKEY_META);
  const keys = loadServerKeys(folder, origin, isNew, inForce);
  if (!isNew && inForce !== null && inForce !== keys.vkeyText) {
    throw new StorageError(
      'damaged',
      `${folder.keyFile} holds another key of this log than the one in force.`,
      'Put the server.key there that the last "countersign log-key" left, from the folder’s backup.',
    );
  }
  // Beside the file, for tools that read the database alone.
  if (inForce !== keys.vkeyText) await storage.setMeta(VKEY_META, keys.vkeyText);
  return keys;
}

export interface KeyChangeGround {
  readonly folder: DataFolder;
  readonly storage: Storage;
  readonly history: History;
}

export interface ChangedKey {
  readonly vkey: string;
  readonly previous: string;
  /** Index of the entry that says so. */
  readonly index: number;
}

/**
 * [KEY-1] Changes the key: the new seed is on disk first; entry, checkpoint of both keys, checkpoint of the new key and the name of the key
 * in force are one transaction; then the old seed is gone. Wherever this is cut off, the next start goes on with the key in force.
 * @throws StorageError
 */
export async function changeLogKey({ folder, storage, history }: KeyChangeGround, reason: string): Promise<ChangedKey> {
  // The old key signs nothing behind the entry.
  history.checkpoints.stop();
  const previous = history.keys;
  const next = stageNextKey(folder, previous);
  const tail = new LogTail();
  await tail.catchUp(storage);
  const keep = async (store: Store, { row }: Placed): Promise<void> => {
    tail.tree.append(row.hash);
    const size = row.index + 1;
    if (tail.tree.size !== size) throw new Error('the log grew while its key was being changed');
    const checkpoint = { origin: previous.origin, size, root: tail.tree.root() };
    const change = await makeKeyChange({
      leaf: row.leaf,
      payload: row.payload ?? new Uint8Array(),
      proof: tail.tree.inclusionProof(row.index, size).map(toHex),
      checkpoint,
      previous: previous.noteSigner,
      next: next.noteSigner,
    });
    await store.setMeta(META, JSON.stringify([...(await readKeyChanges(store)), change]));
    await store.addCheckpoint({ size, note: await signCheckpoint(checkpoint, next.noteSigner) });
    await store.setMeta(VKEY_META, next.vkeyText);
  };
  const part0 = { vkey: next.vkeyText, previous: previous.vkeyText, reason };
  const { row } = await history.appendServerEntry('logKey', WORKSPACE_DOCUMENT, part0, [], { apply: keep });
  takeNextKey(folder);
  return { vkey: next.vkeyText, previous: previous.vkeyText, index: row.index };
}
