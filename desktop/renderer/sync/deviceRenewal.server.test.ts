import 'fake-indexeddb/auto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserHost } from '../../host/browser.ts';
import { DeviceKeyStore } from '../../host/deviceKeyStore.ts';
import { Profile } from '../storage/index.ts';
import { createEngine, type DraftSession, type Engine, type Socket } from './index.ts';
import { RealServer } from './testKit/realServer.ts';

const server = new RealServer();
const engines: Engine[] = [];
beforeAll(() => server.start());
afterAll(async () => {
  for (const engine of engines) await engine.close();
  await server.remove();
});

async function computer(name: string, userId: string): Promise<Engine> {
  const host = browserHost({ serverUrl: server.url, keys: new DeviceKeyStore(`${name}-keys`) });
  host.setConfirmer(async () => true);
  const engine = await createEngine({
    host,
    profile: new Profile(name),
    openSocket: (url, protocols) => new WebSocket(url, protocols) as unknown as Socket,
  });
  engines.push(engine);
  await engine.signIn(userId);
  return engine;
}

/** Waits for something that is told. */
function told(listen: (listener: () => void) => () => void, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    let stop: () => void = () => undefined;
    const look = (): void => {
      if (!condition()) return;
      stop();
      resolve();
    };
    stop = listen(look);
    look();
  });
}
const state = (draft: DraftSession) => (listener: () => void) => draft.onState(listener);

test('[CLI-25] [SYNC-9] after its key was revoked a computer says so, makes another one, and sends again what was refused', async () => {
  const ops = await computer('ops', 'u-ops');
  const admin = await computer('admin', 'u-admin');
  const contracts = await ops.api.contracts();
  const draftId = contracts.flatMap(({ versions }) => versions).find((version) => version.state === 'DRAFT')?.versionId;
  if (draftId === undefined) throw new Error('the demo has a draft');
  const draft = await ops.openDraft(draftId);
  await draft.settled();
  const [sheet = 'lines'] = draft.sheets();
  const before = draft.rowIds(sheet).length;

  const devices = (await admin.api.people()).find(({ userId }) => userId === 'u-ops')?.devices ?? [];
  const mine = devices.filter((device) => device.state === 'active');
  for (const { deviceId } of mine) await admin.api.accounts.revokeDevice(deviceId);
  await told(
    (listener) => ops.onSession(listener),
    () => ops.session() === null,
  );
  // The session ended; what is done here is kept.
  await draft.insertRows(sheet, null, [{ note: 'after the revocation' }]);
  expect(draft.rowIds(sheet)).toHaveLength(before + 1);

  await ops.signIn('u-ops');
  expect(ops.deviceRevoked()).toBe(true);
  expect(draft.editDenial()).toContain('The key of this computer was revoked');
  await told(state(draft), () => draft.attention().length > 0);
  expect(draft.attention().every(({ code }) => code === 'revoked')).toBe(true);
  expect(draft.status().waiting).toBe(0);

  expect(await ops.renewDevice()).toBe(true);
  expect(ops.deviceRevoked()).toBe(false);
  await told(state(draft), () => draft.editDenial() === null);
  const outcome = await draft.retryAttention(draft.attention().map(({ id }) => id));
  expect(outcome.denied).toBeNull();
  await draft.settled();
  expect(draft.attention()).toEqual([]);
  expect(draft.rowIds(sheet)).toHaveLength(before + 1);
  const now = (await admin.api.people()).find(({ userId }) => userId === 'u-ops')?.devices ?? [];
  expect(now.filter((device) => device.state === 'active')).toHaveLength(1);
  expect(draft.status().trouble).toBeNull();
});
