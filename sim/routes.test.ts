import './platform.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openServices, type Services } from '../sync-server/services.ts';
import { openSqlite } from '../sync-server/storage/index.ts';
import { SERVER_DEFAULTS } from '../sync-server/testKit/testServer.ts';
import { answer } from './routes.ts';
import { FOLDERS } from './server.ts';

test('[SIM-15] a request is answered by the server process it was sent to, before and after another one began', async () => {
  const folders: string[] = [];
  const begin = async (): Promise<Services> => {
    const dataDir = mkdtempSync(join(FOLDERS, 'countersign-routes-'));
    folders.push(dataDir);
    return openServices({ ...SERVER_DEFAULTS, dataDir }, { openStorage: () => openSqlite(':memory:') });
  };
  const workspaceOf = async (services: Services): Promise<unknown> =>
    (await answer(services, { url: '/api/v1/workspace', headers: { host: '127.0.0.1' } })).json();
  const one = await begin();
  const before = await workspaceOf(one);
  const other = await begin();
  expect(before).toMatchObject({ id: one.workspace.id, vkey: one.history.keys.vkeyText });
  const both = await Promise.all([workspaceOf(other), workspaceOf(one)]);
  expect(both[0]).toMatchObject({ id: other.workspace.id, vkey: other.history.keys.vkeyText });
  expect(both[1]).toEqual(before);
  expect(other.workspace.id).not.toBe(one.workspace.id);
  await one.close();
  await other.close();
  for (const folder of folders) rmSync(folder, { recursive: true });
});
