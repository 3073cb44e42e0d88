import { expect, test } from 'vitest';
import { toHex, utf8 } from '../bytes.ts';
import { FIXTURE_CONTENT, FIXTURE_VERSION, fixtureStaff, ordinaryCast, signedVersion } from '../fixture/index.ts';
import { contentHash, policyHash } from '../keyring.ts';
import { expectFailure, logWith, verdict } from './testKit/verdict.ts';

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

test('[HIST-47] content of another contract than the version was created for is refused', async () => {
  const staff = await fixtureStaff();
  const content = { ...FIXTURE_CONTENT, contractId: 'c-other' };
  const log = await logWith((l) => signedVersion(l, staff, ordinaryCast(staff), FIXTURE_VERSION, content));
  expectFailure(await verdict(log, { content }), 'content', /another contract/);
});
