import { describe, expect, it } from 'vitest';
import { serverOfTest } from '../testKit/serverOfTest.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, ROW } from '../testKit/testServer.ts';

describe('people', () => {
  it('[AUTH-7] an admin changes the roles of others, not their own; an open socket is judged by the new ones', async () => {
    const server = await serverOfTest();
    const versionId = await createSample(server);
    const admin = await TestPerson.signIn(server.url, 'u-admin');
    const finance = await TestPerson.signIn(server.url, 'u-finance');
    const draft = await finance.openDraft(versionId);
    const take = { action: 'revoke', role: 'editor' };
    expect((await finance.post('/people/u-ops/roles', take)).status).toBe(403);
    expect((await admin.post('/people/u-admin/roles', { action: 'grant', role: 'approver' })).status).toBe(403);
    expect((await admin.post('/people/u-finance/roles', take)).body).toEqual({
      id: 'u-finance',
      name: 'Finance',
      roles: ['exporter'],
    });
    const commands = [draft.command('lines', ROW.one, 'rate', '1.00')];
    const payload = { draftId: versionId, commands, updates: [] };
    expect(await draft.answerTo(finance.device.sign('edit', versionId, payload, [], 'e1'))).toMatchObject({
      code: 'role',
    });
    expect((await admin.post('/people/u-finance/roles', { action: 'grant', role: 'editor' })).status).toBe(200);
    expect(await draft.edit(draft.command('lines', ROW.one, 'rate', '1.00'))).toBe('stored');
    const roles = await server.services.storage.logPage({ docs: ['workspace'], kind: 'role', limit: 2 });
    expect(roles.length).toBe(2);
  });

  it('[AUTH-8] [AUTH-18] a revoked device signs nothing more and its session ends; its owner enrols another', async () => {
    const server = await serverOfTest();
    const versionId = await createSample(server);
    const finance = await TestPerson.signIn(server.url, 'u-finance');
    const ops = await TestPerson.signIn(server.url, 'u-ops');
    const draft = await finance.openDraft(versionId);
    const signed = await draft.sign([draft.command('lines', ROW.one, 'rate', '1.00')]);
    expect((await ops.request('DELETE', `/devices/${finance.device.id}`)).status).toBe(403);
    expect((await finance.request('DELETE', `/devices/${finance.device.id}`)).status).toBe(204);
    await draft.until(() => draft.closed !== null);
    expect(draft.closed?.code).toBe(4401);
    expect((await finance.get('/session')).status).toBe(401);
    const same = await TestPerson.signIn(server.url, 'u-finance', finance.device);
    const again = await same.openDraft(versionId);
    expect(await again.answerTo(signed)).toMatchObject({ code: 'revoked' });
    expect((await same.command(versionId, 'submit')).status).toBe(403);
    const next = await (await TestPerson.signIn(server.url, 'u-finance')).openDraft(versionId);
    expect(await next.edit(next.command('lines', ROW.one, 'rate', '1.00'))).toBe('stored');
  });

  it('[AUTH-9] edits sent while a role is being taken stand before its leaf or are refused; changes at once all count', async () => {
    const server = await serverOfTest();
    const versionId = await createSample(server);
    const admin = await TestPerson.signIn(server.url, 'u-admin');
    const change = (action: string, role: string) => admin.post('/people/u-finance/roles', { action, role });
    for (let round = 1; round <= 4; round += 1) {
      const finance = await TestPerson.signIn(server.url, 'u-finance');
      const draft = await finance.openDraft(versionId);
      const batches = [];
      for (const cents of ['01', '02', '03']) {
        batches.push(await draft.sign([draft.command('lines', ROW.one, 'rate', `${round}.${cents}`)]));
      }
      const taken = change('revoke', 'editor');
      for (const batch of batches) draft.submit(batch);
      const stored = (): number => draft.frames.filter((name) => name === 'stored').length;
      await draft.until(() => stored() + draft.refused.length === batches.length);
      expect((await taken).status).toBe(200);
      const log = await server.services.storage.logPage({ docs: ['workspace', versionId], limit: 200 });
      const leaf = log.find(({ doc, kind }) => doc === 'workspace' && kind === 'role')?.index ?? Number.NaN;
      expect(log.filter(({ doc, index }) => doc === versionId && index > leaf)).toEqual([]);
      expect(log.filter(({ kind, dev }) => kind === 'edit' && dev === finance.device.id).length).toBe(stored());
      expect((await change('grant', 'editor')).status).toBe(200);
    }
    await Promise.all([change('grant', 'auditor'), change('grant', 'reviewer'), change('revoke', 'exporter')]);
    expect(server.services.people.user('u-finance')?.roles.toSorted()).toEqual(['auditor', 'editor', 'reviewer']);
    expect((await server.services.storage.users()).find(({ id }) => id === 'u-finance')?.roles.toSorted()).toEqual([
      'auditor',
      'editor',
      'reviewer',
    ]);
  });
});
