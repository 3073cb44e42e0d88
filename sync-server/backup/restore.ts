// Makes a data folder from a backup, whole or up to a point of its log. Owns that a restore is a new generation that says what it was
// made from; must not touch a folder that holds anything.
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  FACTS_DOCUMENT,
  MerkleTree,
  openCheckpoint,
  parseVkey,
  toHex,
  WORKSPACE_DOCUMENT,
} from '@countersign/shared/history';
import { factsFile } from '../facts/index.ts';
import { History, loadPolicy, loadServerKeys, nodeEd25519, sha256, VKEY_META } from '../history/index.ts';
import { type DatabaseAddress, openSqlite, takeDataFolder } from '../storage/index.ts';
import { ArchiveError, extract, readArchive } from './archive.ts';
import { cutDatabase, type Removed } from './cut.ts';
import { DatabaseNotEmpty, moveWorkspace, requireEmptyDatabase } from './database.ts';
import { hashOfFile, type Manifest, readManifestOf } from './manifest.ts';
import { DATABASE, FACT_BATCHES } from './names.ts';
import { describeLog } from './snapshot.ts';

/** The backup or the wish cannot be used; nothing was made. */
export class RestoreError extends Error {
  override readonly name = 'RestoreError';
}

export interface RestoreOptions {
  readonly archive: string;
  readonly dataDir: string;
  /** Entries to keep; `checkpoint` for as many as the newest signed checkpoint covers; everything by default. */
  readonly at?: number | 'checkpoint';
  /** `server.key`, for a backup without keys. */
  readonly keyFile?: string;
  readonly reason: string;
  readonly now: Date;
  /** An empty database that the workspace goes into; the folder is then a node's. */
  readonly database?: DatabaseAddress;
}

export interface Restored {
  readonly manifest: Manifest;
  /** Entries kept from the backup, and their root. */
  readonly size: number;
  readonly root: string;
  readonly generation: string;
  readonly removed: Removed;
}

/** [OPS-4] Restores. @throws RestoreError, ArchiveError, StorageError; the folder is then as it was. */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { database } = options;
  requireEmpty(options.dataDir);
  if (database !== undefined) await intoDatabase(() => requireEmptyDatabase(database));
  const work = workFolder(options.dataDir);
  mkdirSync(work, { recursive: true, mode: 0o700 });
  try {
    const manifest = await unpack(options.archive, work);
    if (!existsSync(join(work, 'server.key'))) takeKey(work, options.keyFile);
    const size = await requirePoint(work, manifest, options.at);
    const restored = await makeGeneration(work, manifest, size, options);
    if (database === undefined) rmSync(join(work, FACT_BATCHES), { recursive: true, force: true });
    else {
      requireBatches(work);
      await intoDatabase(() => moveWorkspace(work, database));
    }
    putInPlace(work, options.dataDir);
    return restored;
  } catch (error) {
    rmSync(work, { recursive: true, force: true });
    throw error;
  }
}

/** Beside a folder that is to be made; inside one that is there, which may be a volume of its own with nothing writable around it. */
function workFolder(dataDir: string): string {
  const name = `restoring-${randomBytes(4).toString('hex')}`;
  return existsSync(dataDir) ? join(dataDir, name) : `${dataDir}.${name}`;
}

/** The database goes first: a folder of keys without it would be taken for a new workspace. */
function putInPlace(work: string, dataDir: string): void {
  if (!existsSync(dataDir)) {
    renameSync(work, dataDir);
    return;
  }
  const names = readdirSync(work).sort((a, b) => Number(b === DATABASE) - Number(a === DATABASE));
  for (const name of names) renameSync(join(work, name), join(dataDir, name));
  rmdirSync(work);
}

async function intoDatabase(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof DatabaseNotEmpty) throw new RestoreError(error.message);
    throw error;
  }
}

/** Nodes make their files of facts from the batches as they came; a data folder keeps only what became of them. */
function requireBatches(work: string): void {
  const file = factsFile(work);
  if (!existsSync(file)) return;
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const counted = Number(db.prepare('SELECT count(*) AS n FROM batch').get()?.n);
    const kept = existsSync(join(work, FACT_BATCHES)) ? readdirSync(join(work, FACT_BATCHES)).length : 0;
    if (counted === kept) return;
  } finally {
    db.close();
  }
  throw new RestoreError(
    'The backup is of a data folder with facts, whose files were not kept as they came. Restore it without --database-url.',
  );
}

function requireEmpty(dataDir: string): void {
  // A file system that was just made holds a folder of its own.
  if (existsSync(dataDir) && readdirSync(dataDir).some((name) => name !== 'lost+found')) {
    throw new RestoreError(
      `${dataDir} is not empty. Give a new folder with --data, or move this one away first; nothing was changed.`,
    );
  }
}

