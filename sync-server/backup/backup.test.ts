import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fromHex, openCheckpoint, parseVkey, rootHex, verifyConsistency } from '@countersign/shared/history';
import type { VersionDetail } from '@countersign/shared/protocol/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run as runBackup } from '../cli/backup.ts';
import { checkFolder } from '../cli/fsck.ts';
import { run as runRestore } from '../cli/restore.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, ROW, startTestServer, type TestServer } from '../testKit/testServer.ts';
import { readArchive, readManifestOf, restore } from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'countersign-backup-'));
let server: TestServer;
let version: string;
let finance: TestPerson;

beforeAll(async () => {
  server = await startTestServer({ dataDir: join(root, 'data') });
  version = await createSample(server);
  finance = await TestPerson.signIn(server.url, 'u-finance');
});
afterAll(async () => {
  await server.stop();
  rmSync(root, { recursive: true, force: true });
});

const now = new Date('2026-11-21T12:00:00.000Z');
const into = (name: string) => join(root, name);
const manifestOf = async (file: string) => readManifestOf(file, await readArchive(file));

async function edit(note: string): Promise<void> {
  const draft = await finance.openDraft(version);
  expect(await draft.edit(draft.command('lines', ROW.one, 'note', note))).toBe('stored');
  draft.close();
}

/** Asks a restored folder's server what it holds. */
async function served<T>(dataDir: string, ask: (url: string, again: TestServer) => Promise<T>): Promise<T> {
  const again = await startTestServer({ dataDir });
  try {
    return await ask(again.url, again);
  } finally {
    await again.stop();
  }
}

describe('backup while running', { timeout: 120_000 }, () => {
  it('[OPS-1] is one point of the log: a prefix of what the server went on to store, with a signed checkpoint in it', async () => {
    const draft = await finance.openDraft(version);
    const signed = [];
    for (let i = 0; i < 60; i += 1) signed.push(await draft.sign([draft.command('lines', ROW.one, 'note', `${i}`)]));
    for (const batch of signed.slice(0, 30)) draft.submit(batch);
    const made = runBackup(['--data', server.dataDir, '--to', into('load.tar'), '--json']);
    for (const batch of signed.slice(30)) draft.submit(batch);
    expect(await made).toBe(0);
    await draft.until(() => draft.stored.size === signed.length);
    draft.close();
    const manifest = await manifestOf(into('load.tar'));
    expect(manifest.size).toBeLessThanOrEqual(server.services.history.size);
    const proof = server.services.history.consistencyProof(manifest.size, server.services.history.size).map(fromHex);
    await server.services.history.checkpoints.publish();
    const newest = server.services.history.checkpoint();
    const signedNow = await openCheckpoint(newest?.note ?? '', [parseVkey(manifest.vkey)]);
    expect(Number(signedNow.size)).toBe(server.services.history.size);
    expect(
      manifest.size === Number(signedNow.size) ||
        verifyConsistency(manifest.size, Number(signedNow.size), fromHex(manifest.root), signedNow.root, proof),
    ).toBe(true);
    const inside = await openCheckpoint(manifest.checkpoint ?? '', [parseVkey(manifest.vkey)]);
    expect(Number(inside.size)).toBeGreaterThan(0);
    const copies = (): string[] => readdirSync(server.dataDir).filter((name) => name.startsWith('backup-'));
    await expect.poll(copies, { timeout: 60_000 }).toEqual([]);
  });

  it('[OPS-2] is given to whoever can read the data folder, and to nobody else', async () => {
    const url = `${server.url}/api/v1/operations/backup`;
    for (const authorization of ['', `Bearer ${finance.token}`, 'Control 0000']) {
      expect((await fetch(url, { method: 'POST', headers: { authorization } })).status).toBe(401);
    }
  });

  it('[OPS-2] leaves the keys out when asked to, and then asks for them back', async () => {
    expect(await runBackup(['--data', server.dataDir, '--to', into('keyless.tar'), '--without-keys'])).toBe(0);
    expect((await readArchive(into('keyless.tar'))).map(({ name }) => name)).not.toContain('server.key');
    const options = { archive: into('keyless.tar'), dataDir: into('keyless'), reason: 'Test', now };
    await expect(restore(options)).rejects.toThrow(/--key/);
    expect(existsSync(into('keyless'))).toBe(false);
    const restored = await restore({ ...options, keyFile: join(server.dataDir, 'server.key') });
    expect(restored.size).toBe(restored.manifest.size);
  });

  it('[OPS-1] also copies a folder that no server has open', async () => {
    cpSync(into('keyless'), into('stopped'), { recursive: true });
    expect(await runBackup(['--data', into('stopped'), '--to', into('stopped.tar')])).toBe(0);
    expect((await manifestOf(into('stopped.tar'))).files.map(({ name }) => name)).toContain('countersign.db');
  });
});

