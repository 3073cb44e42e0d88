import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Random } from '../sim/random.ts';
import { startServer } from '../sync-server/server.ts';
import { SOCKET_LIMITS } from '../sync-server/sync/limits.ts';
import { TestPerson } from '../sync-server/testKit/testPerson.ts';
import { bundleOf, flipBundle } from './bundleBits.ts';
import { HOSTILE, type HostileKind, HostileSocket } from './hostileSocket.ts';
import { seedDrafts, TORTURE_CONFIG, VERSIONS } from './template.ts';

it('[TORT-9] hostile sockets of every kind end as documented, and the server answers others meanwhile', {
  timeout: 120_000,
}, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-hostile-'));
  // What a server waits for in seconds it waits for here in tenths.
  const limits = { ...SOCKET_LIMITS, openWithinMs: 3000, headersWithinMs: 300, heartbeatMs: 300 };
  const server = await startServer({ ...TORTURE_CONFIG, dataDir }, { seed: seedDrafts, limits });
  const { url } = server;
  const [versionId] = VERSIONS;
  const viewer = await TestPerson.signIn(url, 'u-viewer');
  // Who reads slowly what little there is to read, and answers, may stay.
  const kinds = (Object.keys(HOSTILE) as HostileKind[]).filter((kind) => kind !== 'slowReader');
  const sockets: HostileSocket[] = [];
  for (const kind of kinds)
    sockets.push(new HostileSocket(kind, { url, versionId, ticket: await viewer.ticket(), seed: kind }));
  expect((await viewer.get(`/versions/${versionId}`)).status).toBe(200);
  for (const [i, kind] of kinds.entries()) {
    const ended = await sockets[i]?.ended;
    expect(HOSTILE[kind], `${kind} ended as ${ended}`).toContain(ended);
  }
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

it('[TORT-10] no bundle of any life is accepted with a bit flipped', { timeout: 120_000 }, async () => {
  for (const number of [0, 1]) {
    const { bits, accepted } = await flipBundle(await bundleOf('test', number), 60, new Random(`test ${number}`));
    expect({ bits, accepted }).toEqual({ bits: 60, accepted: [] });
  }
});
