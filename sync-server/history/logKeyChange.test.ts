// The log's key changed on real folders, with a real witness, and what everybody makes of it who knew the old one.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  followKeyChanges,
  formatAddCheckpoint,
  fromHex,
  type KeyChange,
  openCheckpoint,
  parseVkey,
  signCheckpoint,
  verifyAuditFile,
  verifyBundle,
} from '@countersign/shared/history';
import type { Export } from '@countersign/shared/protocol/api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { restore } from '../backup/index.ts';
import { checkFolder } from '../cli/fsck.ts';
import { openServices } from '../services.ts';
import { runCommand } from '../testKit/commandLine.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, SERVER_DEFAULTS, startTestServer, type TestServer } from '../testKit/testServer.ts';
import { serveWitness, Witness, witnessKey } from '../witness/witnessServer.ts';
import { changeLogKey } from './logKeyChange.ts';
import { nodeEd25519 } from './nativeCrypto.ts';
import { stageNextKey } from './serverKeys.ts';

const undo: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const work of undo.splice(0).reverse()) await work();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'countersign-logkey-'));
  undo.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function started(dataDir: string): Promise<TestServer> {
  const server = await startTestServer({ dataDir });
  let stopped = false;
  undo.push(() => (stopped ? undefined : server.stop()));
  return {
    ...server,
    stop: async () => {
      stopped = true;
      await server.stop();
    },
  };
}

const change = (dataDir: string) => runCommand('log-key', 'change', '--data', dataDir, '--reason', 'Yearly', '--json');
const keyOf = (dataDir: string): string => readFileSync(join(dataDir, 'workspace.vkey'), 'utf8').trim();

async function exported(server: TestServer): Promise<Uint8Array> {
  const versionId = await createSample(server);
  const [finance, approver, exporter] = await Promise.all(
    ['u-finance', 'u-approver', 'u-exporter'].map((id) => TestPerson.signIn(server.url, id)),
  );
  if (finance === undefined || approver === undefined || exporter === undefined) throw new Error('nobody is there');
  for (const [who, kind] of [
    [finance, 'submit'],
    [approver, 'approve'],
    [finance, 'execute'],
    [exporter, 'export'],
  ] as const)
    expect((await who.command(versionId, kind)).status, kind).toBe(200);
  const made = (await exporter.get<Export[]>('/exports')).body.find((each) => each.versionId === versionId);
  const answer = await fetch(`${server.url}/api/v1/exports/${made?.exportId}/bundle`, {
    headers: { authorization: `Bearer ${exporter.token}` },
  });
  return new Uint8Array(await answer.arrayBuffer());
}

