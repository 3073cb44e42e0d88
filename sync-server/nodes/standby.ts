// What a node that does not lead keeps warm: the tree of the log, so that it can lead in a moment. Owns following; must not write.
import { existsSync } from 'node:fs';
import { LogTail, loadServerKeys, requireCheckpoint, type ServerKeys } from '../history/index.ts';
import { type DataFolder, type PostgresStorage, StorageError } from '../storage/index.ts';

export class Standby {
  readonly #storage: PostgresStorage;
  readonly #folder: DataFolder;
  #tail = new LogTail();
  #work: Promise<void> = Promise.resolve();
  #asked = false;
  #keys: ServerKeys | null = null;
  #checked = 0;

  constructor(storage: PostgresStorage, folder: DataFolder) {
    this.#storage = storage;
    this.#folder = folder;
  }

  /** Leaves read so far. */
  get size(): number {
    return this.#tail.tree.size;
  }

  /**
   * Reads on. Calls while one is reading are one more reading.
   * @throws StorageError `damaged` when the log is not the one that was signed, `noKey` when this node could not lead it, `cutOff`.
   */
  follow(): Promise<void> {
    if (this.#asked) return this.#work;
    this.#asked = true;
    const work = this.#work
      .catch(() => undefined)
      .then(() => {
        this.#asked = false;
        return this.#read();
      });
    this.#work = work;
    return work;
  }

  /** Ends following and gives what was read. */
  async handOver(): Promise<LogTail> {
    await this.#work.catch(() => undefined);
    const tail = this.#tail;
    this.#tail = new LogTail();
    this.#checked = 0;
    return tail;
  }

  /** [NODE-21] Follows on from where this node led to: reading a long log from its beginning would make the next take-over wait for it. */
  takeBack(tail: LogTail): void {
    this.#tail = tail;
    this.#checked = 0;
  }

  async #read(): Promise<void> {
    await this.#tail.catchUp(this.#storage);
    if (this.#tail.tree.size === 0) return;
    const last = await this.#storage.lastCheckpoint();
    if (last === null || last.size <= this.#checked || last.size > this.#tail.tree.size) return;
    // [NODE-5] A second pair of eyes: what the leader signed must be what this node read.
    this.#keys ??= await requireKeys(this.#storage, this.#folder);
    if (this.#keys !== null) await requireCheckpoint(last, this.#tail.tree, this.#keys);
    this.#checked = last.size;
  }
}

/** [NODE-7] The workspace's keys as this node has them; null for a workspace that was never begun. @throws StorageError `noKey` */
export async function requireKeys(storage: PostgresStorage, folder: DataFolder): Promise<ServerKeys | null> {
  const [workspace, vkey] = [await storage.meta('workspace.id'), await storage.meta('vkey')];
  if (workspace === null || vkey === null) return null;
  const action = `Copy server.key of a node that leads or led this workspace into ${folder.path}, readable by the server’s user only.`;
  if (!existsSync(folder.keyFile)) {
    throw new StorageError(
      'noKey',
      `The data folder ${folder.path} has no server.key, and the workspace has one.`,
      action,
    );
  }
  const origin = `countersign.example/${workspace}/log`;
  const keys = loadServerKeys(folder, origin, false, vkey);
  if (keys.vkeyText !== vkey) throw new StorageError('noKey', `${folder.keyFile} is another workspace’s.`, action);
  return keys;
}
