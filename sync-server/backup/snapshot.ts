// Copies a data folder that is being written, at one consistent point. Owns the order of the copies; must not stop the server.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MerkleTree, toHex } from '@countersign/shared/history';
import { checkFacts } from '../cli/fsckFacts.ts';
import { factsFile } from '../facts/index.ts';
import { sha256, WITNESS_POLICY_FILE } from '../history/index.ts';
import { copySqlite, DatabaseAddress, StorageError } from '../storage/index.ts';
import { SERVER_VERSION } from '../version.ts';
import { archiveOf, type Member } from './archive.ts';
import { copyWorkspace } from './database.ts';
import { BACKUP_FORMAT, hashOfFile, MANIFEST, type Manifest } from './manifest.ts';
import { DATABASE, EXPORTS } from './names.ts';

/** Begin of the names of folders in which copies are made. */
const COPY_PREFIX = 'backup-';
const FACTS = 'facts.db';
const KEYS = 'server.key';
const VKEY = 'workspace.vkey';
/** Copies made before one is taken although facts and log differ, as they may in the folder itself. */
const TRIES = 3;
const FACT_PAGES = 512;
/** Free bytes for each byte that is copied: edits go on meanwhile and need some too. */
const ROOM = 1.1;
/** Leaves put into the tree in one turn. */
const HASHED = 1000;

export interface SnapshotSource {
  /** With the keys and the policy; for a folder's workspace everything is in it. */
  readonly dataDir: string;
  /** An open storage, or just the address of a database. */
  readonly storage: object;
}

/** A finished copy; `remove` takes its temporary files away. */
export interface Snapshot {
  readonly manifest: Manifest;
  bytes(): AsyncGenerator<Uint8Array>;
  remove(): Promise<void>;
}

/**
 * [OPS-1] Copies the log first, then the facts, then the exports: each holds at least what the one before speaks of. Writing goes on
 * meanwhile; a copy between a file of facts and its entry is made again. A workspace in PostgreSQL is read at one moment.
 * @throws StorageError when a database cannot be read, or there is no room for the copy
 */
