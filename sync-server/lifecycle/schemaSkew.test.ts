import { SHEET_SCHEMA } from '@countersign/shared/model/sheets';
import { SCHEMA_HEADER } from '@countersign/shared/protocol';
import type { VersionDetail } from '@countersign/shared/protocol/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, startTestServer, type TestServer } from '../testKit/testServer.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

it('[SRV-27] an app of an older or newer schema submits, approves and executes nothing; with the server’s own it does', async () => {
  const versionId = await createSample(server);
  const finance = await TestPerson.signIn(server.url, 'u-finance');
  const { contentHash } = (await finance.get<VersionDetail>(`/versions/${versionId}`)).body;
  const signed = finance.device.sign('submit', versionId, { versionId, contentHash, authors: [], changes: [] });
  const wire = {
    entry: Buffer.from(signed.bytes).toString('base64'),
    signature: Buffer.from(signed.signature).toString('base64'),
    payload: Buffer.from(signed.payload).toString('base64'),
  };
  const send = (kind: string, schema: string) =>
    finance.post<{ code?: string }>(`/versions/${versionId}/commands/${kind}`, wire, {
      'if-match': `"${contentHash}"`,
      'idempotency-key': `schema-${kind}-${schema}`,
      [SCHEMA_HEADER]: schema,
    });
  const before = server.services.history.size;
  for (const schema of [SHEET_SCHEMA - 2, SHEET_SCHEMA - 1, SHEET_SCHEMA + 1, 'none', ''])
    for (const kind of ['submit', 'approve', 'execute', 'withdraw', 'amend', 'export', 'terminate', 'reopen'])
      expect(await send(kind, String(schema)), `${kind} by schema ${schema}`).toMatchObject({
        status: 426,
        body: { code: 'schema' },
      });
  expect(server.services.history.size).toBe(before);
  expect((await send('submit', String(SHEET_SCHEMA))).status).toBe(200);
});
