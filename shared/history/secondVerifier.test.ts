// Audit files and cosigned bundles by both verifiers: the same verdict for the same reason, good, wrong in meaning or mutated.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { canonicalJson } from '../model/canonical.ts';
import { type AuditParts, type AuditQuery, buildAuditFile, verifyAuditFile } from './audit/index.ts';
import { buildBundle, verifyBundle } from './bundle/index.ts';
import { fromUtf8, utf8 } from './bytes.ts';
import { signerFromSeed, webCryptoEd25519 } from './ed25519.ts';
import { FIXTURE_CONTENT, FIXTURE_VERSION, FixtureLog, fixtureStaff, seedFor, signedVersion } from './fixture/index.ts';
import { havePython, python } from './fixture/secondVerifier.ts';
import { parseLeaf } from './leaf.ts';
import { formatVkey, noteSigner, SIGNATURE_TYPE } from './vkey.ts';
import { cosign, cosigner, parseWitnessPolicy, withCosignatures } from './witness/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-second-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Codes of the second verifier, null for good files. */
async function theirs(files: readonly Uint8Array[], vkey: string, ...more: string[]): Promise<(string | null)[]> {
  const paths = files.map((bytes, i) => {
    const path = join(folder, `${i}.file`);
    writeFileSync(path, bytes);
    return path;
  });
  const ran = await python('--json', '--key', vkey, ...more, ...paths);
  expect(ran.err).toBe('');
  return ran.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).code);
}

const codeOf = (report: { ok: true } | { ok: false; failure: { code: string } }): string | null =>
  report.ok ? null : report.failure.code;

const ALL: AuditQuery = { from: null, to: null, doc: null, user: null };

async function livedLog(
  policy: unknown = { approvers: 1 },
): Promise<{ log: FixtureLog; staff: Awaited<ReturnType<typeof fixtureStaff>> }> {
  const staff = await fixtureStaff();
  const log = await FixtureLog.open(staff.system, 'demo', policy);
  for (const device of [staff.ops, staff.finance, staff.approver, staff.controller, staff.exporter]) {
    await log.enrol(staff.system, device);
  }
  await signedVersion(log, staff);
  return { log, staff };
}

async function auditOf(log: FixtureLog, query: AuditQuery, changed: Partial<AuditParts> = {}): Promise<Uint8Array> {
  const own = log.leaves.filter(({ bytes }) => query.doc === null || parseLeaf(bytes).entry.doc === query.doc);
  return buildAuditFile({
    workspace: log.workspace,
    vkey: log.vkey,
    query,
    names: { users: { 'u-ops': 'Öps 😀' }, documents: {} },
    checkpoint: await log.checkpoint(),
    listed: own,
    keys: log.leaves.filter(({ bytes }) => parseLeaf(bytes).entry.doc === 'workspace'),
    erasures: [],
    prove: (index, size) => log.tree.inclusionProof(index, size),
    signer: noteSigner(log.origin, await signerFromSeed(seedFor(`log ${log.workspace}`))),
    ...changed,
  });
}

test('[HIST-62] both verifiers agree on audit files', { timeout: 120_000 }, async () => {
  if (!(await havePython())) return;
  const { log, staff } = await livedLog();
  const version = { ...ALL, doc: FIXTURE_VERSION };
  const own = log.leaves.filter(({ bytes }) => parseLeaf(bytes).entry.doc === FIXTURE_VERSION);
  const edited = own.find(({ bytes }) => parseLeaf(bytes).entry.kind === 'edit');
  if (edited === undefined) throw new Error('the fixture has edits');
  const gone = own.map((stored) => (stored === edited ? { ...stored, payload: null } : stored));
  const files = [
    await auditOf(log, ALL),
    await auditOf(log, version),
    await auditOf(log, { ...ALL, user: 'u-nobody' }, { listed: [] }),
    await auditOf(log, version, { listed: own.toSpliced(2, 1) }),
    await auditOf(log, ALL, { listed: log.leaves.toSpliced(3, 1) }),
    await auditOf(log, { ...ALL, user: 'u-ops' }),
    await auditOf(log, { ...ALL, from: '2026-01-05T09:00:05.000Z' }),
    await auditOf(log, version, { listed: gone }),
    await auditOf(log, version, { listed: own.slice(1) }),
    await auditOf(log, ALL, { listed: log.leaves.slice(1) }),
    await auditOf(log, ALL, { listed: [] }),
    await auditOf(log, version, { keys: [] }),
    await auditOf(log, version, { signer: noteSigner(log.origin, await signerFromSeed(seedFor('stranger'))) }),
  ];
  const payHash = parseLeaf(edited.bytes).entry.payHash;
  const erase = { index: String(edited.index), payHash, reason: 'asked for' };
  await log.append(staff.system, 'erase', erase, { doc: FIXTURE_VERSION });
  const last = log.leaves.at(-1);
  files.push(await auditOf(log, version, { listed: last === undefined ? gone : [...gone, last] }));
  const good = files[1] ?? new Uint8Array();
  const flipped = fc.tuple(fc.nat({ max: good.length - 1 }), fc.nat({ max: 7 })).map(([at, bit]) => {
    return good.with(at, (good[at] ?? 0) ^ (1 << bit));
  });
  files.push(...fc.sample(flipped, { seed: 80, numRuns: 120 }));
  const ours: (string | null)[] = [];
  for (const bytes of files) ours.push(codeOf(await verifyAuditFile(bytes, { vkey: log.vkey })));
  const verdicts = await theirs(files, log.vkey);
  expect(verdicts).toEqual(ours);
  expect(ours.slice(0, 14)).toEqual([
    null,
    null,
    null,
    'chain',
    'chain',
    'leaf',
    'leaf',
    'payload',
    'chain',
    'chain',
    'chain',
    'signature',
    'signature',
    null,
  ]);
});

