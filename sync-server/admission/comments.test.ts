import { commentText } from '@countersign/shared/document';
import type { LogPage, Review, VersionDetail } from '@countersign/shared/protocol/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, ROW, startTestServer, type TestServer } from '../testKit/testServer.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.dispose());

describe('comments', () => {
  it('[DOC-61] [DOC-62] [DOC-63] a reviewer asks, an editor answers; both read one thread, and only who wrote a cell is an author', async () => {
    const versionId = await createSample(server);
    const reviewer = await TestPerson.signIn(server.url, 'u-reviewer');
    const ops = await TestPerson.signIn(server.url, 'u-ops');
    const asking = await reviewer.openDraft(versionId);
    const answering = await ops.openDraft(versionId);
    const question = asking.command(
      'lines',
      ROW.one,
      '$comment',
      commentText({ about: 'rate', text: 'Net or gross?' }),
    );
    expect(await asking.edit({ ...question, from: null })).toBe('stored');
    await answering.until(() => answering.state.comments.all().length === 1);
    const answer = { about: 'rate', text: 'Gross.', thread: question.id };
    const reply = answering.command('lines', ROW.one, '$comment', commentText(answer));
    const edit = answering.command('lines', ROW.one, 'rate', '5.00');
    expect(await answering.edit({ ...reply, from: null }, edit)).toBe('stored');
    await asking.until(() => asking.state.comments.all()[0]?.messages.length === 2);
    expect(asking.state.comments.all()).toEqual(answering.state.comments.all());

    const { body } = await ops.get<VersionDetail>(`/versions/${versionId}`);
    expect(body.authors.map(({ userId }) => userId)).toEqual(['u-ops']);
    const review = (await ops.get<Review>(`/versions/${versionId}/review`)).body;
    expect(review.checks).toContainEqual({
      id: 'comments',
      label: 'One open comment',
      ok: false,
      detail: expect.stringMatching(/, Rate: Net or gross\?$/),
    });
    const log = await ops.get<LogPage>(`/log?doc=${versionId}&user=u-reviewer`);
    expect(log.body.entries[0]).toMatchObject({
      text: expect.stringMatching(/^Reviewer commented on .+, Rate: “Net or gross\?”\.$/),
      changes: [{ field: '$comment', label: 'Rate', from: null, to: 'Net or gross?' }],
    });
  });

  it('[DOC-60] a comment nobody may read as one is refused and leaves nothing', async () => {
    const versionId = await createSample(server);
    const reviewer = await TestPerson.signIn(server.url, 'u-reviewer');
    const draft = await reviewer.openDraft(versionId);
    const size = server.services.history.size;
    const wrong = { ...draft.command('lines', ROW.one, '$comment', 'Net or gross?'), from: null };
    expect(await draft.edit(wrong)).toMatchObject({ code: 'format', commandIds: [wrong.id] });
    expect(server.services.history.size).toBe(size);
  });
});
