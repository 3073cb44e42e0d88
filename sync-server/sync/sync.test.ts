import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestPerson } from '../testKit/testClient.ts';
import { createSample, ROW, startTestServer, type TestServer } from '../testKit/testServer.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  await server.dispose();
});

describe('sync socket', () => {
  it('[SRV-11] two people converge, and the author hears "stored" before the entry', async () => {
    const versionId = await createSample(server);
    const finance = await (await TestPerson.signIn(server.url, 'u-finance')).openDraft(versionId);
    const ops = await (await TestPerson.signIn(server.url, 'u-ops')).openDraft(versionId);
    expect(finance.opened).toMatchObject({ draftId: versionId, state: 'DRAFT', canEdit: true });

    expect(await finance.edit(finance.command('lines', ROW.one, 'rate', '42.00'))).toBe('stored');
    await ops.until(() => ops.value('lines', ROW.one, 'rate') === '42.00');
    expect(
      await ops.edit(
        ops.command('lines', ROW.two, 'rate', '43.00'),
        ops.command('terms', ROW.currency, 'note', 'Seen'),
      ),
    ).toBe('stored');
    await finance.until(() => finance.value('lines', ROW.two, 'rate') === '43.00');

    expect(finance.frames.indexOf('stored')).toBeLessThan(finance.frames.lastIndexOf('entry'));
    expect(finance.state.contentHash()).toBe(ops.state.contentHash());
    const { contentHash } = await server.services.views.contentOf(versionId);
    expect(finance.state.contentHash()).toBe(contentHash);
    expect(finance.state.contests()).toEqual([]);
  });
});
