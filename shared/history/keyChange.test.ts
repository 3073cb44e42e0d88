import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildAuditFile, verifyAuditFile } from './audit/index.ts';
import { buildBundle, verifyBundle } from './bundle/index.ts';
import { fromBase64, toBase64, toHex } from './bytes.ts';
import { signerFromSeed, webCryptoEd25519 } from './ed25519.ts';
import {
  FIXTURE_CONTENT,
  FIXTURE_VERSION,
  FixtureLog,
  fixtureBundle,
  fixtureDevice,
  fixtureStaff,
  seedFor,
  signedVersion,
  staffedLog,
} from './fixture/index.ts';
import { fsck } from './fsck.ts';
import { followKeyChanges, type KeyChange, KeyChangeError, keyForSize, makeKeyChange } from './keyChange.ts';
import { parseLeaf } from './leaf.ts';
import { formatVkey, noteSigner } from './vkey.ts';

/** A log whose key was changed a few times, with what it was called before each. */
async function changedLog(times: number): Promise<{ log: FixtureLog; keys: string[] }> {
  const system = await fixtureDevice('u-system');
  const log = await FixtureLog.open(system);
  const keys = [log.vkey];
  for (let i = 0; i < times; i += 1) {
    await log.enrol(system, await fixtureDevice(`u-${i}`));
    await log.changeKey(system, `next ${i}`);
    keys.push(log.vkey);
  }
  await log.enrol(system, await fixtureDevice('u-last'));
  return { log, keys };
}

test('[HIST-101] whoever believes any key of a log follows to the one in force, and no further than was proved', async () => {
  const { log, keys } = await changedLog(3);
  for (const [i, key] of keys.entries()) {
    const followed = await followKeyChanges(key, log.changes);
    expect(followed.vkey).toBe(keys[3]);
    expect(followed.changes.map(({ previous }) => previous)).toEqual(keys.slice(i, 3));
    expect((await followKeyChanges(key, log.changes.slice(0, 2))).vkey).toBe(keys[Math.max(2, i)]);
  }
  const stranger = formatVkey(log.origin, (await signerFromSeed(seedFor('stranger'))).publicKey);
  expect(await followKeyChanges(stranger, log.changes)).toMatchObject({ vkey: stranger, changes: [] });
  const { changes } = await followKeyChanges(keys[0] ?? '', log.changes);
  for (const { index, vkey, previous } of changes) {
    expect(keyForSize(keys[0] ?? '', changes, BigInt(index))).toBe(previous);
    expect(keyForSize(keys[0] ?? '', changes, BigInt(index + 1))).toBe(vkey);
  }
});

test('[HIST-100] a change with any bit flipped, out of order, left out or repeated leads nowhere', async () => {
  const { log, keys } = await changedLog(2);
  const [first, second] = log.changes;
  const believed = keys[0] ?? '';
  if (first === undefined || second === undefined) throw new Error('there are two changes');
  const refused = (changes: readonly KeyChange[]) =>
    expect(followKeyChanges(believed, changes, webCryptoEd25519)).rejects.toBeInstanceOf(KeyChangeError);
  await refused([first, first]);
  await refused([first, second, second]);
  expect((await followKeyChanges(believed, [second])).vkey).toBe(believed);
  const bent = (text: string, at: number, bit: number): string => {
    const bytes = Buffer.from(text, 'base64');
    const place = at % bytes.length;
    bytes.writeUInt8(bytes.readUInt8(place) ^ (1 << bit), place);
    return toBase64(bytes);
  };
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('leaf', 'payload', 'proof', 'checkpoint'),
      fc.nat(),
      fc.nat(7),
      async (part, at, bit) => {
        const altered: KeyChange =
          part === 'leaf' || part === 'payload'
            ? { ...first, [part]: bent(first[part], at, bit) }
            : part === 'proof'
              ? { ...first, proof: first.proof.with(at % first.proof.length, bent(first.proof[0] ?? '', at, bit)) }
              : { ...first, checkpoint: flippedText(first.checkpoint, at, bit) };
        const outcome = await followKeyChanges(believed, [altered, second]).then(
          ({ vkey }) => vkey,
          (cause: unknown) => cause,
        );
        // Either refused, or no longer a change of the key that is believed.
        expect(outcome instanceof KeyChangeError || outcome === believed, String(outcome)).toBe(true);
      },
    ),
    { numRuns: 300, seed: 100 },
  );
});

/** The same text with one bit of one character changed; a signature stays a signature only where nothing changed. */
function flippedText(text: string, at: number, bit: number): string {
  const bytes = new TextEncoder().encode(text);
  const place = at % bytes.length;
  return new TextDecoder().decode(bytes.with(place, (bytes[place] ?? 0) ^ (1 << bit)));
}

