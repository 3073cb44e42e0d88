import type { LogEntry } from '@countersign/shared/protocol/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../testKit/commandLine.ts';
import type { TestDraft } from '../testKit/testDraft.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, ROW, startTestServer, type TestServer } from '../testKit/testServer.ts';

const FOLD_ABOVE = 3;

let server: TestServer;
let versionId: string;
beforeEach(async () => {
  server = await startTestServer({}, { foldAbove: FOLD_ABOVE });
  versionId = await createSample(server);
});
afterEach(async () => {
  await server.dispose();
});

const open = async (userId: string): Promise<TestDraft> =>
  (await TestPerson.signIn(server.url, userId)).openDraft(versionId);

/** Edits cells until the draft is folded, and waits until the person has the fold. */
async function editUntilFolded(draft: TestDraft): Promise<void> {
  const before = draft.state.lastFold;
  for (const field of ['product', 'note', 'rate', 'quantity'])
    expect(await draft.edit(draft.command('lines', ROW.one, field, field === 'product' ? 'Late news' : '7'))).toBe(
      'stored',
    );
  await draft.until(() => draft.state.lastFold !== before);
}

describe('folding', () => {
  it('[SRV-40] a draft with many edited cells is folded by the server, once, and everybody goes on upon it', async () => {
    const finance = await open('u-finance');
    const ops = await open('u-ops');
    await editUntilFolded(finance);
    await ops.until(() => ops.state.lastFold !== undefined);
    expect(ops.state.overlay).toBe(0);
    expect(ops.value('lines', ROW.one, 'product')).toBe('Late news');
    expect(await ops.edit(ops.command('lines', ROW.two, 'rate', '43.00'))).toBe('stored');
    await finance.until(() => finance.value('lines', ROW.two, 'rate') === '43.00');
    const { contentHash } = await server.services.views.contentOf(versionId);
    expect([finance.state.contentHash(), ops.state.contentHash()]).toEqual([contentHash, contentHash]);
    expect(finance.state.authors()).toEqual(['u-finance', 'u-ops']);
    const auditor = await TestPerson.signIn(server.url, 'u-auditor');
    const { body } = await auditor.get<{ entries: LogEntry[] }>(`/log?doc=${versionId}`);
    expect(body.entries.filter(({ kind }) => kind === 'fold')).toHaveLength(1);
  });

  it('[DOC-72] a batch that was made before the fold is refused as folded; made again under another epoch it is stored once', async () => {
    const ops = await open('u-ops');
    const change = ops.command('lines', ROW.one, 'rate', '43.00');
    const early = await ops.sign([change]);
    await editUntilFolded(await open('u-finance'));
    await ops.until(() => ops.state.lastFold !== undefined);
    expect(await ops.answerTo(early)).toMatchObject({ code: 'folded', commandIds: [change.id] });
    expect(await ops.edit(change)).toBe('stored');
    await ops.until(() => ops.state.contests().length === 1);
    // It was made without having seen the colleague's rate: the fold does not hide that.
    expect(ops.state.contests()[0]?.claims.map(({ value }) => value)).toEqual(['7', '43.00']);
  });

  it('[SRV-40] a folded draft is the same after a restart, is submitted with the same hash, and fsck finds nothing', async () => {
    const finance = await open('u-finance');
    await editUntilFolded(finance);
    await editUntilFolded(finance);
    const { contentHash } = await server.services.views.contentOf(versionId);
    server = await server.restart();
    expect((await server.services.views.contentOf(versionId)).contentHash).toBe(contentHash);
    const person = await TestPerson.signIn(server.url, 'u-finance');
    expect((await person.command(versionId, 'submit')).status).toBe(200);
    const { dataDir } = server;
    await server.stop();
    expect(await runCommand('fsck', '--data', dataDir)).toMatchObject({ code: 0 });
  });
});