test('[HIST-62] [HIST-94] both verifiers agree on cosigned bundles and on policies', { timeout: 120_000 }, async () => {
  if (!(await havePython())) return;
  const witnesses = await Promise.all(
    ['A', 'B', 'C'].map(async (name) => {
      const signer = await signerFromSeed(seedFor(`witness ${name}`));
      const key = formatVkey(`w.example/${name}`, signer.publicKey, SIGNATURE_TYPE.cosignature);
      return { line: `witness ${name} ${key}\n`, signer: cosigner(`w.example/${name}`, signer, () => 1.7e12) };
    }),
  );
  const text = `${witnesses.map(({ line }) => line).join('')}group g 2 A B C\nquorum g\n`;
  const policies: unknown[] = [text, text.replace('group g 2', 'group g 4'), text.slice(0, -1), 7, 'quorum none\n'];
  const files: Uint8Array[] = [];
  let vkey = '';
  for (const witnessPolicy of policies) {
    const { log } = await livedLog({ approvers: 1, witnessPolicy });
    ({ vkey } = log);
    const note = await log.checkpoint();
    const lines = await Promise.all(witnesses.map(({ signer }) => cosign(note, signer)));
    const [a = '', b = '', c = ''] = lines;
    const all = await withCosignatures(note, lines, parseWitnessPolicy(text), webCryptoEd25519);
    const notes = [
      note,
      all,
      note + a,
      note + a + c,
      note + c + a,
      note + a + a + b,
      a + note,
      `${note}${a}${b}`.replace('w.example/B', 'w.example/X'),
    ];
    for (const checkpoint of notes) {
      files.push(
        await buildBundle(await log.bundleParts(FIXTURE_VERSION, FIXTURE_CONTENT, { checkpoint })).catch(() =>
          utf8('\n'),
        ),
      );
    }
    // What approvals bind cannot be left out.
    const parts = await log.bundleParts(FIXTURE_VERSION, FIXTURE_CONTENT, {
      policy: { approvers: 1 },
      checkpoint: note,
    });
    files.push(await buildBundle(parts));
  }
  const ours: (string | null)[] = [];
  for (const bytes of files) ours.push(codeOf(await verifyBundle(bytes, { vkey })));
  expect(await theirs(files, vkey)).toEqual(ours);
  expect(ours.slice(0, 4)).toEqual(['checkpoint', null, 'checkpoint', null]);
  expect(ours[8]).toBe('policy');
  const own = join(folder, 'own.policy');
  writeFileSync(own, text.replace('2 A B C', 'all A B C'));
  const strict: (string | null)[] = [];
  for (const bytes of files) {
    strict.push(codeOf(await verifyBundle(bytes, { vkey, witnessPolicy: text.replace('2 A B C', 'all A B C') })));
  }
  expect(await theirs(files, vkey, '--witness-policy', own)).toEqual(strict);
  expect(strict.slice(0, 4)).toEqual(['checkpoint', null, 'checkpoint', 'checkpoint']);
  expect(fromUtf8(files[1] ?? new Uint8Array())).toContain(canonicalJson(text).slice(1, -1));
});

test('[HIST-62] [HIST-103] both verifiers follow the same key changes and refuse the same', {
  timeout: 120_000,
}, async () => {
  if (!(await havePython())) return;
  const { log, staff } = await livedLog();
  const first = log.vkey;
  await log.changeKey(staff.system, 'second');
  const second = log.vkey;
  await log.changeKey(staff.system, 'third');
  const parts = await log.bundleParts(FIXTURE_VERSION, FIXTURE_CONTENT);
  const bytes = await buildBundle(parts);
  const signer = noteSigner(log.origin, await signerFromSeed(seedFor('third')));
  const audit = await auditOf(log, ALL, { keyChanges: log.changes, signer });
  const usurped = await livedLog();
  await usurped.log.changeKey(staff.ops, 'second');
  const text = fromUtf8(bytes);
  const at = text.indexOf('"keyChanges"');
  const mutated = fc
    .sample(fc.tuple(fc.nat(4000), fc.nat(7)), { numRuns: 60, seed: 103 })
    .map(([place, bit]) => bytes.with(at + place, (bytes[at + place] ?? 0) ^ (1 << bit)));
  const files = [
    bytes,
    audit,
    await buildBundle({ ...parts, keyChanges: [] }),
    await buildBundle({ ...parts, keyChanges: log.changes.slice(1) }),
    await buildBundle({ ...parts, keyChanges: log.changes.slice(0, 1) }),
    await buildBundle({ ...parts, keyChanges: log.changes.toReversed() }),
    await buildBundle({ ...parts, keyChanges: [...log.changes, ...log.changes] }),
    await buildBundle(await usurped.log.bundleParts(FIXTURE_VERSION, FIXTURE_CONTENT)),
    ...mutated,
  ];
  const ours = (vkey: string) =>
    Promise.all(
      files.map(async (file, i) =>
        codeOf(await (i === 1 ? verifyAuditFile(file, { vkey }) : verifyBundle(file, { vkey }))),
      ),
    );
  for (const [i, vkey] of [first, second, log.vkey].entries()) {
    const codes = await ours(vkey);
    expect(codes.slice(0, 2)).toEqual([null, null]);
    if (i === 0) expect(codes.slice(2, 8)).toEqual(['key', 'key', 'key', 'key', 'key', 'signature']);
    expect(codes.slice(8).filter((code) => code === null)).toEqual([]);
    expect(await theirs(files, vkey)).toEqual(codes);
  }
});
