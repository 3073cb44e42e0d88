import { verifyBundle } from '@countersign/shared/history';
import type { EmergencyLines, LogPage, Need, People, Review, VersionDetail } from '@countersign/shared/protocol/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkFolder } from '../cli/fsck.ts';
import { agree, ask, end, newest, REASON } from '../testKit/testEmergency.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, ROW, startTestServer, type TestServer } from '../testKit/testServer.ts';

let clock = Date.parse('2026-11-21T09:00:00.000Z');
let server: TestServer;
beforeEach(async () => {
  server = await startTestServer({}, { now: () => new Date(clock) });
});
afterEach(async () => {
  await server.dispose();
});

const signIn = (userId: string): Promise<TestPerson> => TestPerson.signIn(server.url, userId);
const minutes = (count: number): void => {
  clock += count * 60_000;
};

/** A version in review that finance wrote in and submitted. */
async function inReview(): Promise<{ versionId: string; finance: TestPerson }> {
  const versionId = await createSample(server);
  const finance = await signIn('u-finance');
  const draft = await finance.openDraft(versionId);
  expect(await draft.edit(draft.command('lines', ROW.one, 'note', 'Agreed'))).toBe('stored');
  draft.close();
  expect((await finance.command(versionId, 'submit')).status).toBe(200);
  return { versionId, finance };
}

