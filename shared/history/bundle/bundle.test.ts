import { expect, test } from 'vitest';
import { canonicalJson } from '../../model/canonical.ts';
import { fromUtf8, toBase64, toHex, utf8 } from '../bytes.ts';
import { signerFromSeed } from '../ed25519.ts';
import {
  FIXTURE_CONTENT,
  FIXTURE_VERSION,
  type FixtureLog,
  type FixtureStaff,
  fixtureBundle,
  fixtureDevice,
  fixtureStaff,
  ordinaryCast,
  seedFor,
  signedVersion,
  staffedLog,
} from '../fixture/log.ts';
import { contentHash, policyHash } from '../keyring.ts';
import { parseLeaf } from '../leaf.ts';
import { signatureLineFor } from '../note.ts';
import { formatVkey, noteSigner } from '../vkey.ts';
import {
  type BundleFailureCode,
  type BundleParts,
  type BundleReport,
  buildBundle,
  readBundle,
  verifyBundle,
} from './index.ts';

async function verdict(log: FixtureLog, changed: Partial<BundleParts> = {}, vkey = log.vkey): Promise<BundleReport> {
  const bytes = await buildBundle(await log.bundleParts(FIXTURE_VERSION, FIXTURE_CONTENT, changed));
  return verifyBundle(bytes, { vkey });
}

function expectFailure(report: BundleReport, code: BundleFailureCode, text: RegExp): void {
  expect(report).toMatchObject({ ok: false, failure: { code, text: expect.stringMatching(text) } });
}

async function logWith(run: (log: FixtureLog, staff: FixtureStaff) => Promise<void>): Promise<FixtureLog> {
  const staff = await fixtureStaff();
  const log = await staffedLog(staff);
  await run(log, staff);
  return log;
}

test('[HIST-41] a good bundle verifies and says in words what was checked', async () => {
  const { log, bytes } = await fixtureBundle();
  const report = await verifyBundle(bytes, { vkey: log.vkey, workspaceId: 'demo' });
  expect(report.ok ? report.summary : report.failure).toMatchObject({
    versionId: FIXTURE_VERSION,
    contractId: 'c-fixture',
    approvers: ['u-approver'],
    exportedBy: 'u-exporter',
    content: FIXTURE_CONTENT,
  });
  expect(report.checked.length).toBeGreaterThan(8);
  expect(report.checked.join('\n')).toContain(
    'u-approver approved exactly this content under this policy at index 10.',
  );
});

test('[HIST-42] it carries every leaf of the version and of the keys, payloads only where they are checked', async () => {
  const { log, bytes } = await fixtureBundle();
  const bundle = readBundle(bytes);
  const wanted = log.leaves
    .filter(({ bytes: leaf }) => ['workspace', FIXTURE_VERSION].includes(parseLeaf(leaf).entry.doc))
    .map(({ index }) => String(index));
  expect(bundle.leaves.map(({ index }) => index)).toEqual(wanted);
  const withPayload = new Set(['create', 'import', 'submit', 'approve', 'execute', 'export', 'key']);
  for (const leaf of bundle.leaves) {
    const { kind } = leaf.leaf.entry;
    expect(leaf.payload !== null, `${kind} at ${leaf.index}`).toBe(withPayload.has(kind));
  }
});

test('[HIST-40] the bytes of a bundle are one canonical form with one newline', async () => {
  const { log, bytes } = await fixtureBundle();
  const text = fromUtf8(bytes);
  expect(text).toBe(`${canonicalJson(JSON.parse(text))}\n`);
  const options = { vkey: log.vkey };
  for (const other of [
    text.slice(0, -1),
    `${text}\n`,
    ` ${text}`,
    text.replace(',', ', '),
    text.replace('\n', '\r\n'),
  ]) {
    expect(await verifyBundle(utf8(other), options)).toMatchObject({ ok: false, failure: { code: 'notCanonical' } });
  }
});

test('[HIST-41] a file that is no bundle at all is refused in words', async () => {
  const { log } = await fixtureBundle();
  for (const other of ['', '\n', '{}\n', 'null\n', '[[[[\n', `${'['.repeat(200_000)}${']'.repeat(200_000)}\n`]) {
    expect((await verifyBundle(utf8(other), { vkey: log.vkey })).ok).toBe(false);
  }
});

test('[HIST-43] unknown members are refused at every level', async () => {
  const { log, bytes } = await fixtureBundle();
  const paths = [
    [],
    ['leaves', 0],
    ['leaves', 0, 'leaf'],
    ['leaves', 0, 'leaf', 'entry'],
    ['leaves', 0, 'leaf', 'env'],
  ];
  for (const path of paths) {
    const value = JSON.parse(fromUtf8(bytes));
    let at = value;
    for (const step of path) at = at[step];
    at.extra = '1';
    const report = await verifyBundle(utf8(`${canonicalJson(value)}\n`), { vkey: log.vkey });
    expectFailure(report, 'format', /extra/);
  }
});

