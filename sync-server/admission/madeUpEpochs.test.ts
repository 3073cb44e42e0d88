import { afterEach, beforeEach, expect, it } from 'vitest';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, ROW, startTestServer, type TestServer } from '../testKit/testServer.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  await server.dispose();
});

it('[ADM-17] [ADM-13] entries of epochs that were never issued are refused, and the room remembers none of them', async () => {
  const versionId = await createSample(server);
  const person = await TestPerson.signIn(server.url, 'u-finance');
  const draft = await person.openDraft(versionId);
  const good = await draft.sign([draft.command('lines', ROW.one, 'rate', '11.00')]);
  const part0 = { draftId: versionId, commands: [draft.command('lines', ROW.one, 'rate', '12.00')], updates: [] };
  for (let i = 0; i < 20; i += 1) {
    const madeUp = person.device.sign('edit', versionId, part0, [], `made-up-${i}`);
    expect(await draft.answerTo(madeUp)).toMatchObject({ code: 'epoch' });
  }
  const room = server.services.rooms.peek(versionId);
  expect([room?.closedEpochs.size, room?.clientIds.size]).toEqual([0, 0]);
  // An epoch that was issued goes on, until something of its own is refused.
  expect(await draft.answerTo(good)).toBe('stored');
  const bad = person.device.sign('edit', versionId, part0, [], (await draft.epoch()).epoch);
  expect(await draft.answerTo(bad)).toMatchObject({ code: 'malformed' });
  expect(room?.closedEpochs.size).toBe(1);
});
