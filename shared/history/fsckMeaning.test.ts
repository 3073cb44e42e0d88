import { expect, test } from 'vitest';
import { toHex } from './bytes.ts';
import { webCryptoEd25519 } from './ed25519.ts';
import { FIXTURE_VERSION, type FixtureLog, fixtureStaff, staffedLog } from './fixture/index.ts';
import { fsck } from './fsck.ts';
import { parseLeaf } from './leaf.ts';
import { leafHash } from './merkle.ts';

async function findings(log: FixtureLog): Promise<string[]> {
  const report = await fsck(
    {
      size: async () => log.leaves.length,
      leaf: async (index) => {
        const leaf = log.leaves[index];
        if (leaf === undefined) return undefined;
        const { doc, kind } = parseLeaf(leaf.bytes).entry;
        return { bytes: leaf.bytes, payload: leaf.payload, hash: leafHash(leaf.bytes), doc, kind };
      },
      checkpoint: () => log.checkpoint(),
      vkey: async () => log.vkey,
    },
    { ed25519: webCryptoEd25519 },
  );
  return report.findings.map(({ index, text }) => `${index}: ${text}`);
}

test('[HIST-35] nobody but the server creates, imports or gives roles', async () => {
  const staff = await fixtureStaff();
  const log = await staffedLog(staff);
  const imported = { fileHash: '0'.repeat(64), fileName: 'f', rows: 0, sheets: [], commands: [], by: 'u-finance' };
  await log.append(staff.ops, 'import', { draftId: FIXTURE_VERSION, ...imported }, { doc: FIXTURE_VERSION });
  await log.append(staff.ops, 'role', { action: 'grant', userId: 'u-ops', role: 'approver' });
  await log.append(staff.system, 'role', { action: 'grant', userId: 'u-ops', role: 'viewer' });
  expect(await findings(log)).toEqual([
    '6: u-finance imports, and held no role at this place of the log that allows it.',
    '6: Only a system device signs entries of kind import.',
    '7: Only a system or admin device signs entries of kind role.',
  ]);
});

test('[HIST-54] a restore stands behind exactly what it says was kept', async () => {
  const staff = await fixtureStaff();
  const log = await staffedLog(staff);
  const size = log.leaves.length;
  const restore = { root: toHex(log.tree.root()), checkpoint: await log.checkpoint(), reason: 'disk lost' };
  await log.append(staff.system, 'restore', { ...restore, size: String(size) });
  expect(await findings(log)).toEqual([]);
  await log.append(staff.system, 'restore', { ...restore, size: String(size) });
  await log.append(staff.system, 'restore', { ...restore, size: String(size + 2) });
  await log.append(staff.system, 'restore', {
    root: toHex(log.tree.root()),
    size: String(size + 3),
    checkpoint: 'none',
    reason: 'x',
  });
  expect(await findings(log)).toEqual([
    `${size + 1}: The restore says that ${size} entries were kept, and it stands behind ${size + 1}.`,
    `${size + 2}: The restore names another root than that of the entries before it.`,
    `${size + 3}: The restore names no checkpoint.`,
  ]);
});

test('[HIST-55] a parked entry is the one its hash names; nothing erases what comes later', async () => {
  const staff = await fixtureStaff();
  const log = await staffedLog(staff);
  const park = { entryHash: '0'.repeat(64), deviceId: 'd-u-ops', reason: 'revoked' };
  await log.append(staff.system, 'park', park, { doc: 'parked', parts: [new Uint8Array(3)] });
  await log.append(staff.system, 'erase', { index: '8', payHash: '0'.repeat(64), reason: 'x' });
  expect(await findings(log)).toEqual([
    '6: The parked entry is not the one that its hash names.',
    '7: The entry erases one that comes after it.',
    '8: An erase entry names another payload for this entry.',
  ]);
});