test('[HIST-43] a member named __proto__ cannot hide in a bundle', async () => {
  const { log, bytes } = await fixtureBundle();
  const text = fromUtf8(bytes);
  for (const opening of ['"content":{', '"entry":{', '"part0":{']) {
    const smuggled = `${opening}"__proto__":{"a":"1"},`;
    const changed = utf8(text.replace(opening, smuggled));
    expect(changed.length).toBeGreaterThan(bytes.length);
    expect((await verifyBundle(changed, { vkey: log.vkey })).ok).toBe(false);
  }
});

test('[HIST-22] nesting deeper than 64 levels is refused before anything recursive reads it', async () => {
  const { log, bytes } = await fixtureBundle();
  for (const depth of [62, 63, 3000, 20_000]) {
    const nested = `"schema":${'['.repeat(depth)}${']'.repeat(depth)}`;
    const changed = utf8(fromUtf8(bytes).replace('"schema":1', nested));
    const code = depth < 63 ? 'content' : 'notCanonical';
    expect(await verifyBundle(changed, { vkey: log.vkey })).toMatchObject({ ok: false, failure: { code } });
  }
});

test('[HIST-44] a bundle of another workspace or another key is refused', async () => {
  const { log, bytes } = await fixtureBundle();
  expectFailure(await verifyBundle(bytes, { vkey: log.vkey, workspaceId: 'other' }), 'workspace', /not other/);
  const stranger = await signerFromSeed(seedFor('stranger'));
  const strangers = formatVkey(log.origin, stranger.publicKey);
  expectFailure(await verifyBundle(bytes, { vkey: strangers }), 'key', /another workspace key/);
  expectFailure(await verdict(log, { vkey: strangers }, strangers), 'checkpoint', /no signature is by a key/);
  expectFailure(await verdict(log, { workspace: 'other' }), 'workspace', /belongs to workspace demo/);
});

test('[HIST-45] the checkpoint carries exactly the workspace signature', async () => {
  const { log } = await fixtureBundle();
  const note = await log.checkpoint();
  const text = note.slice(0, note.indexOf('\n\n') + 1);
  const witness = noteSigner('witness.example', await signerFromSeed(seedFor('witness')));
  const extra = note + (await signatureLineFor(text, witness));
  expectFailure(await verdict(log, { checkpoint: extra }), 'checkpoint', /exactly one signature/);
  expectFailure(await verdict(log, { checkpoint: note + note.slice(text.length + 1) }), 'checkpoint', /exactly one/);
});

test('[HIST-46] a leaf outside the signed tree is refused', async () => {
  const { log } = await fixtureBundle();
  const wrong = (index: number) => log.tree.inclusionProof(index === 3 ? 2 : index);
  expectFailure(await verdict(log, { prove: wrong }), 'inclusion', /not in the log/);
  const old = await log.checkpoint(log.tree.size - 1);
  const proofs = (index: number, size: number) => (index < size ? log.tree.inclusionProof(index, size) : []);
  expectFailure(await verdict(log, { checkpoint: old, prove: proofs }), 'inclusion', /not in the log/);
});

test('[HIST-47] content and policy must be the ones that were approved', async () => {
  const { log } = await fixtureBundle();
  expectFailure(await verdict(log, { content: { ...FIXTURE_CONTENT, schema: 2 } }), 'content', /another content/);
  expectFailure(await verdict(log, { policy: { approvers: 2 } }), 'policy', /another policy/);
});

test('[HIST-48] nothing may be left out after the submission, and no key leaf in between', async () => {
  const { log } = await fixtureBundle();
  const without = (index: number) => ({ leaves: log.leaves.filter((leaf) => leaf.index !== index) });
  expectFailure(await verdict(log, without(10)), 'chain', /missing before/);
  expectFailure(await verdict(log, without(11)), 'chain', /missing before/);
  expectFailure(await verdict(log, without(6)), 'lifecycle', /0 create leaves/);
  expectFailure(await verdict(log, without(7)), 'chain', /missing before/);
  expectFailure(await verdict(log, without(9)), 'lifecycle', /no submission/);
  expectFailure(await verdict(log, without(4)), 'chain', /missing before/);
  const staff = await fixtureStaff();
  const two = await logWith((l) =>
    signedVersion(l, staff, { ...ordinaryCast(staff), approvers: [staff.approver, staff.controller] }),
  );
  expect((await verdict(two)).ok).toBe(true);
  const oneHidden = { leaves: two.leaves.filter((leaf) => leaf.index !== 10) };
  expectFailure(await verdict(two, oneHidden), 'chain', /missing before/);
});

