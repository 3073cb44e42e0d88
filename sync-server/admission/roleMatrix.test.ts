import { encodeCommands } from '@countersign/shared/document';
import type { VersionState } from '@countersign/shared/model';
import { COMMAND_KINDS, type VersionDetail } from '@countersign/shared/protocol/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_ACCOUNTS } from '../auth/index.ts';
import { EVERY_STATE, makeEveryState } from '../testKit/everyState.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { ROW, startTestServer, type TestServer } from '../testKit/testServer.ts';

let server: TestServer;
const people = new Map<string, TestPerson>();
let versions: ReadonlyMap<VersionState, string>;
const person = (userId: string): TestPerson => {
  const found = people.get(userId);
  if (found === undefined) throw new Error(`${userId} did not sign in`);
  return found;
};

beforeAll(async () => {
  server = await startTestServer();
  for (const { userId } of DEMO_ACCOUNTS) people.set(userId, await TestPerson.signIn(server.url, userId));
  versions = await makeEveryState(server);
});
afterAll(async () => {
  await server.dispose();
});

describe('every account in every state', () => {
  for (const state of EVERY_STATE) {
    it(`[ADM-5] [SRV-15] ${state}: what the rules deny is refused and leaves nothing in the log`, async () => {
      const versionId = versions.get(state) ?? '';
      const size = server.services.history.size;
      let denied = 0;
      for (const { userId } of DEMO_ACCOUNTS) {
        const own = person(userId);
        const { body } = await own.get<VersionDetail>(`/versions/${versionId}`);
        expect(body.state).toBe(state);
        for (const kind of COMMAND_KINDS) {
          if (body.can[kind]?.ok) continue;
          const answer = await own.command(versionId, kind);
          expect([403, 409, 412], `${userId} ${kind}`).toContain(answer.status);
          expect(answer.body.detail, `${userId} ${kind}`).toMatch(/\.$/);
          denied += 1;
        }
        if (body.can.edit?.ok) continue;
        const draft = await own.openDraft(versionId);
        const commands = [draft.command('lines', ROW.one, 'rate', '1.00')];
        const update = encodeCommands(draft.state.sheet('lines'), 5, commands);
        const payload = { draftId: versionId, commands, updates: [{ sheet: 'lines', part: 1 }] };
        const signed = own.device.sign('edit', versionId, payload, [update], `e${versionId}`);
        const refusal = await draft.answerTo(signed);
        expect(['role', 'frozen'], userId).toContain(refusal === 'stored' ? refusal : refusal.code);
        draft.close();
        denied += 1;
      }
      expect(denied).toBeGreaterThan(50);
      expect(server.services.history.size).toBe(size);
    });
  }
});
