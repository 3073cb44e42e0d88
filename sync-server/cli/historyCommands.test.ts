// `verify` and `fsck` as a person runs them: a real process on real files and a real database.
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { entryHashHex, leafHash, parseLeaf } from '@countersign/shared/history';
import { type FixtureLog, fixtureBundle, soundLog } from '@countersign/shared/history/fixture';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openSqlite } from '../storage/sqlite.ts';

const command = fileURLToPath(new URL('./countersign.mjs', import.meta.url));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function countersign(...args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...args], (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

/** Writes a log as the server stores it. */
async function writeFolder(folder: string, log: FixtureLog): Promise<void> {
  mkdirSync(folder);
  const storage = await openSqlite(join(folder, 'countersign.db'));
  await storage.transaction(async (tx) => {
    await tx.appendLog(
      log.leaves.map(({ index, bytes, payload }) => {
        const { entry } = parseLeaf(bytes);
        const { doc, kind, user, dev, epoch } = entry;
        const columns = { doc, kind, user, dev, epoch, seq: Number(entry.seq), entryHash: entryHashHex(entry) };
        return { index, leaf: bytes, hash: leafHash(bytes), payload, ...columns };
      }),
    );
    await tx.addCheckpoint({ size: log.tree.size, note: await log.checkpoint() });
    await tx.setMeta('workspace.id', log.workspace);
  });
  await storage.close();
  // The log alone, as an auditor may be given it: no tables stand on it.
  const db = new DatabaseSync(join(folder, 'countersign.db'));
  for (const table of ['users', 'devices', 'contracts', 'versions']) db.exec(`DROP TABLE ${table}`);
  db.close();
  writeFileSync(join(folder, 'workspace.vkey'), `${log.vkey}\n`);
}

const root = mkdtempSync(join(tmpdir(), 'countersign-history-'));
const bundle = join(root, 'alone.bundle');
const folder = join(root, 'data');
let log: FixtureLog;
let good: Uint8Array;

// Each case starts programs, which takes long on a loaded machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

beforeAll(async () => {
  ({ log, bytes: good } = await fixtureBundle());
  writeFileSync(bundle, good);
  await writeFolder(folder, log);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

test('[HIST-60] verify with a key, a key file, a data folder or a key beside the bundle is good and says what it checked', async () => {
  const keyFile = join(root, 'elsewhere.txt');
  writeFileSync(keyFile, log.vkey);
  const beside = join(root, 'beside');
  mkdirSync(beside);
  writeFileSync(join(beside, 'a.bundle'), good);
  copyFileSync(join(folder, 'workspace.vkey'), join(beside, 'a.vkey'));
  const runs = await Promise.all([
    countersign('verify', bundle, '--key', log.vkey),
    countersign('verify', bundle, '--key', keyFile),
    countersign('verify', bundle, '--data', folder, '--workspace', 'demo'),
    countersign('verify', join(beside, 'a.bundle')),
  ]);
  for (const ran of runs) {
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toContain('u-approver approved exactly this content under this policy at index 10.');
    expect(ran.out).toContain('Good: version v-0123456789ab of contract c-fixture');
  }
});

test('[HIST-60] verify without an outside key says so and fails unless the embedded key is accepted', async () => {
  const refused = await countersign('verify', bundle);
  expect(refused.code).toBe(1);
  expect(refused.out).toContain('checked with the key inside it');
  expect(refused.out).not.toContain('Good:');
  const accepted = await countersign('verify', bundle, '--trust-embedded-key', '--json');
  expect(accepted.code).toBe(0);
  expect(JSON.parse(accepted.out)).toMatchObject({ good: true, ok: true, key: { embedded: true } });
});

test('[HIST-60] verify names the reason for a bad bundle and exits 1; wrong usage and unreadable files exit 2', async () => {
  const changed = good.slice();
  changed[2000] = (changed[2000] ?? 0) ^ 1;
  const bad = join(root, 'bad.bundle');
  writeFileSync(bad, changed);
  const ran = await countersign('verify', bad, '--key', log.vkey);
  expect(ran.code).toBe(1);
  expect(ran.out).toMatch(/FAIL .*\n\s+at /);
  const json = await countersign('verify', bad, '--key', log.vkey, '--json');
  expect(JSON.parse(json.out)).toMatchObject({ good: false, ok: false, failure: { code: expect.any(String) } });
  expect((await countersign('verify')).code).toBe(2);
  expect((await countersign('verify', join(root, 'none'), '--key', log.vkey)).code).toBe(2);
  expect((await countersign('verify', bundle, '--unknown')).code).toBe(2);
});

test('[HIST-61] fsck passes a sound folder and names the entry in a damaged one', async () => {
  const [sound, damaged] = [join(root, 'sound'), join(root, 'damaged')];
  const lived = await soundLog();
  await writeFolder(sound, lived);
  expect(await countersign('fsck', '--data', sound)).toMatchObject({ code: 0, err: '' });
  await writeFolder(damaged, lived);
  const db = new DatabaseSync(join(damaged, 'countersign.db'));
  db.exec('UPDATE log SET payload = NULL WHERE idx = 12');
  db.close();
  const ran = await countersign('fsck', '--data', damaged);
  expect(ran.code).toBe(1);
  expect(ran.out).toContain('FAIL  entry 12: The payload is missing');
  const json = await countersign('fsck', '--data', damaged, '--json');
  expect(JSON.parse(json.out)).toMatchObject({ ok: false, findings: [{ code: 'payload', index: 12 }] });
});

test('[HIST-61] fsck says when a server holds the folder, and exits 2 where there is nothing to check', async () => {
  const held = join(root, 'held');
  await writeFolder(held, log);
  const storage = await openSqlite(join(held, 'countersign.db'));
  const ran = await countersign('fsck', '--data', held);
  await storage.close();
  expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('Stop it, then run fsck again.') });
  expect((await countersign('fsck', '--data', root)).code).toBe(2);
  expect((await countersign('fsck')).code).toBe(2);
});
