// `countersign backup`: one file with everything of a workspace, taken while the server runs. Owns arguments, where the copy goes, words.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import {
  controlHeader,
  DATABASE,
  type Manifest,
  readArchive,
  readManifestOf,
  removeLeftovers,
  type SnapshotSource,
  takeSnapshot,
} from '../backup/index.ts';
import { DatabaseAddress, isAlive, openSqlite, readLock, takeDataFolder } from '../storage/index.ts';
import { RefusedByServer, ServerNotReached } from './workspace/client.ts';
import { explained } from './workspace/exitCode.ts';
import { UsageError } from './workspace/open.ts';

const USAGE = `countersign backup --data DIR --to FILE [--database-url URL] [--without-keys] [--json]

Copies a workspace kept in DIR into FILE: log, state, facts, exports and keys, at one point of the log. The server may run
and take edits meanwhile. With --database-url the workspace is read from PostgreSQL at one moment, and DIR is a node's
folder with the keys; servers may run. FILE is complete or not there; it holds the workspace's private keys unless --without-keys.
Exit codes: 0 done; 1 the server refused; 64 wrong usage; 69 the server does not answer; 73 FILE cannot be written.
`;

/** How long a server may take to say that it is there. */
const ALIVE_MS = 5000;

const INTERRUPTS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs the subcommand; resolves to its exit code. */
export async function run(args: string[]): Promise<number> {
  try {
    const { values } = parseArgs({
      args,
      options: {
        data: { type: 'string' },
        to: { type: 'string' },
        'database-url': { type: 'string' },
        'without-keys': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(USAGE);
      return 0;
    }
    if (values.data === undefined || values.to === undefined) throw new UsageError('Give --data DIR and --to FILE.');
    const url = values['database-url'] ?? process.env.COUNTERSIGN_DATABASE_URL;
    const address = url === undefined ? undefined : new DatabaseAddress(url);
    const manifest = await backUp(resolve(values.data), resolve(values.to), !values['without-keys'], address);
    const { size, root, workspace } = manifest;
    const keys = manifest.withKeys
      ? 'It holds the private keys: guard it as you guard the server.'
      : 'It holds no private keys.';
    process.stdout.write(
      values.json
        ? `${JSON.stringify(manifest)}\n`
        : `${values.to}: ${size} entries of ${workspace}, root ${root}. ${keys}\n`,
    );
    return 0;
  } catch (error) {
    return explained('backup', USAGE, error);
  }
}

async function backUp(
  dataDir: string,
  to: string,
  withKeys: boolean,
  address: DatabaseAddress | undefined,
): Promise<Manifest> {
  const partial = `${to}.partial`;
  // Ctrl-C and a supervisor's stop leave no half file either.
  const undo: (() => void)[] = [() => rmSync(partial, { force: true })];
  const interrupted = (signal: NodeJS.Signals): void => {
    for (const step of undo) step();
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of INTERRUPTS) process.once(signal, interrupted);
  try {
    const lock = readLock(dataDir);
    const source =
      address !== undefined
        ? copyOf({ dataDir, storage: { address } }, withKeys)
        : lock !== null && isAlive(lock.pid)
          ? await fromServer(dataDir, lock.url, withKeys)
          : fromFolder(dataDir, withKeys, undo);
    // Opened before anything can fail: a stream that opens it by itself may do so after it was taken away.
    const file = await open(partial, 'w', 0o600);
    await pipeline(source, file.createWriteStream({ flush: true }));
    // A server that fails in the middle cuts its answer off; what arrived must be a whole archive.
    const manifest = await readManifestOf(partial, await readArchive(partial));
    renameSync(partial, to);
    return manifest;
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  } finally {
    for (const signal of INTERRUPTS) process.off(signal, interrupted);
  }
}

async function fromServer(dataDir: string, url: string, withKeys: boolean): Promise<Readable> {
  const notReached = (): ServerNotReached => new ServerNotReached(`The server at ${url} does not answer.`);
  try {
    // A server that stands still would be waited for without end; one that copies a large workspace may take its time afterwards.
    const alive = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(ALIVE_MS) });
    await alive.arrayBuffer();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw notReached();
  }
  const answer = await post(`${url}/api/v1/operations/backup?keys=${withKeys ? 'with' : 'without'}`, dataDir).catch(
    () => {
      throw notReached();
    },
  );
  if (answer.statusCode === 200) return answer;
  const problem = JSON.parse(await text(answer)) as { detail?: string; action?: string };
  throw new RefusedByServer(answer.statusCode ?? 0, problem);
}

/** [OPS-33] Not `fetch`, which gives up when nothing has come for five minutes: the copy is made before the first byte of it is sent. */
function post(url: string, dataDir: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: 'POST', headers: { authorization: controlHeader(dataDir) } }, resolve);
    asked.once('error', reject);
    asked.end();
  });
}

/** Of a folder that no server has open. */
async function* fromFolder(dataDir: string, withKeys: boolean, undo: (() => void)[]): AsyncGenerator<Uint8Array> {
  // Taking a folder would make it, and an empty workspace in it.
  if (!existsSync(join(dataDir, DATABASE)))
    throw new UsageError(`There is no workspace in ${dataDir}. Give its folder with --data.`);
  const folder = takeDataFolder(dataDir);
  undo.push(
    () => removeLeftovers(dataDir),
    () => folder.release(),
  );
  try {
    const storage = await openSqlite(folder.databaseFile);
    try {
      yield* copyOf({ dataDir, storage }, withKeys);
    } finally {
      await storage.close();
    }
  } finally {
    folder.release();
  }
}

async function* copyOf(source: SnapshotSource, withKeys: boolean): AsyncGenerator<Uint8Array> {
  const snapshot = await takeSnapshot(source, { withKeys, now: new Date() });
  try {
    yield* snapshot.bytes();
  } finally {
    await snapshot.remove();
  }
}
