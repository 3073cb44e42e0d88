import 'fake-indexeddb/auto';
import { entryBytes, signedMessage, webCryptoEd25519 } from '@countersign/shared/history';
import { expect, test } from 'vitest';
import { browserHost } from './browser.ts';
import { HostRefusal } from './contract.ts';
import { DeviceKeyStore } from './deviceKeyStore.ts';

const HASH = '0'.repeat(64);
function entry(kind: 'edit' | 'approve', user = 'u-finance'): Uint8Array {
  return entryBytes({
    v: '1',
    ws: 'w-1',
    doc: 'v-1',
    kind,
    user,
    dev: 'd-1',
    epoch: 'e1',
    seq: '0',
    prevDev: '',
    seenSize: '0',
    seenRoot: '',
    payHash: HASH,
    payLen: '1',
    nonce: '0'.repeat(32),
    devTime: '2026-11-21T09:00:00.000Z',
  });
}
const summary = (bytes: Uint8Array) => ({
  title: 'Approve',
  lines: [],
  action: 'Approve',
  entry: bytes,
  payload: new Uint8Array(),
});
let names = 0;
function host() {
  names += 1;
  return browserHost({ serverUrl: 'http://127.0.0.1:1', keys: new DeviceKeyStore(`host-${names}`) });
}

test('[CLI-1] a person has one key per profile, kept across restarts and shared by windows that start at once', async () => {
  const first = new DeviceKeyStore('shared-profile');
  const second = new DeviceKeyStore('shared-profile');
  const [a, b] = await Promise.all([first.publicKey('u-finance'), second.publicKey('u-finance')]);
  expect(a).toEqual(b);
  expect(a).toHaveLength(32);
  expect(await first.publicKey('u-ops')).not.toEqual(a);
  first.close();
  expect(await new DeviceKeyStore('shared-profile').publicKey('u-finance')).toEqual(a);
});

test('[CLI-1] an edit is signed unattended with the key of its user', async () => {
  const { deviceKey } = host();
  const bytes = entry('edit');
  const signature = await deviceKey.sign(bytes);
  const good = (key: Uint8Array) => webCryptoEd25519.verify(key, signedMessage(bytes), signature);
  expect(await good(await deviceKey.publicKey('u-finance'))).toBe(true);
  expect(await good(await deviceKey.publicKey('u-ops'))).toBe(false);
});

test('[CLI-25] a new key takes the place of a revoked one, in every window of the profile and over a restart', async () => {
  const first = new DeviceKeyStore('renewed-profile');
  const second = new DeviceKeyStore('renewed-profile');
  const { deviceKey } = browserHost({ serverUrl: 'http://127.0.0.1:1', keys: first });
  const old = await deviceKey.publicKey('u-finance');
  expect(await second.publicKey('u-finance')).toEqual(old);
  const renewed = await deviceKey.renew('u-finance');
  expect(renewed).not.toEqual(old);
  expect(await second.publicKey('u-finance')).toEqual(renewed);
  const bytes = entry('edit');
  const signature = await second.sign('u-finance', new Uint8Array(signedMessage(bytes)));
  expect(await webCryptoEd25519.verify(renewed ?? old, signedMessage(bytes), signature)).toBe(true);
  first.close();
  expect(await new DeviceKeyStore('renewed-profile').publicKey('u-finance')).toEqual(renewed);
});

test('[CLI-2] a command is signed only after a confirmation of exactly these bytes, and once', async () => {
  const { deviceKey, confirm, setConfirmer } = host();
  const bytes = entry('approve');
  await expect(deviceKey.sign(bytes)).rejects.toThrow(HostRefusal);
  setConfirmer(async () => false);
  expect(await confirm(summary(bytes))).toBe(false);
  await expect(deviceKey.sign(bytes)).rejects.toThrow('not confirmed');
  setConfirmer(async () => true);
  expect(await confirm(summary(bytes))).toBe(true);
  await expect(deviceKey.sign(entry('approve', 'u-ops'))).rejects.toThrow('not confirmed');
  expect(await deviceKey.sign(bytes)).toHaveLength(64);
  await expect(deviceKey.sign(bytes)).rejects.toThrow('not confirmed');
});

test('[CLI-2] without a place to ask, nothing is confirmed; what is not an entry is not signed', async () => {
  const { deviceKey, confirm, openExternal } = host();
  await expect(confirm(summary(entry('approve')))).rejects.toThrow(HostRefusal);
  await expect(deviceKey.sign(new TextEncoder().encode('{"kind":"edit"'))).rejects.toThrow('could not be read');
  await expect(deviceKey.sign(new TextEncoder().encode('{"kind":"edit"}'))).rejects.toThrow(HostRefusal);
  await expect(openExternal('javascript:alert(1)')).rejects.toThrow('https');
});
