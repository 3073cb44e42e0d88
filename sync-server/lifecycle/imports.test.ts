import { newCommandId } from '@countersign/shared/document';
import type { Review, VersionDetail } from '@countersign/shared/protocol/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, ROW, startTestServer, type TestServer } from '../testKit/testServer.ts';
import type { ImportToCommit } from './index.ts';

let server: TestServer;
let versionId: string;
beforeEach(async () => {
  server = await startTestServer();
  versionId = await createSample(server);
});
afterEach(async () => {
  await server.dispose();
});

function job(more: Partial<ImportToCommit> = {}): ImportToCommit {
  return {
    draftId: versionId,
    by: { userId: 'u-finance', roles: ['editor'] },
    fileHash: '0'.repeat(64),
    fileName: 'lines.csv',
    rows: 3,
    added: new Map([['clauses', [{ rowId: 'r-clause000001', values: { key: '2', text: 'More words.' } }]]]),
    commands: [
      { id: newCommandId(), sheet: 'lines', rowId: ROW.one, field: 'rate', from: '100.00', to: '120.00', seen: '0' },
    ],
    ...more,
  };
}

describe('import', () => {
  it('[SRV-33] is one leaf that adds rows below the last and changes cells, live for everybody, authored by its confirmer', async () => {
    const finance = await TestPerson.signIn(server.url, 'u-finance');
    const viewer = await (await TestPerson.signIn(server.url, 'u-viewer')).openDraft(versionId);
    const { index } = await server.services.commitImport(job());
    await viewer.until(() => viewer.value('lines', ROW.one, 'rate') === '120.00');
    expect(viewer.state.size).toBe(index + 1);
    expect(viewer.state.sheet('clauses').rowIds()).toEqual(['r-clause000000', 'r-clause000001']);
    const { contentHash } = await server.services.views.contentOf(versionId);
    expect(viewer.state.contentHash()).toBe(contentHash);
    const { body } = await finance.get<VersionDetail>(`/versions/${versionId}`);
    expect(body.authors).toEqual([{ userId: 'u-finance', name: 'Finance' }]);
    const review = (await finance.get<Review>(`/versions/${versionId}/review`)).body;
    const writers = review.diff.map(({ rowId, by }) => [rowId, by.map(({ userId }) => userId)]);
    expect(writers).toContainEqual(['r-clause000001', ['u-finance']]);
    expect(writers).toContainEqual([ROW.one, ['u-finance']]);
    expect(writers).toContainEqual([ROW.two, []]);
    server = await server.restart();
    expect((await server.services.views.contentOf(versionId)).contentHash).toBe(contentHash);
  });

  it('[SRV-33] is refused for a role, a frozen version, a changed draft and values that do not fit; nothing is stored', async () => {
    const finance = await TestPerson.signIn(server.url, 'u-finance');
    const { contentHash } = await server.services.views.contentOf(versionId);
    const size = server.services.history.size;
    const refused = async (more: Partial<ImportToCommit>): Promise<unknown> =>
      server.services.commitImport(job(more)).catch((error: unknown) => error);
    expect(await refused({ by: { userId: 'u-reviewer', roles: ['reviewer'] } })).toMatchObject({ status: 403 });
    expect(await refused({ expectHash: 'f'.repeat(64) })).toMatchObject({ status: 409, code: 'staleVersion' });
    const bad = { rowId: 'r-badrow000000', values: { line: '9', rate: 'cheap' } };
    expect(await refused({ added: new Map([['lines', [bad]]]) })).toMatchObject({ status: 409, code: 'format' });
    const known = { rowId: ROW.two, values: { line: '9' } };
    expect(await refused({ added: new Map([['lines', [known]]]) })).toMatchObject({ status: 409 });
    expect(server.services.history.size).toBe(size);
    await server.services.commitImport(job({ expectHash: contentHash }));
    expect((await finance.command(versionId, 'submit')).status).toBe(200);
    expect(await refused({})).toMatchObject({ status: 409 });
  });

  it('[AUTH-9] does not stand behind a leaf that took the role of who confirmed it', async () => {
    const { people, history, commitImport } = server.services;
    const importing = commitImport(job()).catch((error: unknown) => error);
    await people.changeRole('u-finance', 'revoke', 'editor');
    const size = history.size;
    expect(await importing).toMatchObject({ status: 403, code: 'role' });
    expect(history.size).toBe(size);
  });
});
