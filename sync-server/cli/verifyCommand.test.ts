// `verify` on checkpoints, proofs and audit files, and `audit`, as a person runs them.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toHex } from '@countersign/shared/history';
import { type FixtureLog, fixtureBundle, havePython, python } from '@countersign/shared/history/fixture';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createSample, startTestServer } from '../testKit/testServer.ts';

const command = fileURLToPath(new URL('./countersign.mjs', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'countersign-verify-'));
const path = (name: string): string => join(root, name);
let log: FixtureLog;

function countersign(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...args], (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

// Each case starts programs, which takes long on a loaded machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

beforeAll(async () => {
  ({ log } = await fixtureBundle());
  writeFileSync(path('old.note'), await log.checkpoint(5));
  writeFileSync(path('new.note'), await log.checkpoint());
  writeFileSync(path('log.vkey'), `${log.vkey}\n`);
  const proof = log.tree.consistencyProof(5).map(toHex);
  writeFileSync(path('proof.json'), JSON.stringify({ proof }));
  writeFileSync(path('proof.txt'), `${proof.join('\n')}\n`);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('[HIST-63] verify says whether a newer checkpoint extends an older one', async () => {
  const size = log.tree.size;
  for (const proof of ['proof.json', 'proof.txt']) {
    const ran = await countersign(
      'verify',
      '--from',
      path('old.note'),
      '--to',
      path('new.note'),
      '--proof',
      path(proof),
    );
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toContain(
      `The 5 entries of the older checkpoint are the first of the newer one's ${size}, unchanged.`,
    );
  }
  const other = (await fixtureBundle()).log;
  await other.append((await fixtureBundle()).staff.system, 'role', { action: 'grant', userId: 'u-x', role: 'viewer' });
  writeFileSync(path('other.note'), await other.checkpoint());
  const both = ['verify', '--from', path('new.note'), '--to', path('other.note')];
  const forged = await countersign(...both, '--proof', path('proof.txt'), '--json');
  expect(forged.code).toBe(1);
  expect(JSON.parse(forged.out)).toMatchObject({
    good: false,
    failure: expect.stringContaining('history was changed'),
  });
  expect((await countersign(...both)).code).toBe(2);
  // A proof that proves nothing is no proof that something was done.
  expect(JSON.parse(forged.out).failure).toContain('It is a proof of other sizes, or history was changed');
  const again = (await fixtureBundle()).log;
  await again.append((await fixtureBundle()).staff.system, 'role', { action: 'grant', userId: 'u-y', role: 'viewer' });
  writeFileSync(path('again.note'), await again.checkpoint());
  const split = ['verify', '--from', path('other.note'), '--to', path('again.note'), '--proof', path('proof.txt')];
  expect(await countersign(...split)).toMatchObject({
    code: 1,
    out: expect.stringContaining('two histories were shown'),
  });
  expect((await countersign('verify', '--from', path('old.note'))).code).toBe(2);
  const swapped = ['verify', '--from', path('new.note'), '--to', path('old.note'), '--proof', path('proof.txt')];
  expect((await countersign(...swapped)).code).toBe(1);
});

test('[HIST-63] verify checks one checkpoint, and a quorum where a policy asks for it', async () => {
  const alone = await countersign('verify', path('new.note'), '--json');
  expect(alone.code).toBe(0);
  expect(JSON.parse(alone.out).notShown).toEqual([expect.stringContaining('that others were shown the same log')]);
  writeFileSync(path('bom.note'), `\ufeff${readFileSync(path('new.note'), 'utf8')}`);
  expect(await countersign('verify', path('bom.note'))).toMatchObject({ code: 1 });
  writeFileSync(path('none.policy'), 'quorum none\n');
  expect(await countersign('verify', path('new.note'), '--witness-policy', path('none.policy'))).toMatchObject({
    code: 0,
  });
  writeFileSync(path('bad.policy'), 'quorum\n');
  expect(await countersign('verify', path('new.note'), '--witness-policy', path('bad.policy'))).toMatchObject({
    code: 2,
  });
  writeFileSync(path('torn.note'), readFileSync(path('new.note'), 'utf8').replace(/\n\d+\n/, '\n99\n'));
  // [HIST-66]
  const torn = { code: 1, out: expect.stringContaining('Not verified. Do not rely on what this log says. Fetch the') };
  expect(await countersign('verify', path('torn.note'))).toMatchObject(torn);
});

test('[HIST-65] the second verifier gives the same verdicts on checkpoints and on two of them', {
  timeout: 120_000,
}, async () => {
  if (!(await havePython())) return;
  const key = ['--key', path('log.vkey')];
  writeFileSync(path('empty.note'), (await log.checkpoint(5)).replace('\n5\n', '\n0\n'));
  const grown = (from: string, to: string) => ['--from', path(from), '--to', path(to), '--proof', path('proof.json')];
  const verdicts: number[] = [];
  for (const args of [
    [path('new.note')],
    [path('bom.note')],
    [path('torn.note')],
    [path('empty.note')],
    grown('old.note', 'new.note'),
    grown('new.note', 'new.note'),
    grown('old.note', 'old.note'),
    grown('new.note', 'old.note'),
    grown('old.note', 'other.note'),
    grown('other.note', 'again.note'),
  ]) {
    const ours = await countersign('verify', ...args, ...key);
    expect((await python(...key, ...args)).code, args.join(' ')).toBe(ours.code);
    verdicts.push(ours.code);
  }
  expect(verdicts).toEqual([0, 1, 1, 1, 0, 0, 0, 1, 1, 1]);
});

test('[HIST-64] audit writes CSV and a signed file from a folder; verify and --data judge them', {
  timeout: 120_000,
}, async () => {
  const server = await startTestServer();
  const versionId = await createSample(server);
  // What `--data` asks before it serves a folder with demo accounts.
  await server.services.storage.setMeta('demo.made', 'true');
  await server.stop();
  const data = ['--data', server.dataDir];
  const csv = await countersign('audit', ...data, '--doc', versionId, '--csv', path('a.csv'), '--json');
  expect(csv).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(csv.out)).toMatchObject({ lines: 1 });
  expect(readFileSync(path('a.csv'), 'utf8')).toMatch(/^entry,time,personId,/);
  expect(await countersign('audit', ...data, '--bundle', path('a.audit.json'))).toMatchObject({ code: 0, err: '' });
  const good = await countersign('verify', path('a.audit.json'), ...data);
  expect(good).toMatchObject({ code: 0 });
  expect(good.out).toMatch(/Good: \d+ entries of the history of workspace w-\w+, complete\./);
  // [HIST-66] Each kind of file has its own words, and each way to fail.
  const other = await countersign('verify', path('a.audit.json'), '--key', path('log.vkey'));
  expect(other).toMatchObject({ code: 1, out: expect.stringContaining('It is not known whose history this is.') });
  expect(other.out).not.toMatch(/bundle|import/i);
  const demanded = await countersign('verify', path('a.audit.json'), ...data, '--witness-policy', path('log.vkey'));
  expect(demanded).toMatchObject({ code: 2, err: expect.stringContaining('carries no signatures of witnesses') });
  expect((await countersign('audit', ...data)).code).toBe(64);
  expect((await countersign('audit', ...data, '--csv', path('x.csv'), '--user', 'u-viewer')).code).toBe(1);
  rmSync(server.dataDir, { recursive: true, force: true });
});
