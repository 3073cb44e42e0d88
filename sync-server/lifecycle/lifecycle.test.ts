import { randomUUID } from 'node:crypto';
import {
  fromBase64,
  fromHex,
  leafHash,
  openCheckpoint,
  parseLeaf,
  parseVkey,
  verifyConsistency,
  verifyInclusion,
} from '@countersign/shared/history';
import type { Contract, LogItem, LogPage, Need, Review, VersionDetail } from '@countersign/shared/protocol/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, ROW, sampleSheets, startTestServer, type TestServer } from '../testKit/testServer.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  await server.dispose();
});

const signIn = (userId: string): Promise<TestPerson> => TestPerson.signIn(server.url, userId);

/** Edits, submits, approves and executes; returns the people. */
async function executed(versionId: string, note = 'Agreed'): Promise<{ finance: TestPerson; approver: TestPerson }> {
  const finance = await signIn('u-finance');
  const approver = await signIn('u-approver');
  const draft = await finance.openDraft(versionId);
  expect(await draft.edit(draft.command('lines', ROW.one, 'note', note))).toBe('stored');
  draft.close();
  expect((await finance.command(versionId, 'submit')).status).toBe(200);
  expect((await approver.command(versionId, 'approve')).status).toBe(200);
  expect((await finance.command(versionId, 'execute')).status).toBe(200);
  return { finance, approver };
}

