import { randomBytes } from 'node:crypto';
import { encodeCommands } from '@countersign/shared/document';
import { type Command, encodeFrame, SUBPROTOCOL, TICKET_PREFIX } from '@countersign/shared/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { TestDraft } from '../testKit/testDraft.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, ROW, startTestServer, type TestServer } from '../testKit/testServer.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  await server.dispose();
});

const signIn = (userId: string): Promise<TestPerson> => TestPerson.signIn(server.url, userId);

/** Opens a raw socket; resolves with the HTTP status of a refused upgrade, or the close code. */
function knock(path: string, protocols: string[], origin?: string): Promise<{ status?: number; code?: number }> {
  return new Promise((resolve) => {
    const ws = new WebSocket(
      `${server.url.replace('http', 'ws')}${path}`,
      protocols,
      origin === undefined ? {} : { origin },
    );
    ws.on('unexpected-response', (request, response) => {
      request.destroy();
      resolve({ status: response.statusCode ?? 0 });
    });
    ws.on('error', () => undefined);
    ws.on('close', (code) => resolve({ code }));
  });
}

describe('sync socket', () => {
  it('[SRV-11] two people converge, and the author hears "stored" before the entry', async () => {
    const versionId = await createSample(server);
    const finance = await (await signIn('u-finance')).openDraft(versionId);
    const ops = await (await signIn('u-ops')).openDraft(versionId);
    expect(finance.opened).toMatchObject({ draftId: versionId, state: 'DRAFT', canEdit: true });

    expect(await finance.edit(finance.command('lines', ROW.one, 'rate', '42.00'))).toBe('stored');
    await ops.until(() => ops.value('lines', ROW.one, 'rate') === '42.00');
    const both = [ops.command('lines', ROW.two, 'rate', '43.00'), ops.command('terms', ROW.currency, 'note', 'Seen')];
    expect(await ops.edit(...both)).toBe('stored');
    await finance.until(() => finance.value('lines', ROW.two, 'rate') === '43.00');

    expect(finance.frames.indexOf('stored')).toBeLessThan(finance.frames.lastIndexOf('entry'));
    const { contentHash } = await server.services.views.contentOf(versionId);
    expect([finance.state.contentHash(), ops.state.contentHash()]).toEqual([contentHash, contentHash]);
    expect(finance.state.contests()).toEqual([]);
    await finance.until(() => finance.checkpoints.length > 0);
  });

  it('[SRV-11] a client that was away reads on from the index it names', async () => {
    const versionId = await createSample(server);
    const person = await signIn('u-finance');
    const first = await person.openDraft(versionId);
    await first.edit(first.command('lines', ROW.one, 'rate', '1.00'));
    await first.until(() => first.value('lines', ROW.one, 'rate') === '1.00');
    const later = await TestDraft.connect(person, versionId, first.state.size);
    await later.until(() => later.caughtUp);
    expect(later.frames.filter((name) => name === 'entry')).toEqual([]);
    expect(later.frames.slice(0, 2)).toEqual(['opened', 'caughtUp']);
  });

  it('[ADM-3] the same signed bytes sent again, after a reconnect too, are stored once and answered "stored"', async () => {
    const versionId = await createSample(server);
    const person = await signIn('u-finance');
    const draft = await person.openDraft(versionId);
    const signed = await draft.sign([draft.command('lines', ROW.one, 'rate', '5.00')]);
    draft.submit(signed);
    draft.submit(signed);
    await draft.until(() => draft.frames.filter((name) => name === 'stored').length === 2);
    draft.close();
    const again = await person.openDraft(versionId);
    expect(await again.answerTo(signed)).toBe('stored');
    const edits = await server.services.storage.logPage({ docs: [versionId], kind: 'edit', limit: 10 });
    expect(edits.length).toBe(1);
    expect([...again.stored.keys()]).toEqual([...draft.stored.keys()]);
  });

  it('[ADM-4] two entries with one number freeze the device, close its socket and leave a leaf', async () => {
    const versionId = await createSample(server);
    const person = await signIn('u-finance');
    const draft = await person.openDraft(versionId);
    const { epoch } = await draft.epoch();
    const start = person.device.head(epoch);
    const one = await draft.sign([draft.command('lines', ROW.one, 'rate', '5.00')]);
    person.device.rewind(epoch, start);
    const two = await draft.sign([draft.command('lines', ROW.one, 'rate', '6.00')]);
    expect(await draft.answerTo(one)).toBe('stored');
    expect(await draft.answerTo(two)).toMatchObject({ code: 'equivocation' });
    await draft.until(() => draft.closed !== null);
    expect(draft.closed?.code).toBe(4409);
    expect(server.services.people.device(person.device.id)?.frozenAt).not.toBeNull();
    const [park] = await server.services.storage.logPage({ docs: ['workspace'], kind: 'park', limit: 5 });
    expect(park).toBeDefined();
    const next = await person.openDraft(versionId);
    expect(
      await next.answerTo(await next.sign([next.command('lines', ROW.two, 'rate', '7.00')]).catch(() => one)),
    ).toMatchObject({
      code: 'equivocation',
    });
  });

  it('[ADM-5] a viewer, an approver and an auditor read but do not write', async () => {
    const versionId = await createSample(server);
    for (const userId of ['u-viewer', 'u-approver', 'u-auditor', 'u-admin']) {
      const person = await signIn(userId);
      const draft = await person.openDraft(versionId);
      expect(draft.opened?.canEdit).toBe(false);
      expect(draft.value('lines', ROW.one, 'rate')).toBe('100.00');
      const epochs = await person.post(`/versions/${versionId}/epochs`, { deviceId: person.device.id, count: 1 });
      expect(epochs.status).toBe(403);
      const commands = [draft.command('lines', ROW.one, 'rate', '1.00')];
      const update = encodeCommands(draft.state.sheet('lines'), 77, commands);
      const payload = { draftId: versionId, commands, updates: [{ sheet: 'lines', part: 1 }] };
      const signed = person.device.sign('edit', versionId, payload, [update], 'e1');
      expect(await draft.answerTo(signed)).toMatchObject({ code: 'role', commandIds: [commands[0]?.id] });
    }
    expect(await server.services.storage.logPage({ docs: [versionId], kind: 'edit', limit: 5 })).toEqual([]);
  });

  it('[ADM-5] a reviewer edits a draft', async () => {
    const versionId = await createSample(server);
    const draft = await (await signIn('u-reviewer')).openDraft(versionId);
    expect(await draft.edit(draft.command('lines', ROW.one, 'note', 'Too high'))).toBe('stored');
  });

  it('[ADM-6] an edit of a version in review is refused as frozen and changes nothing', async () => {
    const versionId = await createSample(server);
    const finance = await signIn('u-finance');
    const draft = await finance.openDraft(versionId);
    const offline = await draft.sign([draft.command('lines', ROW.one, 'rate', '9.00')]);
    const submitted = await finance.command(versionId, 'submit');
    expect(submitted.status).toBe(200);
    await draft.until(() => draft.lifecycle === 'IN_REVIEW');
    expect(await draft.answerTo(offline)).toMatchObject({ code: 'frozen' });
    const { content } = await server.services.views.contentOf(versionId);
    expect(content.sheets.lines?.[0]?.rate).toBe('100.00');
  });

  it('[ADM-8] unknown rows and columns, misfits and foreign client ids are refused with their code, and nothing changes', async () => {
    const versionId = await createSample(server);
    const finance = await signIn('u-finance');
    const draft = await finance.openDraft(versionId);
    const before = draft.state.contentHash();
    const cases: [string, Command[]][] = [
      ['unknownRow', [draft.command('lines', 'r-nosuchrow000', 'rate', '1.00')]],
      ['unknownColumn', [draft.command('lines', ROW.one, 'nosuch', '1.00')]],
      ['format', [draft.command('lines', ROW.one, 'rate', 'abc')]],
      ['malformed', [draft.command('lines', ROW.one, 'rate', '1.00', 999_999)]],
    ];
    for (const [code, commands] of cases) {
      const answer = await draft.edit(...commands);
      expect(answer).toMatchObject({ code, commandIds: commands.map(({ id }) => id) });
    }
    const { epoch } = await draft.epoch();
    const commands = [draft.command('lines', ROW.one, 'rate', '8.00')];
    const foreign = encodeCommands((await finance.openDraft(versionId)).state.sheet('lines'), 12345, commands);
    const payload = { draftId: versionId, commands, updates: [{ sheet: 'lines', part: 1 }] };
    const signed = finance.device.sign('edit', versionId, payload, [foreign], epoch);
    expect(await draft.answerTo(signed)).toMatchObject({ code: 'foreignClient' });
    expect((await server.services.views.contentOf(versionId)).contentHash).toBe(before);
    expect(await draft.edit(draft.command('lines', ROW.one, 'rate', '8.00'))).toBe('stored');
  });

  it('[ADM-9] after a refusal the rest of the epoch is refused too; the next epoch works', async () => {
    const versionId = await createSample(server);
    const person = await signIn('u-finance');
    const draft = await person.openDraft(versionId);
    const { epoch } = await draft.epoch();
    const start = person.device.head(epoch);
    const bad = await draft.sign([draft.command('lines', ROW.one, 'rate', 'abc')]);
    person.device.rewind(epoch, start);
    const good = await draft.sign([draft.command('lines', ROW.one, 'rate', '3.00')]);
    expect(await draft.answerTo(bad)).toMatchObject({ code: 'format' });
    expect(await draft.answerTo(good)).toMatchObject({ code: 'epoch' });
    expect(await draft.edit(draft.command('lines', ROW.one, 'rate', '3.00'))).toBe('stored');
  });

  it('[ADM-2] a changed signature, payload or author is refused before the document is looked at', async () => {
    const versionId = await createSample(server);
    const person = await signIn('u-finance');
    const draft = await person.openDraft(versionId);
    const signed = await draft.sign([draft.command('lines', ROW.one, 'rate', '3.00')]);
    const flipped = signed.signature.slice();
    flipped[5] = (flipped[5] ?? 0) ^ 1;
    expect(await draft.answerTo({ ...signed, signature: flipped })).toMatchObject({
      code: 'malformed',
      at: 'signature',
    });
    const payload = signed.payload.slice();
    payload[payload.length - 1] = (payload[payload.length - 1] ?? 0) ^ 1;
    expect(await draft.answerTo({ ...signed, payload })).toMatchObject({ code: 'malformed', at: 'payload' });
    const ops = await (await signIn('u-ops')).openDraft(versionId);
    expect(await ops.answerTo(signed)).toMatchObject({ code: 'role' });
    expect(await draft.answerTo(signed)).toBe('stored');
  });

  it('[ADM-10] two writes that had not seen each other are both kept, contested for everybody, and settled by a choice', async () => {
    const versionId = await createSample(server);
    const finance = await (await signIn('u-finance')).openDraft(versionId);
    const ops = await (await signIn('u-ops')).openDraft(versionId);
    const [mine, theirs] = [
      await finance.sign([finance.command('lines', ROW.one, 'rate', '41.00')]),
      await ops.sign([ops.command('lines', ROW.one, 'rate', '42.00')]),
    ];
    expect(await finance.answerTo(mine)).toBe('stored');
    expect(await ops.answerTo(theirs)).toBe('stored');
    await finance.until(() => finance.state.contests().length === 1);
    await ops.until(() => ops.state.contests().length === 1);
    expect(finance.state.contests()[0]?.claims.map(({ value, userId }) => [value, userId])).toEqual([
      ['41.00', 'u-finance'],
      ['42.00', 'u-ops'],
    ]);
    const person = await signIn('u-finance');
    const blocked = await person.command(versionId, 'submit');
    expect(blocked).toMatchObject({ status: 409, body: { code: 'blocked' } });
    const choice = await finance.sign([finance.command('lines', ROW.one, 'rate', '41.00')], 'choose');
    expect(await finance.answerTo(choice)).toBe('stored');
    await ops.until(() => ops.state.contests().length === 0);
    expect(ops.value('lines', ROW.one, 'rate')).toBe('41.00');
    expect((await person.command(versionId, 'submit')).status).toBe(200);
  });

  it('[SRV-12] presence says who is here and where, stamped by the server', async () => {
    const versionId = await createSample(server);
    const finance = await (await signIn('u-finance')).openDraft(versionId);
    const ops = await (await signIn('u-ops')).openDraft(versionId);
    ops.send(encodeFrame('cursor', { sheet: 'lines', rowId: ROW.one, field: 'rate' }));
    await finance.until(() => finance.sessions.some(({ userId, field }) => userId === 'u-ops' && field === 'rate'));
    ops.close();
    await finance.until(() => finance.sessions.length === 1);
    ops.send(new Uint8Array(0));
  });

  it('[SRV-10] a socket needs a living, unused ticket, an allowed origin and a known version', async () => {
    const versionId = await createSample(server);
    const person = await signIn('u-finance');
    const path = `/sync/${versionId}`;
    const used = await person.ticket();
    const draft = await TestDraft.connect(person, versionId);
    draft.close();
    expect(await knock(path, [SUBPROTOCOL])).toEqual({ status: 401 });
    expect(await knock(path, [SUBPROTOCOL, `${TICKET_PREFIX}${randomBytes(32).toString('base64url')}`])).toEqual({
      status: 401,
    });
    expect(await knock(path, [SUBPROTOCOL, TICKET_PREFIX + used], 'https://evil.example')).toEqual({ status: 403 });
    expect(await knock('/sync/v-nosuch', [SUBPROTOCOL, TICKET_PREFIX + used])).toEqual({ code: 4404 });
    expect(await knock(path, [SUBPROTOCOL, TICKET_PREFIX + used])).toEqual({ status: 401 });
    expect(await knock('/other', [SUBPROTOCOL, TICKET_PREFIX + (await person.ticket())])).toEqual({ status: 404 });
  });

  it('[SRV-10] whose first message is late is told to connect again, and not that the role forbids it', async () => {
    const slow = await startTestServer({}, { limits: { openWithinMs: 20 } });
    try {
      const versionId = await createSample(slow);
      const person = await TestPerson.signIn(slow.url, 'u-finance');
      const ws = new WebSocket(`${slow.url.replace('http', 'ws')}/sync/${versionId}`, [
        SUBPROTOCOL,
        TICKET_PREFIX + (await person.ticket()),
      ]);
      expect(await new Promise((resolve) => ws.on('close', resolve))).toBe(1013);
    } finally {
      await slow.dispose();
    }
  });

  it('[SRV-10] signing out closes the socket with 4401', async () => {
    const versionId = await createSample(server);
    const person = await signIn('u-finance');
    const draft = await person.openDraft(versionId);
    expect((await person.request('DELETE', '/session')).status).toBe(204);
    await draft.until(() => draft.closed !== null);
    expect(draft.closed?.code).toBe(4401);
    expect((await person.get('/contracts')).status).toBe(401);
  });

  it('[SRV-10] [ADM-1] anything before "open", a text message and a frame that is none close the socket', async () => {
    const versionId = await createSample(server);
    const person = await signIn('u-finance');
    const first = await person.openDraft(versionId);
    first.send(randomBytes(40));
    await first.until(() => first.closed !== null);
    expect(first.closed?.code).toBe(4403);
    const second = await person.openDraft(versionId);
    second.send(encodeFrame('caughtUp', { size: '1' }));
    await second.until(() => second.closed !== null);
    expect(second.closed?.code).toBe(4403);
    const third = await person.openDraft(versionId);
    third.send(new Uint8Array(2 * 1024 * 1024));
    await third.until(() => third.closed !== null);
    expect(third.closed?.code).toBe(1009);
  });
});