describe('an emergency role', () => {
  it('[GLASS-9] is held once a second person agreed, approves, and makes a bundle that verifies and says so', async () => {
    const { versionId, finance } = await inReview();
    const [ops, exporter] = [await signIn('u-ops'), await signIn('u-exporter')];
    expect(await ops.command(versionId, 'approve')).toMatchObject({ status: 403, body: { code: 'role' } });
    expect((await ask(ops)).status).toBe(200);
    expect(await ops.command(versionId, 'approve')).toMatchObject({ status: 403, body: { code: 'role' } });
    expect((await agree(exporter)).status).toBe(200);
    expect((await ops.get<VersionDetail>(`/versions/${versionId}`)).body.can.approve).toEqual({ ok: true });
    expect((await ops.command(versionId, 'approve')).status).toBe(200);
    expect((await finance.command(versionId, 'execute')).status).toBe(200);
    const done = await exporter.command(versionId, 'export');
    expect(done.status).toBe(200);
    const answer = await fetch(`${server.url}/api/v1/exports/x-${done.body.index}/bundle`, {
      headers: { authorization: `Bearer ${exporter.token}` },
    });
    const vkey = server.services.history.keys.vkeyText;
    const report = await verifyBundle(new Uint8Array(await answer.arrayBuffer()), { vkey });
    expect(report.ok && report.summary.emergencies).toMatchObject([
      { step: 'approve', userId: 'u-ops', role: 'approver', agreedBy: 'u-exporter' },
    ]);
  });

  it('[GLASS-17] a request waits for everybody who may agree and for nobody else, until somebody did, ended it, or it lapsed', async () => {
    const needs = async (userId: string) =>
      (await (await signIn(userId)).get<Need[]>('/needs')).body.filter(({ kind }) => kind === 'breakGlass');
    const ops = await signIn('u-ops');
    await ask(ops, { minutes: 45 });
    const { asked } = await newest(ops);
    const text = 'Ops asks to be approver in an emergency for 45 minutes. Another person has to agree.';
    for (const userId of ['u-approver', 'u-exporter', 'u-admin', 'u-finance'])
      expect(await needs(userId), userId).toMatchObject([{ asked, text }]);
    for (const userId of ['u-ops', 'u-reviewer', 'u-auditor', 'u-viewer'])
      expect(await needs(userId), userId).toEqual([]);
    await end(ops);
    expect(await needs('u-admin')).toEqual([]);
    await ask(ops, { userId: 'u-reviewer', role: 'exporter', minutes: 1 });
    expect(await needs('u-admin')).toMatchObject([{ text: expect.stringContaining('asks that Reviewer be exporter') }]);
    await agree(await signIn('u-admin'));
    expect(await needs('u-approver')).toEqual([]);
    await ask(ops);
    minutes(60);
    expect(await needs('u-admin')).toEqual([]);
  });

  it('[GLASS-2] [GLASS-9] needs two people; who may not is told why, and nothing is stored', async () => {
    const [ops, viewer, auditor] = [await signIn('u-ops'), await signIn('u-viewer'), await signIn('u-auditor')];
    for (const person of [viewer, auditor]) expect((await ask(person)).status).toBe(403);
    const size = server.services.history.size;
    expect(await ask(ops, { userId: 'u-auditor' })).toMatchObject({ status: 409, body: { code: 'breakGlass' } });
    expect(await ask(ops, { userId: 'u-approver' })).toMatchObject({ status: 409 });
    expect(await ask(ops, { minutes: 30, reason: 'short' })).toMatchObject({
      status: 400,
      body: { code: 'malformed' },
    });
    expect(server.services.history.size).toBe(size);
    const exporter = await signIn('u-exporter');
    expect((await ask(exporter)).status).toBe(200);
    const asked = server.services.history.size;
    expect(await agree(exporter)).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/^Whoever gains/) },
    });
    expect(await agree(ops)).toMatchObject({ status: 403, body: { code: 'role' } });
    expect(await ask(ops, { userId: 'u-exporter' })).toMatchObject({ status: 409 });
    expect(server.services.history.size).toBe(asked);
    expect((await newest(ops)).can).toEqual({
      agree: { ok: false, reason: expect.stringMatching(/^Only approvers/) },
      end: { ok: false, reason: expect.stringMatching(/^Only an admin/) },
    });
  });

  it('[GLASS-8] does not approve what the person who agreed wrote in, and the reviewers are told', async () => {
    const { versionId } = await inReview();
    const [ops, finance] = [await signIn('u-ops'), await signIn('u-finance')];
    await ask(ops);
    expect((await agree(finance)).status).toBe(200);
    const reason =
      'Finance agreed that Operations is approver in an emergency, and has a part in this version. Somebody without one has to agree.';
    const refused = await ops.command(versionId, 'approve');
    expect(refused).toMatchObject({ status: 403, body: { code: 'duties' } });
    const { body } = await ops.get<Review>(`/versions/${versionId}/review`);
    expect(body.cannotApprove.map((each) => each.reason)).toContain(refused.body.detail);
    expect(refused.body.detail?.replace(/that .* is approver/, 'that Operations is approver')).toBe(reason);
  });

  it('[GLASS-3] [GLASS-10] ends when its time is over: everything is refused, sockets are opened anew, and the log says so', async () => {
    const { versionId } = await inReview();
    const [ops, exporter] = [await signIn('u-ops'), await signIn('u-exporter')];
    await ask(ops, { minutes: 20 });
    await agree(exporter);
    const draft = await ops.openDraft(versionId);
    minutes(19);
    expect((await ops.get<VersionDetail>(`/versions/${versionId}`)).body.can.approve).toEqual({ ok: true });
    // One second before the log's own end the role is given up.
    clock += 59_100;
    expect(await ops.command(versionId, 'approve')).toMatchObject({ status: 403, body: { code: 'role' } });
    await server.services.breakGlass.tick();
    await draft.until(() => draft.closed !== null);
    expect(await newest(ops)).toMatchObject({ state: 'ended', end: { by: { userId: 'u-server' } } });
    // A clock that is set back brings nothing back.
    minutes(-30);
    expect(await ops.command(versionId, 'approve')).toMatchObject({ status: 403, body: { code: 'role' } });
    minutes(30);
  });

  it('[GLASS-3] is over although the computer’s clock was set back before its end was written', async () => {
    const { versionId } = await inReview();
    const [ops, exporter] = [await signIn('u-ops'), await signIn('u-exporter')];
    await ask(ops, { minutes: 20 });
    await agree(exporter);
    minutes(60);
    // An entry of the log has this time, so it is no earlier than that for anybody.
    await ask(exporter, { userId: 'u-finance' });
    minutes(-55);
    expect(await ops.command(versionId, 'approve')).toMatchObject({ status: 403, body: { code: 'role' } });
    minutes(55);
  });

  it('[GLASS-5] is ended early by an admin or whoever took part, and by nobody else', async () => {
    const { versionId } = await inReview();
    const people = ['u-ops', 'u-exporter', 'u-admin', 'u-viewer', 'u-approver'].map(signIn);
    const [ops, exporter, admin, viewer, approver] = (await Promise.all(people)) as [
      TestPerson,
      TestPerson,
      TestPerson,
      TestPerson,
      TestPerson,
    ];
    await ask(ops);
    await agree(exporter);
    for (const person of [viewer, approver]) expect(await end(person)).toMatchObject({ status: 409 });
    expect((await end(admin)).status).toBe(200);
    expect(await ops.command(versionId, 'approve')).toMatchObject({ status: 403, body: { code: 'role' } });
    expect(await end(admin)).toMatchObject({ status: 409, body: { detail: 'It is over already.' } });
    expect((await ask(ops)).status).toBe(200);
    expect((await end(ops)).status).toBe(200);
    expect(await newest(ops)).toMatchObject({ state: 'withdrawn' });
    expect(await agree(exporter)).toMatchObject({ status: 409 });
  });

  it('[GLASS-19] ends at once when its person is removed, loses the role they gained it by, or a device, and comes back with neither', async () => {
    const { versionId } = await inReview();
    const [exporter, admin] = [await signIn('u-exporter'), await signIn('u-admin')];
    const { people, breakGlass } = server.services;
    const shutOut: readonly ((ops: TestPerson) => Promise<unknown>)[] = [
      () => people.changeRole('u-ops', 'grant', 'viewer').then(() => people.changeRole('u-ops', 'revoke', 'editor')),
      async (ops) => expect((await admin.request('DELETE', `/devices/${ops.device.id}`)).status).toBe(204),
      async () => expect((await admin.request('DELETE', '/people/u-ops')).status).toBe(204),
    ];
    for (const doIt of shutOut) {
      const ops = await signIn('u-ops');
      expect((await ask(ops)).status).toBe(200);
      expect((await agree(exporter)).status).toBe(200);
      const draft = await ops.openDraft(versionId);
      await doIt(ops);
      expect(people.emergencyOf('u-ops')).toEqual([]);
      await breakGlass.tick();
      await draft.until(() => draft.closed !== null);
      expect(await newest(exporter)).toMatchObject({ state: 'ended', end: { by: { userId: 'u-server' } } });
      await people.changeRole('u-ops', 'grant', 'editor');
      expect(await (await signIn('u-ops')).command(versionId, 'approve')).toMatchObject({ status: 403 });
    }
    expect((await (await signIn('u-auditor')).get<LogPage>('/log?kind=breakGlass')).body.entries[0]?.text).toBe(
      'Countersign server ended the emergency role of approver that Ops held or was to hold.',
    );
    await server.stop();
    expect((await checkFolder(server.dataDir)).findings).toEqual([]);
    server = await server.restart();
  });

  it('[GLASS-12] as admin shuts people out and gives nothing that would outlast it', async () => {
    const [ops, approver, viewer] = [await signIn('u-ops'), await signIn('u-approver'), await signIn('u-viewer')];
    await ask(ops, { role: 'admin' });
    await agree(approver);
    expect((await ops.get('/log?doc=workspace')).status).toBe(200);
    expect((await ops.request('DELETE', '/people/u-viewer/sessions')).status).toBe(204);
    expect((await viewer.get('/session')).status).toBe(401);
    expect((await ops.request('DELETE', `/devices/${viewer.device.id}`)).status).toBe(204);
    const taken = await ops.post('/people/u-viewer/roles', { action: 'revoke', role: 'viewer' });
    expect(taken.status).toBe(200);
    const refused = [
      ops.post('/people/u-viewer/roles', { action: 'grant', role: 'viewer' }),
      ops.post('/people/u-admin/roles', { action: 'revoke', role: 'admin' }),
      ops.post('/people', { name: 'N', login: 'n@example.com', roles: [] }),
      ops.request('DELETE', '/people/u-viewer'),
      ops.post('/people/u-viewer/code'),
      ops.post('/service-tokens', { name: 'T', scopes: ['exports:read'], days: 1 }),
      ops.post('/log/0/erase', { reason: 'none' }),
    ];
    for (const answer of refused) expect((await answer).status).toBe(403);
    // Nor does it ask or agree to more: that is asked of roles held in one's own right.
    const exporter = await signIn('u-exporter');
    await ask(exporter);
    expect(await agree(ops)).toMatchObject({ status: 403 });
  });

  it('[GLASS-9] [GLASS-11] [GLASS-15] is held after a restart as before, its clock runs on, and fsck finds nothing wrong', async () => {
    const { versionId } = await inReview();
    const [ops, exporter] = [await signIn('u-ops'), await signIn('u-exporter')];
    await ask(ops, { minutes: 20 });
    await agree(exporter);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('countersign_break_glass_held 1');
    expect(metrics).toContain('countersign_break_glass_asked 0');
    const said = await exporter.get<LogPage>('/log?kind=breakGlass&doc=workspace');
    const { body } =
      said.status === 200 ? said : await (await signIn('u-auditor')).get<LogPage>('/log?kind=breakGlass');
    expect(body.entries.map(({ text, why }) => [text, why])).toEqual([
      ['Exporter agreed that Ops is approver in an emergency for 20 minutes.', undefined],
      ['Ops asked that Ops be approver in an emergency for 20 minutes.', REASON],
    ]);
    minutes(5);
    server = await server.restart();
    const again = await TestPerson.signIn(server.url, 'u-ops', ops.device);
    expect(await newest(again)).toMatchObject({ state: 'active', reason: REASON, minutes: 20 });
    expect((await again.get<VersionDetail>(`/versions/${versionId}`)).body.can.approve).toEqual({ ok: true });
    minutes(16);
    expect((await again.get<VersionDetail>(`/versions/${versionId}`)).body.can.approve).toMatchObject({ ok: false });
    await server.services.breakGlass.tick();
    await server.stop();
    const report = await checkFolder(server.dataDir);
    expect(report.findings).toEqual([]);
    server = await server.restart();
  });

  it('[GLASS-6] is worth nothing to somebody whose own roles were taken, and roles of people stay their own', async () => {
    const { versionId } = await inReview();
    const [ops, exporter] = [await signIn('u-ops'), await signIn('u-exporter')];
    await ask(ops);
    await agree(exporter);
    const { body } = await exporter.get<People>('/people');
    expect(body.find(({ userId }) => userId === 'u-ops')?.roles).toEqual(['editor']);
    await server.services.people.changeRole('u-ops', 'revoke', 'editor');
    expect(await ops.command(versionId, 'approve').catch(() => null)).not.toMatchObject({ status: 200 });
    expect((await exporter.get<EmergencyLines>('/break-glass')).body.lines).toHaveLength(1);
  });
});
