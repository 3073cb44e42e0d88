// Backups of a workspace in a real PostgreSQL: taken while a node leads, restored into a folder and into another database, and checked.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkFolder } from '../cli/fsck.ts';
import { checkDatabase } from '../cli/fsckDatabase.ts';
import { seedDemo } from '../demo/index.ts';
import { ServerNode } from '../nodes/index.ts';
import { DatabaseAddress } from '../storage/index.ts';
import { runCommand } from '../testKit/commandLine.ts';
import { startPostgres, type TestPostgres } from '../testKit/postgres.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { SERVER_DEFAULTS } from '../testKit/testServer.ts';

const root = mkdtempSync(join(tmpdir(), 'countersign-backup-database-'));
const archive = join(root, 'a.tar');
const home = join(root, 'node');
let postgres: TestPostgres;
let url: string;
let node: ServerNode;
/** Entries that the archive holds, and those of the live log when it was restored. */
let kept = 0;

const start = (dataDir: string, at: string, more: object = {}) =>
  ServerNode.start({ ...SERVER_DEFAULTS, dataDir }, new DatabaseAddress(at), more);

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.database();
  node = await start(home, url, { seed: seedDemo });
}, 240_000);
afterAll(async () => {
  await node.stop();
  await postgres.dispose();
  rmSync(root, { recursive: true, force: true });
});

describe('a workspace in PostgreSQL', { timeout: 240_000 }, () => {
  it('[OPS-9] fsck compares the tables too, and names the one that was changed', async () => {
    expect(await checkDatabase(url, home)).toMatchObject({ ok: true, findings: [] });
    await postgres.run("update users set roles = 'admin' where id = 'u-viewer'", url);
    expect((await checkDatabase(url, undefined)).findings).toMatchObject([{ code: 'table', table: 'users' }]);
    await postgres.run("update users set roles = 'viewer' where id = 'u-viewer'", url);
  });

  it('[OPS-7] is backed up while a node leads, by its address or by asking the node, with facts and bundles', async () => {
    const exporter = await TestPerson.signIn(node.url, 'u-exporter');
    const executed = (await node.services?.storage.versions())?.find(({ state }) => state === 'EXECUTED');
    expect((await exporter.command(executed?.id ?? '', 'export')).status).toBe(200);
    // Listing makes the bundles that are not made yet.
    expect((await exporter.get('/exports')).status).toBe(200);
    const asked = await runCommand('backup', '--data', home, '--to', join(root, 'asked.tar'), '--json');
    expect([asked.code, asked.err]).toEqual([0, '']);
    const read = await runCommand('backup', '--database-url', url, '--data', home, '--to', archive, '--json');
    expect([read.code, read.err]).toEqual([0, '']);
    const manifest = JSON.parse(read.out) as { size: number; files: { name: string }[] };
    kept = manifest.size;
    expect(kept).toBe(node.services?.history.size);
    const names = manifest.files.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['countersign.db', 'facts.db', 'server.key', 'workspace.vkey']));
    expect(names.some((name) => name.startsWith('fact-batches/'))).toBe(true);
    expect(names.some((name) => name.startsWith('exports/x-'))).toBe(true);
  });

  it('[OPS-8] [KEY-1] is restored into an empty database, to any point of its log, and goes on there as a new generation', async () => {
    const into = await postgres.database();
    const dataDir = join(root, 'restored');
    const args = ['restore', '--from', archive, '--database-url', into, '--reason', 'Test'];
    const point = kept - 5;
    const done = await runCommand(...args, '--data', dataDir, '--at', String(point));
    expect([done.code, done.err]).toEqual([0, '']);
    expect(existsSync(join(dataDir, 'countersign.db'))).toBe(false);
    expect(await checkDatabase(into, dataDir)).toMatchObject({ ok: true, findings: [] });
    const again = await runCommand(...args, '--data', join(root, 'again'));
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('holds a workspace')]);
    expect(existsSync(join(root, 'again'))).toBe(false);
    const next = await start(dataDir, into);
    try {
      expect(next.services?.generation).toMatch(/^2-/);
      expect((await next.services?.storage.logRow(point))?.kind).toBe('restore');
      const finance = await TestPerson.signIn(next.url, 'u-finance');
      const draft = (await next.services?.storage.versions())?.find(({ state }) => state === 'DRAFT');
      expect((await finance.command(draft?.id ?? '', 'submit')).body.code).not.toBe('unavailable');
      expect((await finance.get('/contracts')).status).toBe(200);
    } finally {
      await next.stop();
    }
    expect(await checkDatabase(into, dataDir)).toMatchObject({ ok: true, findings: [] });
    const change = ['log-key', 'change', '--data', dataDir, '--database-url', into, '--reason', 'Yearly'];
    expect(await runCommand(...change)).toMatchObject({ code: 0, err: '' });
    expect(await checkDatabase(into, dataDir)).toMatchObject({ ok: true, findings: [] });
    await (await start(dataDir, into)).stop();
  });

  it('[OPS-8] is restored into a data folder too, and a folder with facts not into a database', async () => {
    const dataDir = join(root, 'folder');
    expect((await runCommand('restore', '--from', archive, '--data', dataDir)).code).toBe(0);
    expect(await checkFolder(dataDir)).toMatchObject({ ok: true, findings: [] });
    expect(existsSync(join(dataDir, 'fact-batches'))).toBe(false);
    const local = join(root, 'local.tar');
    expect((await runCommand('backup', '--data', dataDir, '--to', local)).code).toBe(0);
    const refused = await runCommand(
      ...['restore', '--from', local, '--data', join(root, 'no'), '--database-url', await postgres.database()],
    );
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('without --database-url')]);
  });
});
