// The Python verifier shares no code with this folder: it must give the same verdict on everything.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { canonicalJson } from '../model/canonical.ts';
import { buildBundle, verifyBundle } from './bundle/index.ts';
import { fromUtf8, utf8 } from './bytes.ts';
import {
  FIXTURE_CONTENT,
  FIXTURE_VERSION,
  type FixtureLog,
  type FixtureStaff,
  fixtureBundle,
  fixtureDevice,
  fixtureStaff,
  ordinaryCast,
  signedVersion,
  staffedLog,
  type VersionCast,
} from './fixture/index.ts';
import { havePython, python } from './fixture/secondVerifier.ts';
import { contentHash } from './keyring.ts';

const vectors = fileURLToPath(new URL('../vectors/history.json', import.meta.url));
const edges = fileURLToPath(new URL('../vectors/edges.json', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'countersign-verifier-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The entry that a refusal names. */
const placeIn = (said: string | null): string => /log index \d+, \w+/.exec(said ?? '')?.[0] ?? 'none';

/** Code of the failure, or null for a good bundle, from both verifiers, which must name the same entry too. */
async function verdicts(
  bundles: readonly Uint8Array[],
  vkey: string,
): Promise<{ ours: (string | null)[]; theirs: (string | null)[] }> {
  const files = bundles.map((bytes, i) => {
    const file = join(folder, `${i}.bundle`);
    writeFileSync(file, bytes);
    return file;
  });
  const ours: (string | null)[] = [];
  const places: string[] = [];
  for (const bytes of bundles) {
    const report = await verifyBundle(bytes, { vkey });
    ours.push(report.ok ? null : report.failure.code);
    places.push(placeIn(report.ok ? null : report.failure.where));
  }
  const ran = await python('--json', '--key', vkey, ...files);
  expect(ran.err).toBe('');
  const lines = ran.out.trimEnd().split('\n');
  const said = lines.map((line): { code: string | null; text: string | null } => JSON.parse(line));
  expect(said.map(({ text }) => placeIn(text))).toEqual(places);
  return { ours, theirs: said.map(({ code }) => code) };
}

test('[HIST-62] the Python verifier passes every history vector', { timeout: 120_000 }, async () => {
  if (!(await havePython())) return;
  expect(await python('--vectors', vectors)).toEqual({ code: 0, out: '156 passed, 0 failed\n', err: '' });
  expect(await python('--vectors', edges)).toEqual({ code: 0, out: '353 passed, 0 failed\n', err: '' });
});

/** Logs that are wrong in meaning while every byte is in order: what only the checks of meaning can see. */
async function wrongLogs(staff: FixtureStaff): Promise<FixtureLog[]> {
  const cast = ordinaryCast(staff);
  const logs: FixtureLog[] = [];
  const lived = async (changed: Partial<VersionCast>, before?: (log: FixtureLog) => Promise<unknown>) => {
    const log = await staffedLog(staff);
    await before?.(log);
    await signedVersion(log, staff, { ...cast, ...changed });
    logs.push(log);
    return log;
  };
  const puppet = await fixtureDevice('u-puppet');
  const second = await fixtureDevice('u-approver', 'd-approver-2');
  await lived({});
  await lived({ approvers: [staff.approver, staff.controller], exporter: staff.approver });
  await lived({ approvers: [staff.ops] });
  await lived({ submitter: staff.approver });
  await lived({ approvers: [staff.approver, staff.approver] });
  await lived({ exporter: staff.approver });
  await lived({ authors: ['u-finance'] });
  await lived({ authors: ['u-finance'], approvers: [staff.ops] });
  const place = { doc: FIXTURE_VERSION, epoch: 'remark', parts: [utf8('update')] };
  for (const [by, field] of [
    [staff.approver, '$comment'],
    [staff.approver, 'rate'],
    [staff.controller, '$comment'],
  ] as const)
    await lived({ remark: { by, field, place } });
  await lived({ approvers: [] });
  await lived({ approvers: [second] });
  await lived({ approvers: [second] }, (log) => log.enrol(staff.approver, second));
  await lived({}, (log) => log.enrol(staff.approver, second, 'admin'));
  await lived({}, (log) => log.enrol(staff.ops, puppet));
  await lived({}, (log) => log.enrol(staff.system, staff.ops));
  await lived({}, (log) => log.revoke(staff.system, staff.approver));
  await lived({}, (log) => log.revoke(staff.approver, staff.approver));
  await lived({}, (log) => log.revoke(staff.ops, staff.finance));
  await lived({ approvers: [{ ...staff.ops, userId: 'u-approver' }] });
  await lived({ approvers: [{ ...staff.approver, signer: staff.ops.signer }] });
  const bound = { versionId: FIXTURE_VERSION, contentHash: contentHash(FIXTURE_CONTENT) };
  const again = { ...bound, target: 'billing', idempotencyKey: 'fixture-2' };
  for (const kind of ['withdraw', 'execute', 'receipt'] as const) {
    const log = await lived({});
    const payload = kind === 'receipt' ? { ...bound, idempotencyKey: 'k', status: 'DONE' } : bound;
    await log.append(staff.finance, kind, payload, { doc: FIXTURE_VERSION });
    await log.append(staff.exporter, 'export', again, { doc: FIXTURE_VERSION });
  }
  const twice = await lived({});
  const repeat = { doc: FIXTURE_VERSION, alter: <T extends object>(entry: T) => ({ ...entry, seq: '0', prevDev: '' }) };
  await twice.append(staff.exporter, 'export', again, repeat);
  return logs;
}

test('[HIST-62] both verifiers see the same fault in every log that is wrong in meaning', {
  timeout: 120_000,
}, async () => {
  if (!(await havePython())) return;
  const staff = await fixtureStaff();
  const bundles: Uint8Array[] = [];
  const logs = await wrongLogs(staff);
  for (const log of logs) bundles.push(await buildBundle(await log.bundleParts(FIXTURE_VERSION, FIXTURE_CONTENT)));
  const [first] = logs;
  if (first === undefined) throw new Error('no logs');
  for (const hidden of [1, 4, 6, 7, 9, 10, 11]) {
    const leaves = first.leaves.filter((leaf) => leaf.index !== hidden);
    bundles.push(await buildBundle(await first.bundleParts(FIXTURE_VERSION, FIXTURE_CONTENT, { leaves })));
  }
  const elsewhere = await staffedLog(staff);
  const content = { ...FIXTURE_CONTENT, contractId: 'c-other' };
  await signedVersion(elsewhere, staff, ordinaryCast(staff), FIXTURE_VERSION, content);
  bundles.push(await buildBundle(await elsewhere.bundleParts(FIXTURE_VERSION, content)));
  for (const changed of [{ content: { a: 1.5e-7 } }, { policy: null }, { workspace: 'other' }]) {
    bundles.push(await buildBundle(await first.bundleParts(FIXTURE_VERSION, FIXTURE_CONTENT, changed)));
  }
  const { ours, theirs } = await verdicts(bundles, first.vkey);
  expect(theirs).toEqual(ours);
  expect(new Set(ours)).toEqual(
    new Set([null, 'duties', 'lifecycle', 'signature', 'enrolment', 'chain', 'content', 'policy', 'workspace']),
  );
});

/** Replaces one value somewhere inside a JSON value, chosen by `at`. */
function replaceInside(value: unknown, at: number, by: unknown): unknown {
  let left = at;
  const walk = (node: unknown): unknown => {
    if (left-- === 0) return by;
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, member]) => [key, walk(member)]));
  };
  return walk(value);
}

