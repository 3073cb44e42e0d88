/** The server as a child process. Owns starting, waiting until it is ready and stopping; the server owns the data folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DEFAULTS } from '../../config/index.ts';
import { isAlive, type LockFile, readLock } from '../../storage/index.ts';
import type { StartOptions } from './options.ts';

const POLL_MS = 50;
const READY_WITHIN_MS = 60_000;

export interface ServerProcess {
  readonly child: ChildProcess;
  /** Exit code once it ended; a signal counts as 1 unless it was asked to stop. */
  readonly exited: Promise<number>;
  /** Asks it to flush and end; asking twice is asking once. */
  stop(): void;
}

/** Starts `countersign serve`; its own messages go to this terminal. */
export function startServer(projectDir: string, appDir: string, options: StartOptions): ServerProcess {
  const launcher = join(projectDir, 'sync-server/cli/countersign.mjs');
  const args = [
    'serve',
    '--data',
    options.dataDir,
    '--port',
    options.port,
    '--app',
    appDir,
    options.empty ? '--empty' : '--demo',
  ];
  // Its own process group: Ctrl-C reaches only us, and we ask the server once, so that it flushes without being cut short.
  const child = spawn(process.execPath, [launcher, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: process.platform !== 'win32',
  });
  let asked = false;
  const { promise: exited, resolve } = Promise.withResolvers<number>();
  child.once('error', (error) => {
    process.stderr.write(`countersign: the server could not be started: ${error.message}\n`);
    resolve(70);
  });
  child.once('exit', (code) => resolve(code ?? (asked ? 0 : 1)));
  return {
    child,
    exited,
    stop: () => {
      if (!asked) child.kill('SIGTERM');
      asked = true;
    },
  };
}

/** Address of a living server on this folder; null when there is none. */
export async function runningAt(dataDir: string): Promise<string | null> {
  const lock = lockOf(dataDir);
  return lock !== null && lock.url !== '' && isAlive(lock.pid) && (await isReady(lock.url)) ? lock.url : null;
}

/** Whether the port can be listened on; what is not a port is left to the server to refuse. */
export async function isPortFree(port: string): Promise<boolean> {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) return true;
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const probe = createServer();
  probe.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)));
  probe.listen(Number(port), DEFAULTS.host, () => probe.close(() => resolve(true)));
  return promise;
}

/** The server's address once `/readyz` says so; null when it ended or took too long. */
export async function whenReady(server: ServerProcess, dataDir: string): Promise<string | null> {
  let ended = false;
  void server.exited.then(() => {
    ended = true;
  });
  const until = Date.now() + READY_WITHIN_MS;
  while (!ended && Date.now() < until) {
    const lock = lockOf(dataDir);
    // Another process's lock is not ours to open: our server then ends by itself and says why.
    if (lock !== null && lock.pid === server.child.pid && lock.url !== '' && (await isReady(lock.url))) return lock.url;
    await pause(POLL_MS);
  }
  return null;
}

/** Whether a server answers that it is ready. */
async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(new URL('/readyz', url), { signal: AbortSignal.timeout(2000) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    // Not listening yet: the caller asks again until the server is there or has ended.
    return false;
  }
}

/** The lock, or null: of a folder that cannot be read the server itself says why, and ends. */
function lockOf(dataDir: string): LockFile | null {
  try {
    return readLock(dataDir);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}