/** [OPS-3] Every file must be there with the hash the manifest gives, and the log must be the one it names. */
async function unpack(archive: string, work: string): Promise<Manifest> {
  const members = await readArchive(archive);
  const manifest = await readManifestOf(archive, members);
  for (const file of manifest.files) {
    const member = members.find(({ name }) => name === file.name);
    const path = join(work, file.name);
    if (member === undefined || !path.startsWith(`${work}/`))
      throw new ArchiveError(`${file.name} is missing from the backup`);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    await extract(archive, member, path);
    if ((await hashOfFile(path)) !== file.sha256) throw new ArchiveError(`${file.name} in the backup is damaged`);
  }
  const log = await describeLog(join(work, DATABASE));
  if (log.size !== manifest.size || log.root !== manifest.root)
    throw new ArchiveError('the log in the backup is not the one its manifest names');
  return manifest;
}

function takeKey(work: string, keyFile: string | undefined): void {
  if (keyFile === undefined) {
    throw new RestoreError(
      'The backup was made without keys. Give the workspace’s server.key with --key; without it the log cannot go on.',
    );
  }
  cpSync(keyFile, join(work, 'server.key'));
}

async function requirePoint(work: string, manifest: Manifest, at: RestoreOptions['at']): Promise<number> {
  let size = manifest.size;
  if (typeof at === 'number') size = at;
  if (at === 'checkpoint') {
    if (manifest.checkpoint === null) throw new RestoreError('The backup holds no signed checkpoint.');
    size = Number((await openCheckpoint(manifest.checkpoint, [parseVkey(manifest.vkey)], nodeEd25519)).size);
  }
  if (!Number.isSafeInteger(size) || size < 1 || size > manifest.size) {
    throw new RestoreError(`The backup holds ${manifest.size} entries. Give --at from 1 to ${manifest.size}.`);
  }
  const db = new DatabaseSync(join(work, DATABASE), { readOnly: true });
  try {
    const kindAt = db.prepare('SELECT kind FROM log WHERE idx = ?');
    // The draft that an amendment creates was stored with it, or not at all.
    if (kindAt.get(size - 1)?.kind === 'amend' && kindAt.get(size)?.kind === 'create') {
      throw new RestoreError(`Entry ${size} belongs with entry ${size - 1}. Give --at ${size - 1} or ${size + 1}.`);
    }
    // [KEY-3] The key of before is gone, so nobody could sign what would follow that point.
    const changed = db.prepare("SELECT max(idx) AS idx FROM log WHERE kind = 'logKey'").get()?.idx;
    if (typeof changed === 'number' && size <= changed) {
      throw new RestoreError(
        `The log’s key was changed by entry ${changed}, and the key of before is gone. Give --at ${changed + 1} or more, or a backup from before.`,
      );
    }
  } finally {
    db.close();
  }
  return size;
}

async function makeGeneration(
  work: string,
  manifest: Manifest,
  size: number,
  options: RestoreOptions,
): Promise<Restored> {
  const db = new DatabaseSync(join(work, DATABASE));
  let removed: Removed;
  let root: string;
  try {
    removed = cutDatabase(db, size);
    root = rootOf(db);
  } finally {
    db.close();
  }
  cutExports(join(work, 'exports'), size);
  // The random part keeps two restores of one backup apart: a client of the one must notice the other.
  const generation = `${Number.parseInt(manifest.generation, 10) + 1}-${randomBytes(4).toString('hex')}`;
  const folder = takeDataFolder(work);
  const storage = await openSqlite(folder.databaseFile);
  try {
    await storage.setMeta('generation', generation);
    const inForce = await storage.meta(VKEY_META);
    const keys = loadServerKeys(folder, `countersign.example/${manifest.workspace}/log`, false, inForce);
    if (keys.vkeyText !== manifest.vkey) throw new RestoreError('server.key is not the key of this workspace’s log.');
    const policy = await loadPolicy(storage, work);
    let fault: unknown = null;
    const history = await History.boot({
      storage,
      keys,
      ws: manifest.workspace,
      policyHash: () => policy.hash,
      now: () => options.now,
      onFault: (error) => {
        fault = error;
      },
    });
    const part0 = { size: String(size), root, checkpoint: manifest.checkpoint ?? '', reason: options.reason };
    await history.appendServerEntry('restore', WORKSPACE_DOCUMENT, part0);
    for (const erasure of removed.erasures) await history.appendServerEntry('erase', WORKSPACE_DOCUMENT, erasure);
    for (const facts of removed.facts) await history.appendServerEntry('facts', FACTS_DOCUMENT, facts);
    await history.close();
    if (fault !== null) throw fault;
  } finally {
    await storage.close();
    folder.release();
  }
  return { manifest, size, root, generation, removed };
}

function rootOf(db: DatabaseSync): string {
  const tree = new MerkleTree(sha256);
  for (const { hash } of db.prepare('SELECT hash FROM log ORDER BY idx').iterate()) {
    tree.append(hash instanceof Uint8Array ? hash : new Uint8Array(0));
  }
  return toHex(tree.root());
}

/** A bundle of an export that is no longer in the log must not be handed out again. */
function cutExports(folder: string, size: number): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const index = Number(/^x-(\d+)\./.exec(name)?.[1] ?? Number.NaN);
    if (!(index < size)) rmSync(join(folder, name));
  }
}