describe('lifecycle commands', () => {
  it('[SRV-13] a version goes from draft to exported, everybody connected hears of it, and each command is a leaf', async () => {
    const versionId = await createSample(server);
    const viewer = await (await signIn('u-viewer')).openDraft(versionId);
    const { finance, approver } = await executed(versionId);
    await viewer.until(() => viewer.lifecycle === 'EXECUTED');
    const exporter = await signIn('u-exporter');
    expect((await exporter.get<Need[]>('/needs')).body.map(({ kind }) => kind)).toEqual(['export']);
    expect((await exporter.command(versionId, 'export')).status).toBe(200);
    expect((await exporter.get<Need[]>('/needs')).body).toEqual([]);
    const { body } = await finance.get<VersionDetail>(`/versions/${versionId}`);
    expect(body).toMatchObject({ state: 'EXECUTED', executedBy: { userId: 'u-finance' } });
    expect(body.approvals.map(({ userId, contentHash }) => [userId, contentHash])).toEqual([
      ['u-approver', body.contentHash],
    ]);
    const { body: log } = await approver.get<LogPage>(`/log?doc=${versionId}`);
    expect(log.entries.map(({ kind }) => kind)).toEqual(['export', 'execute', 'approve', 'submit', 'edit', 'create']);
    expect(log.entries[4]).toMatchObject({
      text: 'Finance wrote Agreed in 1.0, Note.',
      changes: [{ row: '1.0', label: 'Note', from: null, to: 'Agreed' }],
    });
  });

  it('[SRV-15] an author, a submitter, a viewer and a wrong role are told why not, with 403', async () => {
    const versionId = await createSample(server);
    const finance = await signIn('u-finance');
    const draft = await finance.openDraft(versionId);
    await draft.edit(draft.command('lines', ROW.one, 'rate', '42.00'));
    const viewer = await signIn('u-viewer');
    expect(await viewer.command(versionId, 'submit')).toMatchObject({ status: 403, body: { code: 'role' } });
    const reviewer = await signIn('u-reviewer');
    expect(await reviewer.command(versionId, 'submit')).toMatchObject({ status: 403, body: { code: 'role' } });
    expect((await finance.command(versionId, 'submit')).status).toBe(200);
    expect(await finance.command(versionId, 'approve')).toMatchObject({ status: 403, body: { code: 'role' } });
    await server.services.people.putUser({ id: 'u-finance', name: 'Finance', roles: ['editor', 'approver'], says: '' });
    const refused = await finance.command(versionId, 'approve');
    expect(refused).toMatchObject({ status: 403, body: { code: 'duties' } });
    expect(refused.body.detail).toBe('Finance wrote 1.0, Rate, so cannot approve this version.');
    const { body } = await finance.get<Review>(`/versions/${versionId}/review`);
    expect(body.cannotApprove).toContainEqual({ userId: 'u-finance', name: 'Finance', reason: refused.body.detail });
    expect(body.diff.length).toBeGreaterThan(0);
    expect(body.checks.every(({ ok }) => ok)).toBe(true);
  });

  it('[SRV-16] a command for content that changed since it was read is refused with 412 and stores nothing', async () => {
    const versionId = await createSample(server);
    const finance = await signIn('u-finance');
    const { body } = await finance.get<VersionDetail>(`/versions/${versionId}`);
    const draft = await (await signIn('u-ops')).openDraft(versionId);
    await draft.edit(draft.command('lines', ROW.one, 'rate', '1.00'));
    const size = server.services.history.size;
    expect(await finance.command(versionId, 'submit', { hash: body.contentHash })).toMatchObject({
      status: 412,
      body: { code: 'staleVersion' },
    });
    expect(server.services.history.size).toBe(size);
    expect((await finance.command(versionId, 'submit')).status).toBe(200);
  });

  it('[SRV-13] nothing is judged on what a failing disk did not take: 503, whatever the content would say, and right afterwards it is judged', async () => {
    const versionId = await createSample(server);
    const finance = await signIn('u-finance');
    const { storage, history, views } = server.services;
    const stale = '0'.repeat(64);
    const signed = finance.device.sign('submit', versionId, {
      versionId,
      contentHash: stale,
      authors: [],
      changes: [],
    });
    const works = storage.transaction;
    const looked = vi.spyOn(views, 'view').mockImplementationOnce(async (room) => {
      // While the command is decided, something else is not stored.
      storage.transaction = () => Promise.reject(new Error('no space left on device'));
      const read = { by: 'u-ops', subject: versionId, action: 'copy', count: 1 } as const;
      await expect(history.appendServerEntry('read', 'reads', read)).rejects.toThrow('disk');
      storage.transaction = works;
      return views.view(room);
    });
    const { size } = history;
    const answers = [];
    for (let i = 0; i < 2; i += 1) answers.push(await finance.sendCommand(versionId, 'submit', signed, stale));
    looked.mockRestore();
    expect(answers).toMatchObject([
      { status: 503, body: { code: 'storage' } },
      { status: 412, body: { code: 'staleVersion' } },
    ]);
    expect(history.size).toBe(size);
  });

  it('[SRV-14] an Idempotency-Key answers the same request again and refuses another body with 422', async () => {
    const versionId = await createSample(server);
    const finance = await signIn('u-finance');
    const { body } = await finance.get<VersionDetail>(`/versions/${versionId}`);
    const bound = { versionId, contentHash: body.contentHash };
    const signed = finance.device.sign('submit', versionId, { ...bound, authors: [], changes: [] });
    const key = randomUUID();
    const first = await finance.sendCommand(versionId, 'submit', signed, body.contentHash, key);
    expect(first.status).toBe(200);
    const second = await finance.sendCommand(versionId, 'submit', signed, body.contentHash, key);
    expect([second.status, second.body.index]).toEqual([200, first.body.index]);
    const other = finance.device.sign('submit', versionId, { ...bound, authors: ['u-ops'], changes: [] });
    expect(await finance.sendCommand(versionId, 'submit', other, body.contentHash, key)).toMatchObject({
      status: 422,
      body: { code: 'idempotency' },
    });
    // A lost answer and a new key: the same signed bytes are still one command.
    const third = await finance.sendCommand(versionId, 'submit', signed, body.contentHash);
    expect([third.status, third.body.index]).toEqual([200, first.body.index]);
    const submits = await server.services.storage.logPage({ docs: [versionId], kind: 'submit', limit: 5 });
    expect(submits.length).toBe(1);
  });

  it('[SRV-23] a submission lists exactly the people who wrote since the base; another list is refused with 412', async () => {
    const versionId = await createSample(server);
    const finance = await signIn('u-finance');
    const { body } = await finance.get<VersionDetail>(`/versions/${versionId}`);
    const bound = { versionId, contentHash: body.contentHash, changes: [] };
    const head = finance.device.head();
    const padded = finance.device.sign('submit', versionId, { ...bound, authors: ['u-ops'] });
    expect((await finance.sendCommand(versionId, 'submit', padded, body.contentHash)).status).toBe(412);
    expect(await server.services.storage.version(versionId)).toMatchObject({ state: 'DRAFT' });
    finance.device.rewind('c1', head);
    const exact = finance.device.sign('submit', versionId, { ...bound, authors: [] });
    expect((await finance.sendCommand(versionId, 'submit', exact, body.contentHash)).status).toBe(200);
  });

  it('[SRV-17] a command needs If-Match, an Idempotency-Key and a signature over what it is for', async () => {
    const versionId = await createSample(server);
    const finance = await signIn('u-finance');
    const { body } = await finance.get<VersionDetail>(`/versions/${versionId}`);
    const part0 = { versionId, contentHash: body.contentHash, authors: [], changes: [] };
    const signed = finance.device.sign('submit', versionId, part0);
    const wire = {
      entry: Buffer.from(signed.bytes).toString('base64'),
      signature: Buffer.from(signed.signature).toString('base64'),
      payload: Buffer.from(signed.payload).toString('base64'),
    };
    const path = `/versions/${versionId}/commands/submit`;
    expect((await finance.post(path, wire, { 'idempotency-key': randomUUID() })).status).toBe(428);
    expect((await finance.post(path, wire, { 'if-match': `"${body.contentHash}"` })).status).toBe(400);
    const wrongKind = await finance.sendCommand(versionId, 'withdraw', signed, body.contentHash);
    expect(wrongKind).toMatchObject({ status: 400, body: { code: 'malformed', at: 'entry/kind' } });
    const ops = await signIn('u-ops');
    expect(await ops.sendCommand(versionId, 'submit', signed, body.contentHash)).toMatchObject({ status: 403 });
    const forged = { ...signed, signature: signed.signature.map((byte, i) => (i === 0 ? byte ^ 1 : byte)) };
    expect(await finance.sendCommand(versionId, 'submit', forged, body.contentHash)).toMatchObject({ status: 400 });
    expect(await server.services.storage.version(versionId)).toMatchObject({ state: 'DRAFT' });
  });

  it('[SRV-18] requesting changes and reopening return the version to draft, void approvals and say why', async () => {
    const versionId = await createSample(server);
    const finance = await signIn('u-finance');
    const approver = await signIn('u-approver');
    await finance.command(versionId, 'submit');
    expect((await approver.command(versionId, 'requestChanges', { reason: 'The rate is last year’s.' })).status).toBe(
      200,
    );
    const { body } = await finance.get<VersionDetail>(`/versions/${versionId}`);
    expect(body).toMatchObject({
      state: 'DRAFT',
      submittedBy: null,
      changesRequested: { reason: 'The rate is last year’s.' },
    });
    await finance.command(versionId, 'submit');
    await approver.command(versionId, 'approve');
    expect((await finance.get<VersionDetail>(`/versions/${versionId}`)).body.state).toBe('APPROVED');
    expect((await finance.command(versionId, 'reopen')).status).toBe(200);
    expect((await finance.get<VersionDetail>(`/versions/${versionId}`)).body).toMatchObject({
      state: 'DRAFT',
      approvals: [],
    });
  });

  it('[SRV-19] a retroactive version needs two different approvers', async () => {
    const versionId = await createSample(server, sampleSheets('2001-01-01'));
    const finance = await signIn('u-finance');
    const approver = await signIn('u-approver');
    await finance.command(versionId, 'submit');
    expect((await approver.command(versionId, 'approve')).body.version.state).toBe('IN_REVIEW');
    expect(await approver.command(versionId, 'approve')).toMatchObject({ status: 403, body: { code: 'duties' } });
    expect((await (await signIn('u-controller')).command(versionId, 'approve')).body.version.state).toBe('APPROVED');
  });

  it('[SRV-20] an amendment carries the executed rows over under the same ids; executing it supersedes the base', async () => {
    const versionId = await createSample(server);
    const { finance, approver } = await executed(versionId);
    const opened = await finance.command(versionId, 'amend');
    expect(opened.status).toBe(200);
    const created = opened.body.created;
    expect(created).toMatchObject({ kind: 'AMENDMENT', sequence: 2, state: 'DRAFT', baseVersionId: versionId });
    const amendment = created?.versionId ?? '';
    const rival = (await finance.command(versionId, 'amend')).body.created?.versionId ?? '';
    const draft = await finance.openDraft(amendment);
    expect(draft.value('lines', ROW.one, 'note')).toBe('Agreed');
    await draft.edit(draft.command('lines', ROW.one, 'rate', '150.00'));
    const { body: review } = await approver.get<Review>(`/versions/${amendment}/review`);
    expect(review.diff).toEqual([
      {
        sheet: 'lines',
        rowId: ROW.one,
        row: '1.0',
        change: 'changed',
        fields: [{ field: 'rate', label: 'Rate', from: '100.00', to: '150.00' }],
        by: [{ userId: 'u-finance', name: 'Finance' }],
      },
    ]);
    await finance.command(amendment, 'submit');
    await approver.command(amendment, 'approve');
    expect((await finance.command(amendment, 'execute')).body.version.state).toBe('EXECUTED');
    const { body: contracts } = await finance.get<Contract[]>('/contracts');
    expect(contracts[0]?.versions.map(({ state }) => state)).toEqual(['SUPERSEDED', 'EXECUTED', 'DRAFT']);

    // [SRV-21] The rival amendment was written against the superseded version.
    await finance.command(rival, 'submit');
    await approver.command(rival, 'approve');
    expect(await finance.command(rival, 'execute')).toMatchObject({ status: 409, body: { code: 'blocked' } });
  });

  it('[SRV-5] after a restart the log, the states and the approvals are as they were, and checkpoints extend each other', async () => {
    const versionId = await createSample(server);
    const finance = await signIn('u-finance');
    await finance.command(versionId, 'submit');
    await server.services.history.checkpoints.publish();
    const before = (await finance.get<{ size: string; note: string }>('/log/checkpoint')).body;
    const detail = (await finance.get<VersionDetail>(`/versions/${versionId}`)).body;
    server = await server.restart();
    const again = await TestPerson.signIn(server.url, 'u-finance', finance.device);
    expect((await again.get<VersionDetail>(`/versions/${versionId}`)).body).toMatchObject({
      state: 'IN_REVIEW',
      contentHash: detail.contentHash,
      submittedIndex: detail.submittedIndex,
    });
    const approver = await signIn('u-approver');
    await approver.command(versionId, 'approve');
    await server.services.history.checkpoints.publish();
    const after = (await again.get<{ size: string; note: string }>('/log/checkpoint')).body;
    const workspace = (await again.get<{ vkey: string }>('/workspace')).body;
    const vkey = parseVkey(workspace.vkey);
    const [old, now] = [await openCheckpoint(before.note, [vkey]), await openCheckpoint(after.note, [vkey])];
    const proof = (await again.get<{ proof: string[] }>(`/log/consistency?from=${old.size}&to=${now.size}`)).body.proof;
    expect(verifyConsistency(old.size, now.size, old.root, now.root, proof.map(fromHex))).toBe(true);

    const item = (await again.get<LogItem>(`/log/${detail.submittedIndex}`)).body;
    const leaf = fromBase64(item.leaf);
    expect(parseLeaf(leaf).entry.kind).toBe('submit');
    const inclusion = item.inclusion;
    const at = await openCheckpoint(item.checkpoint ?? '', [vkey]);
    const path = (inclusion?.proof ?? []).map(fromHex);
    expect(verifyInclusion(BigInt(item.index), at.size, leafHash(leaf), path, at.root)).toBe(true);
  });
});
