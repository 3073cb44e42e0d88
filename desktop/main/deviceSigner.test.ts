import { createPublicKey, verify } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Entry, encodePayload, entryBytes, payloadRoot, signedMessage } from '@countersign/shared/history';
import { canonicalJson } from '@countersign/shared/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeviceSigner, SigningRefused, type Vault } from './deviceSigner.ts';

const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const vault: Vault = {
  seal: async (text) => Buffer.from([...text].reverse().join('')),
  open: async (sealed) => [...sealed.toString()].reverse().join(''),
};
const utf8 = (text: string) => new TextEncoder().encode(text);
const payload = [utf8(canonicalJson({ contentHash: 'ab'.repeat(32), versionId: 'v-1' }))];
const entry = (kind: Entry['kind']): Entry => ({
  v: '1',
  ws: 'w-1',
  doc: 'v-1',
  kind,
  user: 'u-finance',
  dev: 'd-1',
  epoch: '1',
  seq: '0',
  prevDev: '',
  seenSize: '0',
  seenRoot: '',
  payHash: Buffer.from(payloadRoot(payload)).toString('hex'),
  payLen: String(payload[0]?.length ?? 0),
  nonce: '00'.repeat(16),
  devTime: '2026-11-20T12:00:00.000Z',
});
const request = (kind: Entry['kind']) => ({
  title: 'Approve version 2 of 2659161',
  lines: ['Net USD 93,160.00'],
  action: 'Approve',
  entry: entryBytes(entry(kind)),
  payload: encodePayload(payload),
});

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-key-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (agree: boolean, asked: string[] = []) =>
  new DeviceSigner(folder, vault, async ({ message, detail }) => {
    asked.push(`${message}\n${detail}`);
    return agree;
  });

describe('the device key in the main process', () => {
  it('[ELE-6] signs an edit unattended, verifiable with the public key', async () => {
    const signer = open(false);
    const bytes = entryBytes(entry('edit'));
    const key = createPublicKey({
      key: Buffer.concat([SPKI, await signer.publicKey('u-finance')]),
      format: 'der',
      type: 'spki',
    });
    expect(verify(null, signedMessage(bytes), key, await signer.sign(bytes))).toBe(true);
  });

  it('[ELE-6] keeps the same key across restarts, sealed and readable by its owner only', async () => {
    const first = await open(false).publicKey('u-finance');
    expect(await open(false).publicKey('u-finance')).toEqual(first);
    expect(await open(false).publicKey('u-ops')).not.toEqual(first);
    const files = await readdir(folder);
    expect(files).toHaveLength(2);
    for (const file of files) {
      expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
      expect((await readFile(join(folder, file))).includes('MC4CAQAw')).toBe(false);
    }
  });

  it('[ELE-6] does not replace a key file that it cannot open', async () => {
    await open(false).publicKey('u-finance');
    const file = join(folder, (await readdir(folder))[0] ?? '');
    await writeFile(file, 'broken');
    await expect(open(false).publicKey('u-finance')).rejects.toThrow();
    expect(await readFile(file, 'utf8')).toBe('broken');
  });

  it('[ELE-6] [CLI-25] makes a new key in the place of a revoked one when the person agrees, and none after a no', async () => {
    const asked: string[] = [];
    const old = await open(false).publicKey('u-finance');
    expect(await open(false).renew('u-finance')).toBeNull();
    expect(await open(false).publicKey('u-finance')).toEqual(old);
    const signer = open(true, asked);
    const renewed = await signer.renew('u-finance');
    expect(asked[0]).toContain('was revoked');
    expect(renewed).not.toEqual(old);
    expect(await signer.publicKey('u-finance')).toEqual(renewed);
    expect(await open(false).publicKey('u-finance')).toEqual(renewed);
  });

  it('[ELE-7] signs a command only after a yes to exactly these bytes, and only once', async () => {
    const asked: string[] = [];
    const signer = open(true, asked);
    const approve = request('approve');
    await expect(signer.sign(approve.entry)).rejects.toThrow(SigningRefused);
    expect(await signer.confirm(approve)).toBe(true);
    expect(asked[0]).toContain('ab'.repeat(32));
    expect(asked[0]).toContain('Sign "approve" for v-1?');
    await expect(signer.sign(entryBytes(entry('execute')))).rejects.toThrow(SigningRefused);
    expect(await signer.sign(approve.entry)).toHaveLength(64);
    await expect(signer.sign(approve.entry)).rejects.toThrow(SigningRefused);
  });

  it('[ELE-7] signs nothing after a no', async () => {
    const signer = open(false);
    expect(await signer.confirm(request('export'))).toBe(false);
    await expect(signer.sign(request('export').entry)).rejects.toThrow(SigningRefused);
  });

  it('[ELE-7] asks nothing when the payload is not the one the entry names', async () => {
    const asked: string[] = [];
    const signer = open(true, asked);
    const other = { ...request('approve'), payload: encodePayload([utf8('{}')]) };
    await expect(signer.confirm(other)).rejects.toThrow(SigningRefused);
    expect(asked).toEqual([]);
  });

  it('[ELE-8] signs only schema-checked entries in canonical form', async () => {
    const signer = open(false);
    const text = new TextDecoder().decode(entryBytes(entry('edit')));
    for (const bytes of [
      utf8('{}'),
      utf8('anything'),
      utf8(` ${text}`),
      utf8(text.replace('"edit"', '"unknown"')),
      new Uint8Array([255]),
    ])
      await expect(signer.sign(bytes)).rejects.toThrow(SigningRefused);
  });
});
