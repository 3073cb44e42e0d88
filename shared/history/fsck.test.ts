import { expect, test } from 'vitest';
import { toHex } from './bytes.ts';
import { webCryptoEd25519 } from './ed25519.ts';
import {
  FIXTURE_VERSION,
  type FixtureLog,
  fixtureStaff,
  grantRoles,
  signedVersion,
  staffedLog,
} from './fixture/index.ts';
import { fsck } from './fsck.ts';
import type { FsckReport, LogReader, StoredEntry } from './fsckReport.ts';
import { parseLeaf } from './leaf.ts';
import { leafHash } from './merkle.ts';

type Change = (index: number, entry: StoredEntry) => StoredEntry | undefined;

function readerOf(log: FixtureLog, change: Change = (_, entry) => entry, note?: string): LogReader {
  return {
    size: async () => log.leaves.length,
    leaf: async (index) => {
      const leaf = log.leaves[index];
      if (leaf === undefined) return undefined;
      const { entry } = parseLeaf(leaf.bytes);
      const stored = { bytes: leaf.bytes, payload: leaf.payload, hash: leafHash(leaf.bytes) };
      return change(index, { ...stored, doc: entry.doc, kind: entry.kind });
    },
    checkpoint: async () => note ?? log.checkpoint(),
    vkey: async () => log.vkey,
    workspace: async () => log.workspace,
  };
}

const check = (reader: LogReader): Promise<FsckReport> => fsck(reader, { ed25519: webCryptoEd25519 });

async function livedLog(): Promise<FixtureLog> {
  const staff = await fixtureStaff();
  const log = await staffedLog(staff);
  await grantRoles(log, staff);
  await signedVersion(log, staff);
  await log.revoke(staff.system, staff.ops);
  return log;
}

const at = (place: number, change: (entry: StoredEntry) => StoredEntry | undefined): Change => {
  return (index, entry) => (index === place ? change(entry) : entry);
};

test('[HIST-50] a sound log passes and the report says what was checked', async () => {
  const log = await livedLog();
  const report = await check(readerOf(log));
  expect(report).toMatchObject({ ok: true, entries: 18, findings: [], checkpointSize: '18' });
  expect(report.root).toBe(toHex(log.tree.root()));
  expect(report.checked).toHaveLength(5);
});

test('[HIST-51] every flipped bit of a leaf or payload is found and its entry named', async () => {
  const log = await livedLog();
  for (let index = 0; index < log.leaves.length; index++) {
    for (const member of ['bytes', 'payload'] as const) {
      const original = log.leaves[index]?.[member] ?? new Uint8Array(0);
      for (let byte = index % 7; byte < original.length; byte += 97) {
        const changed = original.slice();
        changed[byte] = (changed[byte] ?? 0) ^ (1 << (byte % 8));
        const report = await check(
          readerOf(
            log,
            at(index, (entry) => ({ ...entry, [member]: changed })),
          ),
        );
        expect(report.findings.map((finding) => finding.index)).toContain(index);
      }
    }
  }
});

test('[HIST-51] without a stored leaf hash a changed recording time still breaks the signed root', async () => {
  const log = await livedLog();
  const change = at(17, (entry) => {
    const bytes = new TextEncoder().encode(
      new TextDecoder().decode(entry.bytes).replace('2026-01-05T09:00:18', '2027-01-05T09:00:18'),
    );
    return { bytes, payload: entry.payload };
  });
  const report = await check(readerOf(log, change));
  expect(report.findings).toMatchObject([{ code: 'root', index: undefined }]);
});

test('[HIST-52] a missing payload is corruption unless an erase entry names it, and an erased one must be gone', async () => {
  const staff = await fixtureStaff();
  const log = await livedLog();
  const gone = at(11, (entry) => ({ ...entry, payload: null }));
  expect((await check(readerOf(log, gone))).findings).toMatchObject([{ code: 'payload', index: 11 }]);
  const { payHash } = parseLeaf(log.leaves[11]?.bytes ?? new Uint8Array(0)).entry;
  await log.append(staff.system, 'erase', { index: '11', payHash, reason: 'a person asked for it' });
  expect((await check(readerOf(log, gone))).ok).toBe(true);
  expect((await check(readerOf(log))).findings).toMatchObject([{ code: 'erased', index: 11 }]);
  await log.append(staff.system, 'erase', { index: '12', payHash, reason: 'wrong entry' });
  expect((await check(readerOf(log, gone))).findings).toMatchObject([{ code: 'erased', index: 12 }]);
});

test('[HIST-51] missing rows, a cut end and a foreign checkpoint are found', async () => {
  const log = await livedLog();
  const report = await check(
    readerOf(
      log,
      at(13, () => undefined),
    ),
  );
  expect(report.findings).toContainEqual({ code: 'missing', index: 13, text: expect.any(String) });
  const cut = { ...readerOf(log), size: async () => 17 };
  expect((await check(cut)).findings).toMatchObject([
    { code: 'root', text: expect.stringContaining('its end is missing') },
  ]);
  const other = await livedLog();
  const foreign = (await other.checkpoint()).replace('demo', 'else');
  expect((await check(readerOf(log, undefined, foreign))).findings).toMatchObject([{ code: 'checkpoint' }]);
});

test('[HIST-25] a skipped, repeated or forked place in a device chain is named', async () => {
  const staff = await fixtureStaff();
  const log = await staffedLog(staff);
  const read = { subject: FIXTURE_VERSION, action: 'open', count: 1 };
  await log.append(staff.ops, 'read', read);
  await log.append(staff.ops, 'read', read, { alter: (entry) => ({ ...entry, seq: '0', prevDev: '' }) });
  await log.append(staff.ops, 'read', read, { alter: (entry) => ({ ...entry, prevDev: entry.payHash }) });
  const { findings } = await check(readerOf(log));
  expect(findings).toMatchObject([
    { code: 'chain', index: 7 },
    { code: 'chain', index: 8 },
  ]);
});

test('[HIST-53] an author who saw another history, or one from the future, is named', async () => {
  const staff = await fixtureStaff();
  const log = await staffedLog(staff);
  const read = { subject: FIXTURE_VERSION, action: 'open', count: 1 };
  await log.append(staff.ops, 'read', read, { alter: (entry) => ({ ...entry, seenRoot: entry.payHash }) });
  await log.append(staff.ops, 'read', read, { alter: (entry) => ({ ...entry, seenSize: '99' }) });
  const { findings } = await check(readerOf(log));
  expect(findings).toMatchObject([
    { code: 'seen', index: 6 },
    { code: 'seen', index: 7 },
  ]);
});

test('[HIST-30] a signature after the revocation is named, and the one before it stands', async () => {
  const staff = await fixtureStaff();
  const log = await staffedLog(staff);
  const read = { subject: FIXTURE_VERSION, action: 'open', count: 1 };
  await log.append(staff.ops, 'read', read);
  await log.revoke(staff.system, staff.ops);
  await log.append(staff.ops, 'read', read);
  const { findings } = await check(readerOf(log));
  expect(findings).toMatchObject([{ code: 'signature', index: 8 }]);
});