test('[HIST-100] a new key that only one of the two keys signed, or that belongs to another log, is refused', async () => {
  const system = await fixtureDevice('u-system');
  const log = await FixtureLog.open(system);
  const old = log.vkey;
  const next = await signerFromSeed(seedFor('next'));
  const thief = await signerFromSeed(seedFor('thief'));
  const attempt = async (vkey: string, previous: 'old' | 'thief', signedBy: 'next' | 'thief', origin = log.origin) => {
    const own = await FixtureLog.open(system);
    const index = await own.append(system, 'logKey', { vkey, previous: old, reason: 'x' });
    const { bytes, payload } = own.leaves[index] ?? { bytes: new Uint8Array(), payload: new Uint8Array() };
    const signer = async (who: 'old' | 'next' | 'thief') =>
      noteSigner(
        origin,
        who === 'next' ? next : who === 'thief' ? thief : await signerFromSeed(seedFor(`log ${log.workspace}`)),
      );
    const change = await makeKeyChange({
      leaf: bytes,
      payload: payload ?? new Uint8Array(),
      proof: own.tree.inclusionProof(index, index + 1).map(toHex),
      checkpoint: { origin, size: index + 1, root: own.tree.root() },
      previous: await signer(previous),
      next: await signer(signedBy),
    });
    return followKeyChanges(old, [change]);
  };
  const good = formatVkey(log.origin, next.publicKey);
  expect((await attempt(good, 'old', 'next')).vkey).toBe(good);
  await expect(attempt(good, 'thief', 'next')).rejects.toBeInstanceOf(KeyChangeError);
  await expect(attempt(good, 'old', 'thief')).rejects.toBeInstanceOf(KeyChangeError);
  await expect(attempt(old, 'old', 'next')).rejects.toThrow('the new key is the old one');
  const foreign = formatVkey('other.example', next.publicKey);
  await expect(attempt(foreign, 'old', 'next')).rejects.toThrow('another log');
  await expect(attempt(good, 'old', 'next', 'other.example')).rejects.toBeInstanceOf(KeyChangeError);
});

test('[HIST-102] a bundle made after a change verifies with the old key and the new, and not without the proof', async () => {
  const staff = await fixtureStaff();
  const log = await staffedLog(staff);
  const first = log.vkey;
  await log.changeKey(staff.system, 'second');
  const second = log.vkey;
  await signedVersion(log, staff);
  await log.changeKey(staff.system, 'third');
  const parts = await log.bundleParts(FIXTURE_VERSION, FIXTURE_CONTENT);
  const bytes = await buildBundle(parts);
  for (const vkey of [first, second, log.vkey]) expect(await verifyBundle(bytes, { vkey })).toMatchObject({ ok: true });
  const other = formatVkey(log.origin, (await signerFromSeed(seedFor('other'))).publicKey);
  const failed = { ok: false, failure: { code: 'key' } };
  expect(await verifyBundle(bytes, { vkey: other })).toMatchObject(failed);
  // The server signs under a new key and shows no change, or not all of them.
  for (const keyChanges of [[], log.changes.slice(0, 1), log.changes.slice(1)]) {
    const without = await buildBundle({ ...parts, keyChanges });
    expect(await verifyBundle(without, { vkey: first })).toMatchObject(failed);
  }
  // A change that stands in another history than the bundle's.
  const elsewhere = await changedLog(1);
  const lent = await buildBundle({ ...parts, vkey: elsewhere.log.vkey, keyChanges: elsewhere.log.changes });
  expect(await verifyBundle(lent, { vkey: elsewhere.keys[0] ?? '' })).toMatchObject(failed);
  const older = await fixtureBundle();
  expect(await verifyBundle(older.bytes, { vkey: older.log.vkey })).toMatchObject({ ok: true });
});

test('[HIST-102] so does an audit file, and only a system device signs a change', async () => {
  const { log, keys } = await changedLog(1);
  const stranger = await fixtureDevice('u-0');
  const file = async (from: FixtureLog) =>
    buildAuditFile({
      workspace: from.workspace,
      vkey: from.vkey,
      keyChanges: from.changes,
      query: { from: null, to: null, doc: null, user: null },
      names: { users: {}, documents: {} },
      checkpoint: await from.checkpoint(),
      listed: from.leaves,
      keys: from.leaves,
      erasures: [],
      prove: (index, size) => from.tree.inclusionProof(index, size),
      signer: noteSigner(from.origin, await signerFromSeed(seedFor(from === log ? 'next 0' : 'by a stranger'))),
    });
  expect(await verifyAuditFile(await file(log), { vkey: keys[0] ?? '' })).toMatchObject({ ok: true });
  const system = await fixtureDevice('u-system');
  const usurped = await FixtureLog.open(system);
  const before = usurped.vkey;
  await usurped.enrol(system, stranger);
  await usurped.changeKey(stranger, 'by a stranger');
  expect(await verifyAuditFile(await file(usurped), { vkey: before })).toMatchObject({
    ok: false,
    failure: { code: 'signature', text: expect.stringContaining('Only a system device') },
  });
});

test('[HIST-104] fsck follows the changes, and names one that does not follow or has no proof', async () => {
  const { log, keys } = await changedLog(2);
  const check = (more: { vkey?: string; changes?: readonly KeyChange[] } = {}) =>
    fsck(
      {
        size: async () => log.leaves.length,
        leaf: async (index) => log.leaves[index],
        checkpoint: () => log.checkpoint(),
        vkey: async () => more.vkey ?? log.vkey,
        keyChanges: async () => more.changes ?? log.changes,
      },
      { ed25519: webCryptoEd25519 },
    );
  expect(await check()).toMatchObject({ ok: true });
  const last = Number(parseLeaf(fromBase64(log.changes[1]?.leaf ?? '')).env.index);
  expect((await check({ vkey: keys[1] ?? '' })).findings).toMatchObject(
    [{ code: 'checkpoint' }, { code: 'key', index: last }].toReversed(),
  );
  expect((await check({ changes: log.changes.slice(0, 1) })).findings).toMatchObject([
    { code: 'key', index: last },
    { code: 'key' },
  ]);
  expect((await check({ changes: [...log.changes, ...log.changes] })).ok).toBe(false);
});
