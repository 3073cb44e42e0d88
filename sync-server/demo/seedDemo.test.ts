import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_ACCOUNTS } from '../auth/index.ts';
import { DEFAULTS } from '../config/index.ts';
import { closeFactStore, factStoreOf, previewSource, previewText } from '../facts/index.ts';
import { openServices, type Services } from '../services.ts';
import { contentOfSheets } from '../testKit/demoContent.ts';
import { startTestServer } from '../testKit/testServer.ts';
import { seedDemo } from './index.ts';
import { TV_CONTRACT_ID, tvContract } from './tvContract.ts';

let folder: string;
let services: Services;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-demo-'));
  services = await openServices({
    dataDir: folder,
    host: DEFAULTS.host,
    port: 0,
    demo: true,
    sessionMinutes: 60,
    logLevel: 'error',
    json: false,
    appDir: null,
    allowedOrigins: [],
  });
  for (const { userId, ...account } of DEMO_ACCOUNTS) await services.people.putUser({ id: userId, ...account });
  await seedDemo(services);
});
afterAll(async () => {
  closeFactStore(services);
  await services.close();
  rmSync(folder, { recursive: true });
});

describe('the demo workspace', () => {
  it('[DEMO-8] holds the TV contract with an executed version and a draft, and 16 documents in all', async () => {
    expect(await services.storage.contracts()).toHaveLength(16);
    const states = (await services.storage.versions(TV_CONTRACT_ID)).map(({ sequence, state, kind }) => [
      sequence,
      kind,
      state,
    ]);
    expect(states).toEqual([
      [1, 'ORIGINAL', 'SUPERSEDED'],
      [2, 'AMENDMENT', 'EXECUTED'],
      [3, 'AMENDMENT', 'DRAFT'],
    ]);
  });

  it('[DEMO-8] the draft holds exactly the intended content in the printed order', async () => {
    const versions = await services.storage.versions(TV_CONTRACT_ID);
    const wanted = tvContract().versions;
    for (const [index, { id }] of versions.entries()) {
      const { content } = await services.views.contentOf(id);
      expect(content).toEqual(contentOfSheets(TV_CONTRACT_ID, 'CONTRACT', wanted[index]?.sheets ?? {}));
    }
  });

  it('[DEMO-8] nobody approved what they wrote, and terms from the past had two approvers', async () => {
    const approver = { userId: 'u-approver', name: 'Approver', roles: ['approver'] as const };
    for (const { id, state } of await services.storage.versions()) {
      if (state === 'DRAFT' || state === 'IN_REVIEW') continue;
      const { authors, approvals, submittedBy } = await services.views.detail(id, approver);
      const wrote = [...authors.map(({ userId }) => userId), submittedBy?.userId];
      expect(approvals.length).toBeGreaterThan(0);
      for (const { userId } of approvals) expect(wrote).not.toContain(userId);
    }
    const tv = (await services.storage.versions(TV_CONTRACT_ID))[1]?.id ?? '';
    expect((await services.views.detail(tv, approver)).approvals).toHaveLength(2);
  });

  it('[DEMO-8] bills the printed totals from what is stored', async () => {
    const draft = (await services.storage.versions(TV_CONTRACT_ID))[2]?.id;
    const text = await previewText(previewSource(services), { versionId: draft, period: '2016-11' });
    expect(JSON.parse(text)).toMatchObject({
      totals: { gross: '109600.00', commission: '-16440.00', net: '93160.00' },
    });
    const affiliate = JSON.parse(
      await previewText(previewSource(services), { contractId: 'c-affiliate', period: '2010-12' }),
    );
    expect(affiliate.actions).toHaveLength(424);
    expect(factStoreOf(services).rejected('c-affiliate')).toHaveLength(135);
  });

  it('[DEMO-9] seeding again changes nothing', async () => {
    const { size } = services.history;
    await seedDemo(services);
    expect(services.history.size).toBe(size);
    expect(factStoreOf(services).batches('c-affiliate')).toHaveLength(1);
  });

  it('[DEMO-9] goes on with what is missing after a first run was cut short', async () => {
    const cut = await startTestServer();
    let imports = 0;
    const failing: Services = {
      ...cut.services,
      commitImport: async (job) => {
        imports += 1;
        if (imports === 6) throw new Error('cut short');
        return cut.services.commitImport(job);
      },
    };
    await expect(seedDemo(failing)).rejects.toThrow('cut short');
    expect((await cut.services.storage.contracts()).length).toBeLessThan(16);
    await seedDemo(cut.services);
    expect(await cut.services.storage.contracts()).toHaveLength(16);
    expect(factStoreOf(cut.services).facts('c-affiliate').actions).toHaveLength(424);
    await cut.dispose();
  });
});
