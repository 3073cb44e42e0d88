import type { Need, VersionDetail } from '@countersign/shared/protocol/api';
import { describe, expect, it, vi } from 'vitest';
import { serverOfTest } from '../testKit/serverOfTest.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, ROW, sampleSheets } from '../testKit/testServer.ts';
import { Remembered } from './remembered.ts';

describe('how versions stand', () => {
  it('[SRV-45] what waits for somebody is read anew only of versions that changed, whoever asks', async () => {
    const server = await serverOfTest();
    const ids = [await createSample(server), await createSample(server), await createSample(server)];
    const [changed = ''] = ids;
    const read = vi.spyOn(server.services.views, 'view');
    const finance = await TestPerson.signIn(server.url, 'u-finance');
    const approver = await TestPerson.signIn(server.url, 'u-approver');
    await finance.get('/needs');
    expect(read).toHaveBeenCalledTimes(3);
    await finance.get('/needs');
    await approver.get('/needs');
    for (const id of ids) await approver.get(`/versions/${id}`);
    expect(read).toHaveBeenCalledTimes(3);
    const draft = await finance.openDraft(changed);
    await draft.edit(draft.command('lines', ROW.one, 'note', 'changed'));
    draft.close();
    const before = (await approver.get<VersionDetail>(`/versions/${ids[1]}`)).body.contentHash;
    const { body } = await finance.get<VersionDetail>(`/versions/${changed}`);
    expect([body.contentHash === before, body.authors.map(({ userId }) => userId)]).toEqual([false, ['u-finance']]);
    await finance.get('/needs');
    expect(read).toHaveBeenCalledTimes(4);
    read.mockRestore();
    expect((await finance.command(changed, 'submit')).status).toBe(200);
    const needs = (await approver.get<Need[]>('/needs')).body;
    expect(needs).toMatchObject([{ kind: 'approve', versionId: changed }]);
  });

  it('[SRV-45] a version that another one replaced, and a draft on the day after, stand as they do now', async () => {
    let now = new Date('2026-11-20T09:00:00.000Z');
    const server = await serverOfTest({}, { now: () => now });
    const first = await createSample(server);
    const [finance, approver] = [
      await TestPerson.signIn(server.url, 'u-finance'),
      await TestPerson.signIn(server.url, 'u-approver'),
    ];
    const bring = async (id: string): Promise<void> => {
      for (const [person, kind] of [
        [finance, 'submit'],
        [approver, 'approve'],
        [finance, 'execute'],
      ] as const)
        expect((await person.command(id, kind)).status, kind).toBe(200);
    };
    const stateOf = async (id: string): Promise<string> =>
      (await approver.get<VersionDetail>(`/versions/${id}`)).body.state;
    await bring(first);
    const second = (await finance.command(first, 'amend')).body.created?.versionId ?? '';
    expect([await stateOf(first), await stateOf(second)]).toEqual(['EXECUTED', 'DRAFT']);
    const draft = await finance.openDraft(second);
    await draft.edit(draft.command('lines', ROW.one, 'note', 'amended'));
    draft.close();
    await bring(second);
    expect([await stateOf(first), await stateOf(second)]).toEqual(['SUPERSEDED', 'EXECUTED']);

    const soon = await createSample(server, sampleSheets('2026-11-21'));
    // A session ends within the day.
    const approvers = async (): Promise<number> => {
      const person = await TestPerson.signIn(server.url, 'u-finance');
      return (await person.get<VersionDetail>(`/versions/${soon}`)).body.policy.approversNeeded;
    };
    expect(await approvers()).toBe(1);
    now = new Date('2026-11-22T09:00:00.000Z');
    expect(await approvers()).toBe(2);
  });

  it('[SRV-45] an answer that failed is made again; a new one takes the place of the old; those who ask together wait for one', async () => {
    const remembered = new Remembered<number>();
    let made = 0;
    const make = async (): Promise<number> => {
      made += 1;
      if (made === 1) throw new Error('the disk did not answer');
      return made;
    };
    await expect(remembered.of('v', 'a', make)).rejects.toThrow('disk');
    expect(await Promise.all([remembered.of('v', 'a', make), remembered.of('v', 'a', make)])).toEqual([2, 2]);
    expect([await remembered.of('v', 'b', make), await remembered.of('v', 'a', make)]).toEqual([3, 4]);
  });
});