export async function takeSnapshot(
  source: SnapshotSource,
  options: { readonly withKeys: boolean; readonly now: Date },
): Promise<Snapshot> {
  const { dataDir } = source;
  await requireRoom(dataDir);
  const folder = mkdtempSync(join(dataDir, COPY_PREFIX));
  // Not in this turn: to give back the blocks of a large file takes a disk a while.
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    for (let tries = 1; ; tries += 1) {
      await copyAll(source, folder);
      if (tries === TRIES || (await factsFit(folder))) break;
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
    }
    if (existsSync(join(dataDir, WITNESS_POLICY_FILE))) {
      cpSync(join(dataDir, WITNESS_POLICY_FILE), join(folder, WITNESS_POLICY_FILE));
    }
    for (const name of options.withKeys ? [KEYS, VKEY] : [VKEY]) cpSync(join(dataDir, name), join(folder, name));
    const manifest = await manifestOf(folder, options);
    const members: Member[] = manifest.files.map(({ name }) => ({ name, content: { file: join(folder, name) } }));
    const first = { name: MANIFEST, content: new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`) };
    return { manifest, bytes: () => archiveOf([first, ...members]), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** [OPS-31] A copy that filled the volume would stop the edits of everybody who works meanwhile. @throws StorageError `unwritable` */
async function requireRoom(dataDir: string): Promise<void> {
  const { bavail, bsize } = await statfs(dataDir);
  const needed = Math.ceil(ROOM * sizeOf(dataDir, (name) => /^(?:countersign|facts)\.db(?:-wal)?$/.test(name)));
  const exported = sizeOf(join(dataDir, EXPORTS), () => true);
  const mb = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
  if (needed + exported <= bavail * bsize) return;
  throw new StorageError(
    'unwritable',
    `The copy needs ${mb(needed + exported)} in ${dataDir}, and ${mb(bavail * bsize)} are free. Nothing was copied.`,
    'Free space on that volume or enlarge it, then make the backup again.',
  );
}

/** Bytes of the files of a folder that are wanted; 0 when it is not there. */
function sizeOf(folder: string, isWanted: (name: string) => boolean): number {
  if (!existsSync(folder)) return 0;
  const sizes = readdirSync(folder).map((name) =>
    isWanted(name) ? (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0) : 0,
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Takes away copies that a program which died was making. Only whoever holds the folder may. */
export function removeLeftovers(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith(COPY_PREFIX)) rmSync(join(dataDir, name), { recursive: true, force: true });
  }
}

async function copyAll({ dataDir, storage }: SnapshotSource, folder: string): Promise<void> {
  if (await copySqlite(storage, join(folder, DATABASE))) {
    if (existsSync(factsFile(dataDir))) await copyFacts(factsFile(dataDir), join(folder, FACTS));
    if (existsSync(join(dataDir, EXPORTS))) copyExports(join(dataDir, EXPORTS), join(folder, EXPORTS));
    return;
  }
  if (!('address' in storage && storage.address instanceof DatabaseAddress))
    throw new TypeError('this storage can be copied by nobody');
  await copyWorkspace(storage.address, folder);
}

/** A file of facts is kept before its entry is written: a copy made in between holds one and not the other. */
async function factsFit(folder: string): Promise<boolean> {
  const log = new DatabaseSync(join(folder, DATABASE), { readOnly: true });
  try {
    return (await checkFacts(log, folder)).length === 0;
  } finally {
    log.close();
  }
}

async function copyFacts(from: string, to: string): Promise<void> {
  const facts = new DatabaseSync(from);
  try {
    await backup(facts, to, { rate: FACT_PAGES });
  } finally {
    facts.close();
  }
}

/** Bundles are written once and never change; one that is being written is left out, and made again from the log. */
function copyExports(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) if (name.endsWith('.bundle.json')) cpSync(join(from, name), join(to, name));
}

async function manifestOf(folder: string, { withKeys, now }: { withKeys: boolean; now: Date }): Promise<Manifest> {
  const files = [];
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(folder, name);
    if (!statSync(path).isFile()) continue;
    files.push({ name: name.replaceAll('\\', '/'), size: statSync(path).size, sha256: await hashOfFile(path) });
  }
  const log = await describeLog(join(folder, DATABASE));
  const vkey = readFileSync(join(folder, VKEY), 'utf8').trim();
  return {
    format: BACKUP_FORMAT,
    madeAt: now.toISOString(),
    serverVersion: SERVER_VERSION,
    vkey,
    withKeys,
    ...log,
    files,
  };
}

type LogFacts = Pick<Manifest, 'workspace' | 'generation' | 'size' | 'root' | 'checkpoint'>;

/** [OPS-19] What the copied log is, read from the copy itself a part at a time: the server that made it goes on in between. */
export async function describeLog(database: string): Promise<LogFacts> {
  const db = new DatabaseSync(database, { readOnly: true });
  try {
    const tree = new MerkleTree(sha256);
    const part = db.prepare('SELECT hash FROM log WHERE idx >= ? ORDER BY idx LIMIT ?');
    for (let rows = HASHED; rows === HASHED; await nextTurn()) {
      const hashes = part.all(tree.size, HASHED);
      for (const { hash } of hashes) tree.append(hash instanceof Uint8Array ? hash : new Uint8Array(0));
      rows = hashes.length;
    }
    const meta = (key: string): string =>
      String(db.prepare('SELECT value FROM meta WHERE key = ?').get(key)?.value ?? '');
    const note = db.prepare('SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1').get()?.note;
    return {
      workspace: meta('workspace.id'),
      generation: meta('generation') || '1',
      size: tree.size,
      root: toHex(tree.root()),
      checkpoint: typeof note === 'string' ? note : null,
    };
  } finally {
    db.close();
  }
}
