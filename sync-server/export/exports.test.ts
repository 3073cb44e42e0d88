import { readBundle, verifyBundle } from '@countersign/shared/history';
import type { Export, Problem } from '@countersign/shared/protocol/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VOLUME_CONTRACT_ID } from '../demo/deliveryContracts.ts';
import { seedDemo } from '../demo/index.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { startTestServer, type TestServer } from '../testKit/testServer.ts';

let server: TestServer;
let exporter: TestPerson;
let versionId: string;

beforeAll(async () => {
  server = await startTestServer({}, { seed: seedDemo });
  exporter = await TestPerson.signIn(server.url, 'u-exporter');
  versionId = (await server.services.storage.versions(VOLUME_CONTRACT_ID))[0]?.id ?? '';
});
afterAll(() => server.dispose());

const bundleOf = async (person: TestPerson, id: string): Promise<{ status: number; bytes: Uint8Array }> => {
  const answer = await fetch(`${person.url}/api/v1/exports/${id}/bundle`, {
    headers: { authorization: `Bearer ${person.token}` },
  });
  return { status: answer.status, bytes: new Uint8Array(await answer.arrayBuffer()) };
};

describe('exports', () => {
  it('[EXP-1] an executed version is exported as a bundle that verifies with the workspace key alone', async () => {
    expect((await exporter.get<Export[]>('/exports')).body).toEqual([]);
    const done = await exporter.command(versionId, 'export');
    expect(done.status).toBe(200);
    const { body: listed } = await exporter.get<Export[]>('/exports');
    expect(listed).toMatchObject([
      { versionId, exportId: `x-${done.body.index}`, index: done.body.index, by: { userId: 'u-exporter' } },
    ]);
    const { bytes } = await bundleOf(exporter, listed[0]?.exportId ?? '');
    expect(bytes).toHaveLength(listed[0]?.bytes ?? 0);
    const report = await verifyBundle(bytes, { vkey: server.services.history.keys.vkeyText });
    expect(report).toMatchObject({
      ok: true,
      summary: {
        versionId,
        approvers: expect.arrayContaining(['u-approver', 'u-controller']),
        exportedBy: 'u-exporter',
      },
    });
    const changed = new TextDecoder().decode(bytes).replace('"rate":"20"', '"rate":"21"');
    const tampered = await verifyBundle(new TextEncoder().encode(changed), {
      vkey: server.services.history.keys.vkeyText,
    });
    expect(tampered.ok).toBe(false);
  });

  it('[EXP-2] [EXP-3] exporting again is the first export, byte for byte', async () => {
    const { body: before } = await exporter.get<Export[]>('/exports');
    const first = await bundleOf(exporter, before[0]?.exportId ?? '');
    const again = await exporter.command(versionId, 'export');
    expect(again.status).toBe(200);
    expect((await exporter.get<Export[]>('/exports')).body).toEqual(before);
    const same = await bundleOf(exporter, `x-${again.body.index}`);
    expect(Buffer.from(same.bytes).equals(Buffer.from(first.bytes))).toBe(true);
    expect(readBundle(first.bytes).versionId).toBe(versionId);
  });

  it('[EXP-1] a draft is not exported, and viewers do not see exports', async () => {
    const viewer = await TestPerson.signIn(server.url, 'u-viewer');
    expect((await viewer.get<Problem>('/exports')).status).toBe(403);
    expect((await bundleOf(viewer, 'x-1')).status).toBe(403);
    expect((await bundleOf(exporter, 'x-1')).status).toBe(404);
    expect((await bundleOf(exporter, '..%2f..%2fserver.key')).status).toBe(404);
    const draft = (await server.services.storage.versions()).find(({ state }) => state === 'DRAFT')?.id ?? '';
    expect((await exporter.command(draft, 'export')).status).toBe(403);
  });
});
