// The data folder: one living server at a time. Owns the lock file and the names in the folder; must not open the database.
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { StorageError } from './errors.ts';
import { isDiskFault } from './sqliteCodes.ts';

/** What `server.lock` says, for people and for tests that stop the server by its process id. */
export interface LockFile {
  readonly pid: number;
  /** 0 until the server listens. */
  readonly port: number;
  readonly url: string;
}

/** A folder held by this process. */
export interface DataFolder {
  readonly path: string;
  readonly databaseFile: string;
  readonly keyFile: string;
  readonly vkeyFile: string;
  /** Says in the lock file where the server listens. */
  announce(port: number, url: string): void;
  release(): void;
}

/** Reads a lock file; null when there is none or it is not one. */
export function readLock(folder: string): LockFile | null {
  let text: string;
  try {
    text = readFileSync(join(folder, 'server.lock'), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('pid' in value) || typeof value.pid !== 'number') return null;
    const port = 'port' in value && typeof value.port === 'number' ? value.port : 0;
    const url = 'url' in value && typeof value.url === 'string' ? value.url : '';
    return { pid: value.pid, port, url };
  } catch (error) {
    // A server killed while writing leaves half a file; that is a stale lock, not an answer.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Whether a process with this id lives; one of another user counts as living. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Makes the folder if need be and takes its lock. A lock of a dead process is taken over.
 * @throws StorageError `locked` when another process lives in it, `unwritable` when it cannot be written.
 */
export function takeDataFolder(path: string): DataFolder {
  const lock = join(path, 'server.lock');
  const mine: LockFile = { pid: process.pid, port: 0, url: '' };
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    takeLock(path, lock, mine);
  } catch (error) {
    if (error instanceof StorageError) throw error;
    throw new StorageError(
      'unwritable',
      `The data folder ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}.`,
      'Check the folder’s owner and free space, or give another folder with --data.',
      error,
    );
  }
  return {
    path,
    databaseFile: join(path, 'countersign.db'),
    keyFile: join(path, 'server.key'),
    vkeyFile: join(path, 'workspace.vkey'),
    announce: (port, url) => replaceFile(lock, JSON.stringify({ ...mine, port, url })),
    release: () => {
      if (readLock(path)?.pid === process.pid) removeAtEnd(lock);
    },
  };
}

function takeLock(path: string, lock: string, mine: LockFile): void {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      const file = openSync(lock, 'wx', 0o600);
      writeSync(file, JSON.stringify(mine));
      closeSync(file);
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const held = readLock(path);
      if (held !== null && held.pid !== process.pid && isAlive(held.pid)) {
        throw new StorageError(
          'locked',
          `The data folder ${path} is in use by process ${held.pid}${held.url === '' ? '' : ` at ${held.url}`}.`,
          'Stop that server, or give another folder with --data.',
        );
      }
      // Two servers may both see a dead lock here; SQLite's exclusive lock then lets only one of them on.
      rmSync(lock, { force: true });
    }
  }
  throw new StorageError('locked', `The lock of ${path} could not be taken.`, 'Start the server again.');
}

/**
 * [STO-40] Makes a database file that its owner alone reads, or takes the others' rights from one that is there: the folder may have been made by
 * somebody else, and SQLite gives its log and index the rights of the file.
 */
export function keepPrivate(file: string): void {
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
}

/**
 * [OPS-32] Removes what a server keeps in its folder only while it runs. A disk that takes nothing must not keep it from ending: what stays there
 * says nothing to the next start.
 */
export function removeAtEnd(file: string): void {
  try {
    // Not rmSync: it loses the code of the error.
    unlinkSync(file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT') && !isDiskFault(error)) throw error;
  }
}

/** Writes a file whole or not at all. */
export function replaceFile(file: string, text: string, mode = 0o600): void {
  const next = `${file}.${process.pid}.new`;
  writeFileSync(next, text, { mode, flush: true });
  renameSync(next, file);
}