test('[HIST-62] both verifiers refuse the same mutated bundles for the same reason', { timeout: 240_000 }, async () => {
  if (!(await havePython())) return;
  const { log, bytes } = await fixtureBundle();
  const value: unknown = JSON.parse(fromUtf8(bytes));
  const flipped = fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 7 })).map(([at, bit]) => {
    return bytes.with(at, (bytes[at] ?? 0) ^ (1 << bit));
  });
  const cut = fc.tuple(fc.nat({ max: bytes.length }), fc.nat({ max: 40 })).map(([at, length]) => {
    return new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(at + length)]);
  });
  const odd = fc.constantFrom<unknown>(
    '',
    '0',
    '1',
    'u-ops',
    'A'.repeat(44),
    null,
    true,
    0,
    -1,
    1.5,
    1e21,
    1e-7,
    [],
    {},
    'é€😀',
    '1'.repeat(16),
  );
  const replaced = fc
    .tuple(fc.nat({ max: 420 }), odd)
    .map(([at, by]) => utf8(`${canonicalJson(replaceInside(value, at, by))}\n`));
  const bundles = fc.sample(fc.oneof(flipped, cut, replaced), { seed: 62, numRuns: 400 });
  const { ours, theirs } = await verdicts([bytes, ...bundles], log.vkey);
  expect(theirs).toEqual(ours);
  expect(ours[0]).toBeNull();
});
