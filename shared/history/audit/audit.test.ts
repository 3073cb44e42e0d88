import { expect, test } from 'vitest';
import { canonicalJson } from '../../model/canonical.ts';
import type { StoredLeaf } from '../bundle/index.ts';
import { fromUtf8, utf8 } from '../bytes.ts';
import { signerFromSeed } from '../ed25519.ts';
import { FIXTURE_VERSION, type FixtureLog, fixtureBundle, seedFor } from '../fixture/index.ts';
import { parseLeaf } from '../leaf.ts';
import { noteSigner } from '../vkey.ts';
import { type AuditParts, type AuditQuery, buildAuditFile, readAuditFile, verifyAuditFile } from './index.ts';

const ALL: AuditQuery = { from: null, to: null, doc: null, user: null };
const entryOf = (stored: StoredLeaf) => parseLeaf(stored.bytes).entry;

async function fileOf(log: FixtureLog, query: AuditQuery, changed: Partial<AuditParts> = {}): Promise<Uint8Array> {
  const fits = (stored: StoredLeaf) =>
    (query.doc === null || entryOf(stored).doc === query.doc) &&
    (query.user === null || entryOf(stored).user === query.user);
  const listed = changed.listed ?? log.leaves.filter(fits);
  return buildAuditFile({
    workspace: log.workspace,
    vkey: log.vkey,
    query,
    names: { users: { 'u-ops': 'Ops' }, documents: {} },
    checkpoint: await log.checkpoint(),
    keys: log.leaves.filter((stored) => entryOf(stored).doc === 'workspace'),
    erasures: [],
    prove: (index, size) => log.tree.inclusionProof(index, size),
    signer: noteSigner(log.origin, await signerFromSeed(seedFor(`log ${log.workspace}`))),
    ...changed,
    listed,
  });
}

test('[HIST-81] [HIST-82] the whole log, one document and one person verify with the workspace key alone', async () => {
  const { log } = await fixtureBundle();
  const { vkey } = log;
  for (const [query, complete] of [
    [ALL, true],
    [{ ...ALL, doc: FIXTURE_VERSION }, true],
    [{ ...ALL, user: 'u-ops' }, false],
    [{ ...ALL, doc: FIXTURE_VERSION, user: 'u-nobody' }, false],
  ] as const) {
    const report = await verifyAuditFile(await fileOf(log, query), { vkey, workspaceId: 'demo' });
    expect(report.ok ? report.summary : report.failure).toMatchObject({ query, complete, erased: 0 });
  }
});

test('[HIST-83] an entry left out in between is found out, where the log can show it', async () => {
  const { log } = await fixtureBundle();
  const own = log.leaves.filter((stored) => entryOf(stored).doc === FIXTURE_VERSION);
  for (const [query, listed] of [
    [{ ...ALL, doc: FIXTURE_VERSION }, own.toSpliced(2, 1)],
    [ALL, log.leaves.toSpliced(3, 1)],
    // The beginning can be shown too, and so must be there.
    [{ ...ALL, doc: FIXTURE_VERSION }, own.slice(1)],
    [ALL, log.leaves.slice(1)],
    [ALL, []],
  ] as const) {
    expect(await verifyAuditFile(await fileOf(log, query, { listed }), { vkey: log.vkey })).toMatchObject({
      ok: false,
      failure: { code: 'chain', text: expect.stringContaining('missing') },
    });
  }
  const keys = log.leaves.filter((stored) => entryOf(stored).doc === 'workspace').toSpliced(2, 1);
  const holed = await fileOf(log, { ...ALL, user: 'u-ops' }, { keys });
  expect(await verifyAuditFile(holed, { vkey: log.vkey })).toMatchObject({ ok: false });
});

test('[HIST-83] what a file cannot show to be all is said: an end, a period without entries', async () => {
  const { log } = await fixtureBundle();
  const own = log.leaves.filter((stored) => entryOf(stored).doc === FIXTURE_VERSION);
  const version = { ...ALL, doc: FIXTURE_VERSION };
  const said = async (query: AuditQuery, listed: readonly (typeof own)[number][]) => {
    const report = await verifyAuditFile(await fileOf(log, query, { listed }), { vkey: log.vkey });
    return [report.ok && report.summary.complete, report.checked.at(-1)];
  };
  expect(await said(ALL, log.leaves)).toEqual([
    true,
    expect.stringContaining('The last is the last of the signed log.'),
  ]);
  expect(await said(version, own.slice(0, 3))).toEqual([true, expect.stringContaining('is not shown')]);
  expect(await said({ ...version, from: '2030-01-01T00:00:00.000Z' }, [])).toEqual([
    false,
    expect.stringContaining('cannot show that there is none'),
  ]);
});

test('[HIST-82] what does not fit the question, an unsigned word and a foreign key are refused', async () => {
  const { log } = await fixtureBundle();
  const verdict = async (bytes: Uint8Array, vkey = log.vkey) => {
    const report = await verifyAuditFile(bytes, { vkey });
    return report.ok ? 'ok' : report.failure.code;
  };
  const more = await fileOf(log, { ...ALL, user: 'u-ops' }, { listed: log.leaves.slice(0, 9) });
  expect(await verdict(more)).toBe('leaf');
  const good = await fileOf(log, ALL);
  const renamed = utf8(fromUtf8(good).replace('"Ops"', '"Opa"'));
  expect(await verdict(renamed)).toBe('signature');
  const strangers = noteSigner(log.origin, await signerFromSeed(seedFor('stranger')));
  expect(await verdict(await fileOf(log, ALL, { signer: strangers }))).toBe('signature');
  expect(await verdict(good, log.vkey.replace('demo', 'dema'))).toBe('key');
});

test('[HIST-80] the file has one form', async () => {
  const { log } = await fixtureBundle();
  const good = await fileOf(log, ALL);
  expect(fromUtf8(good)).toBe(`${canonicalJson(readAuditFile(good))}\n`);
  for (const other of ['', '\n', '{}\n', 'null\n', ` ${fromUtf8(good)}`, fromUtf8(good).replace(',', ', ')]) {
    const report = await verifyAuditFile(utf8(other), { vkey: log.vkey });
    expect(report.ok ? '' : report.failure.code).toMatch(/^(notCanonical|format)$/);
  }
});

test('[HIST-82] content that is gone must be accounted for by an erase entry', async () => {
  const { log, staff } = await fixtureBundle();
  const wanted = log.leaves.find((stored) => entryOf(stored).kind === 'edit');
  if (wanted === undefined) throw new Error('the fixture has edits');
  const query = { ...ALL, doc: FIXTURE_VERSION };
  const gone = () => log.leaves.map((stored) => (stored === wanted ? { ...stored, payload: null } : stored));
  const listed = () => gone().filter((stored) => entryOf(stored).doc === FIXTURE_VERSION);
  expect(await verifyAuditFile(await fileOf(log, query, { listed: listed() }), { vkey: log.vkey })).toMatchObject({
    ok: false,
    failure: { code: 'payload', text: expect.stringContaining('no erase entry') },
  });
  const erase = { index: String(wanted.index), payHash: entryOf(wanted).payHash, reason: 'asked for' };
  await log.append(staff.system, 'erase', erase, { doc: FIXTURE_VERSION });
  const report = await verifyAuditFile(await fileOf(log, query, { listed: listed() }), { vkey: log.vkey });
  expect(report).toMatchObject({ ok: true, summary: { erased: 1 } });
});