test('[HIST-49] an author, the submitter or one person twice cannot approve; the sole approver cannot export', async () => {
  const staff = await fixtureStaff();
  const cast = ordinaryCast(staff);
  const run = async (changed: Partial<typeof cast>) =>
    verdict(await logWith((log) => signedVersion(log, staff, { ...cast, ...changed })));
  expectFailure(await run({ approvers: [staff.ops] }), 'duties', /u-ops wrote in/);
  expectFailure(await run({ submitter: staff.controller, approvers: [staff.controller] }), 'duties', /submitted/);
  expectFailure(await run({ approvers: [staff.approver, staff.approver] }), 'duties', /twice/);
  expectFailure(await run({ exporter: staff.approver }), 'duties', /only approver/);
  expect((await run({ approvers: [staff.approver, staff.controller], exporter: staff.approver })).ok).toBe(true);
});

test('[HIST-56] who signed an entry and is not named as an author is told of, and cannot approve either', async () => {
  const staff = await fixtureStaff();
  const cast = { ...ordinaryCast(staff), authors: ['u-finance'] };
  const unnamed = await verdict(await logWith((log) => signedVersion(log, staff, cast)));
  expect(unnamed.ok).toBe(true);
  expect(unnamed.checked.join()).toContain('u-ops signed entries of the version and is not named as an author');
  const approving = await logWith((log) => signedVersion(log, staff, { ...cast, approvers: [staff.ops] }));
  expectFailure(await verdict(approving), 'duties', /u-ops approved a version that u-ops wrote in/);
});

test('[HIST-56] a remark makes nobody an author: whoever made it may approve, and the bundle shows that it is no more', async () => {
  const staff = await fixtureStaff();
  const saying = (field: string, by = staff.approver) =>
    logWith(async (log) => {
      const place = { doc: FIXTURE_VERSION, epoch: 'remark', parts: [utf8('update')] };
      await signedVersion(log, staff, { ...ordinaryCast(staff), remark: { by, field, place } });
    });
  const good = await verdict(await saying('$comment'));
  expect(good).toMatchObject({ ok: true });
  expect(good.checked.join()).toContain('The submission names everyone who wrote.');
  expectFailure(
    await verdict(await saying('rate')),
    'duties',
    /u-approver approved a version that u-approver wrote in/,
  );
  expect((await verdict(await saying('$comment', staff.controller))).ok).toBe(true);
});

test('[HIST-49] a submission that leaves out an importer is refused', async () => {
  const staff = await fixtureStaff();
  const file = { fileHash: contentHash('file'), fileName: 'rates.csv', rows: 2, sheets: [{ sheet: 'rates', part: 1 }] };
  const importing = (authors: readonly string[]) =>
    logWith(async (log) => {
      const doc = FIXTURE_VERSION;
      const bound = { versionId: doc, contentHash: contentHash(FIXTURE_CONTENT) };
      const created = { contractId: 'c-fixture', kind: 'CONTRACT', title: 't', number: 'n', sequence: 1, sheets: [] };
      await log.append(staff.system, 'create', { versionId: doc, ...created, baseVersionId: null }, { doc });
      const payload = { draftId: doc, ...file, commands: [], by: 'u-controller' };
      await log.append(staff.system, 'import', payload, { doc, parts: [utf8('rows')] });
      await log.append(staff.finance, 'submit', { ...bound, authors: [], changes: 0 }, { doc });
      await log.append(staff.finance, 'withdraw', bound, { doc });
      const logIndex = await log.append(
        staff.finance,
        'submit',
        { ...bound, authors: [...authors], changes: 2 },
        { doc },
      );
      const decision = { logIndex: String(logIndex), policyHash: policyHash(log.policy), decision: 'APPROVE' } as const;
      await log.append(staff.approver, 'approve', { ...bound, ...decision }, { doc });
      await log.append(staff.finance, 'execute', bound, { doc });
      await log.append(staff.exporter, 'export', { ...bound, target: 'b', idempotencyKey: 'k' }, { doc });
    });
  expectFailure(await verdict(await importing([])), 'duties', /u-controller wrote in the version/);
  expect((await verdict(await importing(['u-controller']))).ok).toBe(true);
});