describe('restore', { timeout: 120_000 }, () => {
  it('[OPS-4] starts a new generation whose first entry says what it was restored from, and goes on from there', async () => {
    await edit('before the backup');
    expect(await runBackup(['--data', server.dataDir, '--to', into('whole.tar')])).toBe(0);
    await edit('after the backup');
    const { manifest, generation, size } = await restore({
      archive: into('whole.tar'),
      dataDir: into('whole'),
      reason: 'Disk lost',
      now,
    });
    expect(size).toBe(manifest.size);
    expect((await checkFolder(into('whole'))).findings).toEqual([]);
    await served(into('whole'), async (url) => {
      const person = await TestPerson.signIn(url, 'u-finance', finance.device);
      const draft = await person.openDraft(version);
      expect(draft.opened?.generation).toBe(generation);
      expect(draft.value('lines', ROW.one, 'note')).toBe('before the backup');
      const { body } = await (await TestPerson.signIn(url, 'u-auditor')).get<{ entries: { kind: string }[] }>(
        `/log?kind=restore&limit=5`,
      );
      expect(body.entries).toHaveLength(1);
      const { note } = (await (
        await fetch(`${url}/api/v1/log/checkpoint`, { headers: { authorization: `Bearer ${person.token}` } })
      ).json()) as { note: string };
      const checkpoint = await openCheckpoint(note, [parseVkey(manifest.vkey)]);
      const proof = (
        await person.get<{ proof: string[] }>(`/log/consistency?from=${manifest.size}&to=${checkpoint.size}`)
      ).body.proof;
      expect(
        verifyConsistency(
          manifest.size,
          Number(checkpoint.size),
          fromHex(manifest.root),
          fromHex(rootHex(checkpoint)),
          proof.map(fromHex),
        ),
      ).toBe(true);
      expect(await draft.edit(draft.command('lines', ROW.one, 'note', 'in the new generation'))).toBe('stored');
    });
    expect((await checkFolder(into('whole'))).findings).toEqual([]);
  });

  it('[OPS-4] two restores of one backup are two generations', async () => {
    const one = await restore({ archive: into('whole.tar'), dataDir: into('first'), reason: 'Test', now });
    const other = await restore({ archive: into('whole.tar'), dataDir: into('second'), reason: 'Test', now });
    expect(one.generation).not.toBe(other.generation);
  });

  it('[OPS-5] to a point of the log takes back every row that stands on a later entry', async () => {
    const submitted = await finance.command(version, 'submit');
    expect(submitted.status).toBe(200);
    const size = Number(submitted.body.index);
    const approver = await TestPerson.signIn(server.url, 'u-approver');
    expect((await approver.command(version, 'approve')).status).toBe(200);
    expect((await finance.command(version, 'execute')).status).toBe(200);
    await server.services.people.changeRole('u-ops', 'revoke', 'editor');
    expect(await runBackup(['--data', server.dataDir, '--to', into('point.tar')])).toBe(0);

    const before = await restore({ archive: into('point.tar'), dataDir: into('draft'), at: size, reason: 'Test', now });
    expect(before.size).toBe(size);
    expect(before.removed.revocations).toEqual(['u-ops lost the role editor']);
    expect((await checkFolder(into('draft'))).findings).toEqual([]);
    await served(into('draft'), async (url) => {
      const person = await TestPerson.signIn(url, 'u-finance', finance.device);
      expect((await person.get<VersionDetail>(`/versions/${version}`)).body).toMatchObject({
        state: 'DRAFT',
        approvals: [],
      });
      const ops = await TestPerson.signIn(url, 'u-ops');
      const draft = await ops.openDraft(version);
      expect(await draft.edit(draft.command('lines', ROW.two, 'note', 'editor again'))).toBe('stored');
    });

    for (const [entries, state] of [
      [size + 1, 'IN_REVIEW'],
      [size + 2, /APPROVED|IN_REVIEW/],
    ] as const) {
      const name = `point-${entries}`;
      await restore({ archive: into('point.tar'), dataDir: into(name), at: entries, reason: 'Test', now });
      const db = new DatabaseSync(join(into(name), 'countersign.db'), { readOnly: true });
      expect(db.prepare('SELECT state FROM versions WHERE id = ?').get(version)?.state).toMatch(state);
      db.close();
    }
  });

  it('[OPS-6] gives every device another command epoch and ends every session, so that nobody seems to cheat', async () => {
    await restore({ archive: into('point.tar'), dataDir: into('epochs'), at: 'checkpoint', reason: 'Test', now });
    const db = new DatabaseSync(join(into('epochs'), 'countersign.db'), { readOnly: true });
    expect(db.prepare('SELECT DISTINCT command_epoch AS epoch FROM devices').all()).toEqual([{ epoch: 'c2' }]);
    expect(db.prepare('SELECT count(*) AS n FROM sessions').get()).toEqual({ n: 0 });
    db.close();
    await served(into('epochs'), async (url) => {
      // Whoever still holds the session of before is asked to sign in.
      expect(
        (await fetch(`${url}/api/v1/session`, { headers: { authorization: `Bearer ${finance.token}` } })).status,
      ).toBe(401);
    });
  });

  it('[OPS-5] keeps facts that were imported after the point, and records them again', async () => {
    const size = server.services.history.size;
    const query = 'contractId=c-sample1&kind=delivery';
    const body = 'line,source,metric,date,quantity\n1.0,ADSERVER,UNITS,2099-01-02,3\n';
    const headers = {
      authorization: `Bearer ${finance.token}`,
      'x-file-name': 'report.csv',
      'content-type': 'text/csv',
    };
    const sent = await fetch(`${server.url}/api/v1/facts?${query}`, { method: 'POST', headers, body });
    expect([sent.status, await sent.text()]).toEqual([200, expect.any(String)]);
    expect(await runBackup(['--data', server.dataDir, '--to', into('facts.tar')])).toBe(0);
    for (const at of [size, server.services.history.size]) {
      const name = `facts-${at}`;
      const { removed } = await restore({ archive: into('facts.tar'), dataDir: into(name), at, reason: 'Test', now });
      expect(removed.facts).toHaveLength(at === size ? 1 : 0);
      expect((await checkFolder(into(name))).findings).toEqual([]);
    }
  });

  it('[OPS-3] refuses a backup with any file changed, cut off or missing, and leaves no folder behind', async () => {
    const bytes = readFileSync(into('point.tar'));
    const member = (await readArchive(into('point.tar'))).find(({ name }) => name === 'countersign.db');
    const flipped = Buffer.from(bytes);
    const at = (member?.offset ?? 0) + 5000;
    flipped.writeUInt8(flipped.readUInt8(at) ^ 1, at);
    for (const [name, damaged] of [
      ['flipped', flipped],
      ['cut', bytes.subarray(0, bytes.length - 4096)],
      ['noise', Buffer.from('not a backup')],
    ] as const) {
      writeFileSync(into(`${name}.tar`), damaged);
      expect(await runRestore(['--from', into(`${name}.tar`), '--data', into(name)])).toBe(1);
      expect(readdirSync(root).filter((found) => found.startsWith(`${name}`) && !found.endsWith('.tar'))).toEqual([]);
    }
  });

  it('[OPS-21] goes into an empty volume, beside which nothing is touched', async () => {
    const volume = into('volume');
    mkdirSync(join(volume, 'lost+found'), { recursive: true });
    const before = { inode: statSync(volume).ino, around: readdirSync(root) };
    await restore({ archive: into('whole.tar'), dataDir: volume, reason: 'Test', now });
    expect({ inode: statSync(volume).ino, around: readdirSync(root) }).toEqual(before);
    expect(readdirSync(volume)).toEqual(expect.arrayContaining(['countersign.db', 'lost+found', 'server.key']));
    expect(readdirSync(volume).filter((name) => name.startsWith('restoring'))).toEqual([]);
    expect((await checkFolder(volume)).findings).toEqual([]);
    expect(await runRestore(['--from', into('whole.tar'), '--data', volume])).toBe(1);
  });

  it('[OPS-3] refuses a folder that holds anything, and a point the backup does not have', async () => {
    expect(await runRestore(['--from', into('point.tar'), '--data', into('whole')])).toBe(1);
    expect(await runRestore(['--from', into('point.tar'), '--data', into('none'), '--at', '999999'])).toBe(1);
    expect(await runRestore(['--from', into('point.tar'), '--data', into('none'), '--at', 'yesterday'])).toBe(64);
    expect(existsSync(into('none'))).toBe(false);
  });
});