describe('countersign log-key', () => {
  it('[KEY-1] [KEY-4] changes the key of a stopped folder; bundles, audit files and fsck follow, and the old key signs nothing more', async () => {
    const dataDir = folder();
    const before = await started(dataDir);
    const oldBundle = await exported(before);
    const first = keyOf(dataDir);
    expect((await runCommand('log-key', 'change', '--data', dataDir, '--reason', 'x')).code).toBe(75);
    await before.stop();
    const done = await change(dataDir);
    expect(done.code).toBe(0);
    const { vkey, previous, index } = JSON.parse(done.out) as { vkey: string; previous: string; index: number };
    expect([previous, vkey]).toEqual([first, keyOf(dataDir)]);
    expect(readFileSync(join(dataDir, 'server.key'), 'utf8')).not.toContain('nextLogSeed');
    const shown = await runCommand('log-key', 'show', '--data', dataDir);
    expect(shown.out).toBe(`${vkey}\nChanged by entries ${index}.\n`);
    expect(await checkFolder(dataDir)).toMatchObject({ ok: true });

    const after = await started(dataDir);
    const note = after.services.history.checkpoint()?.note ?? '';
    await expect(openCheckpoint(note, [parseVkey(first)], nodeEd25519)).rejects.toThrow('no signature');
    expect((await openCheckpoint(note, [parseVkey(vkey)], nodeEd25519)).size).toBe(BigInt(index + 1));
    const asked = await fetch(`${after.url}/api/v1/log/key-changes`);
    const { changes } = (await asked.json()) as { changes: KeyChange[] };
    expect(await followKeyChanges(first, changes)).toMatchObject({ vkey, changes: [{ index }] });
    const newBundle = await exported(after);
    for (const key of [first, vkey]) expect(await verifyBundle(newBundle, { vkey: key })).toMatchObject({ ok: true });
    expect(await verifyBundle(oldBundle, { vkey: first })).toMatchObject({ ok: true });
    const auditor = await TestPerson.signIn(after.url, 'u-auditor');
    const audit = await fetch(`${after.url}/api/v1/audit?format=bundle`, {
      headers: { authorization: `Bearer ${auditor.token}` },
    });
    const file = new Uint8Array(await audit.arrayBuffer());
    for (const key of [first, vkey]) expect(await verifyAuditFile(file, { vkey: key })).toMatchObject({ ok: true });
    await after.stop();
    const second = await change(dataDir);
    expect(second.code).toBe(0);
    expect(await checkFolder(dataDir)).toMatchObject({ ok: true });
    const last = await started(dataDir);
    const thirdBundle = await exported(last);
    for (const key of [first, vkey, keyOf(dataDir)])
      expect(await verifyBundle(thirdBundle, { vkey: key })).toMatchObject({ ok: true });
    // The key that lies beside older bundles is followed and replaced; one of another workspace is not.
    const out = folder();
    const again = () =>
      runCommand(
        ...['export', '--server', last.url, '--version', 'v-none', '--out', join(out, 'b.json')],
        ...['--key', join(out, 'device.key')],
      );
    writeFileSync(join(out, 'workspace.vkey'), `${first}\n`);
    expect((await again()).err).not.toContain('another workspace');
    writeFileSync(join(out, 'workspace.vkey'), `${first.replace('w-', 'w-x')}\n`);
    expect((await again()).err).toContain('another workspace');
  });

  it('[KEY-2] a change that was cut off leaves the key in force, whether the entry was written or not', async () => {
    const dataDir = folder();
    await (await started(dataDir)).stop();
    const first = keyOf(dataDir);
    // Cut off with the new key on disk and no entry.
    const services = await openServices({ ...SERVER_DEFAULTS, dataDir });
    stageNextKey(services.folder, services.history.keys);
    await services.close();
    const untouched = await started(dataDir);
    expect(untouched.services.history.keys.vkeyText).toBe(first);
    expect(readFileSync(join(dataDir, 'server.key'), 'utf8')).not.toContain('nextLogSeed');
    await untouched.stop();
    // Cut off with the entry written and the files as they were while it was.
    const again = await openServices({ ...SERVER_DEFAULTS, dataDir });
    const staged = join(folder(), 'server.key');
    const put = again.storage.transaction.bind(again.storage);
    vi.spyOn(again.storage, 'transaction').mockImplementation(async (work) => {
      copyFileSync(again.folder.keyFile, staged);
      return put(work);
    });
    const changed = await changeLogKey(again, 'Yearly');
    await again.close();
    copyFileSync(staged, join(dataDir, 'server.key'));
    writeFileSync(join(dataDir, 'workspace.vkey'), `${first}\n`);
    const next = await started(dataDir);
    expect([next.services.history.keys.vkeyText, keyOf(dataDir)]).toEqual([changed.vkey, changed.vkey]);
    await next.stop();
    expect(await checkFolder(dataDir)).toMatchObject({ ok: true });
  });

  it('[KEY-3] the key of before opens nothing: neither the folder, nor a restore to a point before the change', async () => {
    const dataDir = folder();
    const server = await started(dataDir);
    await createSample(server);
    await server.stop();
    const oldKey = join(folder(), 'server.key');
    copyFileSync(join(dataDir, 'server.key'), oldKey);
    const { index } = JSON.parse((await change(dataDir)).out) as { index: number };
    const archive = join(folder(), 'a.tar');
    expect((await runCommand('backup', '--data', dataDir, '--to', archive)).code).toBe(0);
    const to = join(folder(), 'restored');
    const options = { archive, dataDir: to, reason: 'Test', now: new Date() };
    await expect(restore({ ...options, at: index })).rejects.toThrow(`Give --at ${index + 1} or more`);
    await restore({ ...options, at: index + 1 });
    expect(await checkFolder(to)).toMatchObject({ ok: true });
    copyFileSync(oldKey, join(dataDir, 'server.key'));
    await expect(startTestServer({ dataDir })).rejects.toThrow('another key of this log');
  });

  it('[WIT-5] a witness of the old key is shown the change and goes on; a change it cannot check it does not take', async () => {
    const dataDir = folder();
    const plain = await started(dataDir);
    await createSample(plain);
    const { keys } = plain.services.history;
    const { vkeyText } = keys;
    const home = folder();
    const own = witnessKey(home, 'witness.example/one');
    const witness = new Witness(home, own, [vkeyText]);
    const { server: listening, url } = await serveWitness(witness, '127.0.0.1', 0);
    undo.push(() => listening.close());
    await plain.stop();
    writeFileSync(join(dataDir, 'witness.policy'), `witness one ${own.vkey} ${url}\nquorum one\n`);
    const asking = await started(dataDir);
    await asking.services.witnessing.covering(asking.services.history.size - 1);
    await asking.stop();
    expect((await change(dataDir)).code).toBe(0);
    const [proof] = await keyChangesOf(dataDir);
    expect((await witness.changeKey(JSON.stringify(proof))).status).toBe(409);
    expect((await witness.changeKey('{}')).status).toBe(400);
    expect((await witness.changeKey(JSON.stringify({ ...proof, proof: [] }))).status).toBe(422);
    const after = await started(dataDir);
    await createSample(after);
    const { size } = await after.services.witnessing.covering(after.services.history.size - 1);
    expect(size).toBe(after.services.history.size);
    expect((await witness.changeKey(JSON.stringify(proof))).status).toBe(404);
    // It remembers the key over a restart, under the configuration of before; the old key is not believed any more.
    const again = new Witness(home, own, [vkeyText]);
    const { history } = after.services;
    const body = (note: string, to: number) =>
      formatAddCheckpoint({ oldSize: BigInt(size), proof: history.consistencyProof(size, to).map(fromHex), note });
    await createSample(after);
    await history.checkpoints.publish();
    const newest = history.checkpoint();
    if (newest === null) throw new Error('there is a checkpoint');
    expect((await again.answer(body(newest.note, newest.size))).status).toBe(200);
    const byOld = await signCheckpoint(
      { origin: keys.origin, size: size + 1, root: new Uint8Array(32) },
      keys.noteSigner,
    );
    expect((await again.answer(body(byOld, newest.size))).status).toBe(403);
  });
});

/** The proofs that a stopped folder keeps. */
async function keyChangesOf(dataDir: string): Promise<KeyChange[]> {
  const services = await openServices({ ...SERVER_DEFAULTS, dataDir });
  try {
    return await services.history.keyChanges();
  } finally {
    await services.close();
  }
}