test('[HIST-33] signatures of devices that are not enrolled, revoked, or of someone else are refused', async () => {
  const staff = await fixtureStaff();
  const stranger = await fixtureDevice('u-approver', 'd-stranger');
  const cast = ordinaryCast(staff);
  const byStranger = await logWith((log) => signedVersion(log, staff, { ...cast, approvers: [stranger] }));
  expectFailure(await verdict(byStranger), 'signature', /not enrolled/);
  const revoked = await logWith(async (log) => {
    await log.revoke(staff.system, staff.approver);
    await signedVersion(log, staff);
  });
  expectFailure(await verdict(revoked), 'signature', /revoked/);
  const borrowed = await logWith((log) => {
    const posing = { ...staff.ops, userId: 'u-approver' };
    return signedVersion(log, staff, { ...cast, approvers: [posing] });
  });
  expectFailure(await verdict(borrowed), 'signature', /belongs to u-ops/);
  const forged = await logWith((log) => {
    const forger = { ...staff.approver, signer: staff.ops.signer };
    return signedVersion(log, staff, { ...cast, approvers: [forger] });
  });
  expectFailure(await verdict(forged), 'signature', /not good/);
});

test('[HIST-31] a device without the right cannot enrol a second person', async () => {
  const staff = await fixtureStaff();
  const puppet = await fixtureDevice('u-puppet');
  const log = await logWith(async (l) => {
    await l.enrol(staff.ops, puppet);
    await signedVersion(l, staff, { ...ordinaryCast(staff), approvers: [puppet] });
  });
  expectFailure(await verdict(log), 'enrolment', /may not enrol a device of u-puppet/);
});

test('[HIST-48] a withdrawal after the submission voids the bundle', async () => {
  const staff = await fixtureStaff();
  const log = await logWith(async (l) => {
    await signedVersion(l, staff);
    const bound = { versionId: FIXTURE_VERSION, contentHash: contentHash(FIXTURE_CONTENT) };
    await l.append(staff.finance, 'withdraw', bound, { doc: FIXTURE_VERSION });
    const again = { ...bound, target: 'billing', idempotencyKey: 'fixture-2' };
    await l.append(staff.exporter, 'export', again, { doc: FIXTURE_VERSION });
  });
  expectFailure(await verdict(log), 'lifecycle', /withdraw follows/);
});

test('[HIST-47] an approval for another content or another submission is refused', async () => {
  const staff = await fixtureStaff();
  const approve = async (payload: { contentHash: string; logIndex: string }) => {
    const log = await logWith(async (l) => {
      const doc = FIXTURE_VERSION;
      const bound = { versionId: doc, contentHash: contentHash(FIXTURE_CONTENT) };
      const created = { contractId: 'c-fixture', kind: 'CONTRACT', title: 't', number: 'n', sequence: 1, sheets: [] };
      await l.append(staff.system, 'create', { versionId: doc, ...created, baseVersionId: null }, { doc });
      await l.append(staff.finance, 'submit', { ...bound, authors: [], changes: 0 }, { doc });
      const decision = { policyHash: policyHash(l.policy), decision: 'APPROVE' } as const;
      await l.append(staff.approver, 'approve', { versionId: doc, ...payload, ...decision }, { doc });
      await l.append(staff.finance, 'execute', bound, { doc });
      await l.append(staff.exporter, 'export', { ...bound, target: 'b', idempotencyKey: 'k' }, { doc });
    });
    return verdict(log);
  };
  const good = contentHash(FIXTURE_CONTENT);
  expect((await approve({ contentHash: good, logIndex: '7' })).ok).toBe(true);
  expectFailure(await approve({ contentHash: toHex(new Uint8Array(32)), logIndex: '7' }), 'content', /another content/);
  expectFailure(await approve({ contentHash: good, logIndex: '6' }), 'lifecycle', /another submission/);
});

test('[HIST-33] a changed signature or payload inside a bundle is refused', async () => {
  const { log, bytes } = await fixtureBundle();
  const value = JSON.parse(fromUtf8(bytes));
  value.leaves[9].payload.part0.authors = [];
  expectFailure(await verifyBundle(utf8(`${canonicalJson(value)}\n`), { vkey: log.vkey }), 'payload', /not the one/);
  const signed = JSON.parse(fromUtf8(bytes));
  signed.leaves[9].leaf.sig = toBase64(new Uint8Array(64));
  expectFailure(
    await verifyBundle(utf8(`${canonicalJson(signed)}\n`), { vkey: log.vkey }),
    'inclusion',
    /not in the log/,
  );
});

test('[HIST-47] content of another contract than the version was created for is refused', async () => {
  const staff = await fixtureStaff();
  const content = { ...FIXTURE_CONTENT, contractId: 'c-other' };
  const log = await logWith((l) => signedVersion(l, staff, ordinaryCast(staff), FIXTURE_VERSION, content));
  expectFailure(await verdict(log, { content }), 'content', /another contract/);
});
