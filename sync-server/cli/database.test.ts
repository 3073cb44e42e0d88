import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TV_CONTRACT_ID } from '../demo/tvContract.ts';
import { startPostgres, type TestPostgres } from '../testKit/postgres.ts';

const root = mkdtempSync(join(tmpdir(), 'countersign-cli-database-'));
const main = join(import.meta.dirname, 'main.ts');
const SECRET = 'Hid-den1';
let server: TestPostgres;
const living = new Set<ChildProcess>();
beforeAll(async () => {
  server = await startPostgres();
}, 120_000);
afterAll(async () => {
  for (const child of living) child.kill('SIGKILL');
  await server.dispose();
  rmSync(root, { recursive: true, force: true });
});

/** A database of a user of its own, with a password in its address. */
async function database(): Promise<string> {
  const url = await server.database();
  const name = url.slice(url.lastIndexOf('/') + 1);
  await server.run(
    `create role owner_${name} login password '${SECRET}'; alter database ${name} owner to owner_${name}`,
  );
  return url.replace('postgres@', `owner_${name}:${SECRET}@`);
}

interface Served {
  readonly child: ChildProcess;
  readonly first: { readonly url: string; readonly database: string; readonly role: string };
  /** Everything that it has said so far. */
  said(): string;
  readonly exit: Promise<number | null>;
}

function serve(args: readonly string[], env: Record<string, string>): Promise<Served> {
  const child = spawn(process.execPath, [main, 'serve', '--port', '0', '--json', '--log-level', 'debug', ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  living.add(child);
  let out = '';
  let all = '';
  const exit = new Promise<number | null>((resolve) => child.on('exit', resolve));
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', (data) => {
      all += data;
    });
    child.stdout?.on('data', (data) => {
      out += data;
      all += data;
      if (out.includes('\n')) resolve({ child, exit, said: () => all, first: JSON.parse(out.split('\n')[0] ?? '') });
    });
    void exit.then((code) => reject(new Error(`exited with ${code}: ${all}`)));
  });
}

const run = (args: readonly string[], env: Record<string, string> = {}) =>
  spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', env: { ...process.env, ...env } });

describe('a workspace in PostgreSQL from the command line', { timeout: 180_000 }, () => {
  it('[NODE-12] serve, export, preview, testpack and fsck work by its address, and nothing that is said holds the password', async () => {
    const url = await database();
    const one = await serve(['--demo', '--data', join(root, 'one')], { COUNTERSIGN_DATABASE_URL: url });
    expect(one.first.role).toBe('leads');
    for (const folder of ['two', 'three']) {
      mkdirSync(join(root, folder));
      copyFileSync(join(root, 'one', 'server.key'), join(root, folder, 'server.key'));
    }
    const two = await serve(['--demo', '--data', join(root, 'two'), '--database-url', url], {});
    expect(two.first.role).toBe('follows');

    const contracts = await server.run("select id from versions where state = 'EXECUTED' order by id limit 1", url);
    const bundle = join(root, 'bundle.json');
    const version = (contracts.rows[0] as { id: string }).id;
    const exported = run([
      'export',
      '--version',
      version,
      '--out',
      bundle,
      '--database-url',
      url,
      '--key',
      join(root, 'device.key'),
    ]);
    expect(exported.stderr + exported.stdout).toContain('Wrote');
    expect(run(['verify', bundle, '--key', join(root, 'workspace.vkey')]).status).toBe(0);

    const preview = run([
      'preview',
      '--contract',
      TV_CONTRACT_ID,
      '--period',
      '2016-11',
      '--json',
      '--database-url',
      url,
    ]);
    expect(JSON.parse(preview.stdout)).toMatchObject({ totals: { gross: expect.stringMatching(/\d/) } });
    const pack = run(['testpack', '--contract', version, '--json', '--database-url', url]);
    expect([pack.stderr, pack.status, pack.stdout]).toEqual(['', 1, '[]\n']);
    const led = run(['user', 'list', '--database-url', url, '--data', join(root, 'three')]);
    expect([led.status, led.stderr.includes('leads the workspace')]).toEqual([1, true]);
    const sound = run(['fsck', '--database-url', url, '--data', join(root, 'one')]);
    expect(sound.stdout).toMatch(/Sound: \d+ entries/);
    expect(sound.status).toBe(0);
    // Somebody with the database's password changes what an entry says.
    await server.run("update log set payload = overlay(payload placing '\\x00' from 40 for 1) where idx = 9", url);
    const damaged = run(['fsck', '--json'], { COUNTERSIGN_DATABASE_URL: url });
    expect(damaged.status).toBe(1);
    expect(damaged.stdout).toContain('"index": 9');

    for (const served of [one, two]) served.child.kill('SIGTERM');
    expect([await one.exit, await two.exit]).toEqual([0, 0]);
    const said = [one.said(), two.said(), exported.stderr, exported.stdout, sound.stdout, damaged.stderr].join('');
    expect(said).toContain(one.first.database);
    expect(said).not.toContain(SECRET);
    const nobody = run(['export', '--version', 'v-1', '--out', bundle, '--database-url', url]);
    expect(nobody.stderr).toContain('No server leads the workspace');
    expect(nobody.stderr).not.toContain(SECRET);
  });

  it('[NODE-13] people are added and listed in the database, and no second workspace begins in the folder', async () => {
    const url = await database();
    const folder = join(root, 'alone');
    const place = ['--database-url', url, '--data', folder];
    const added = run(['user', 'add', ...place, '--name', 'Ada', '--login', 'ada@example.com', '--role', 'admin']);
    expect([added.stderr, added.status]).toEqual(['', 0]);
    expect(run(['user', 'list', ...place]).stdout).toContain('Ada  ada@example.com, no password  admin');
    expect(existsSync(join(folder, 'server.key'))).toBe(true);
    expect(existsSync(join(folder, 'countersign.db'))).toBe(false);
  });

  it('[NODE-12] an address that is none, or a node address without a database, is a wrong command line', () => {
    const wrong = run(['serve', '--database-url', `mysql://a:${SECRET}@b/c`]);
    expect([wrong.status, wrong.stderr.includes(SECRET)]).toEqual([64, false]);
    expect(run(['serve', '--node-url', 'http://10.0.0.5:8750']).stderr).toContain('--node-url needs --database-url');
    const away = run(['serve', '--data', join(root, 'away')], {
      COUNTERSIGN_DATABASE_URL: `postgres://a:${SECRET}@127.0.0.1:1/x`,
    });
    expect([away.status, away.stderr.includes('a@127.0.0.1:1/x'), away.stderr.includes(SECRET)]).toEqual([
      69,
      true,
      false,
    ]);
  });
});
