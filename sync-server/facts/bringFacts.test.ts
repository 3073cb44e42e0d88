import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { LogPage } from '@countersign/shared/protocol/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkFolder } from '../cli/fsck.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, startTestServer, type TestServer } from '../testKit/testServer.ts';

const FILE = 'lineId,localDate,metric,quantity\n1.0,2099-01-01,IMPRESSIONS,1000\n1.0,2099-01-02,IMPRESSIONS,oops\n';
let server: TestServer;
let contractId: string;

beforeAll(async () => {
  server = await startTestServer();
  const version = await server.services.storage.version(await createSample(server));
  contractId = version?.contractId ?? '';
});
afterAll(() => rmSync(server.dataDir, { recursive: true, force: true }));

async function bring(text: string): Promise<{ added: number; rejected: unknown[] }> {
  const { url, token } = await TestPerson.signIn(server.url, 'u-finance');
  const answer = await fetch(`${url}/api/v1/facts?contractId=${contractId}&kind=delivery`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv', 'x-file-name': 'january.csv' },
    body: text,
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as { added: number; rejected: unknown[] };
}

it('[FACT-20] [FACT-21] a file of facts is an entry of the log with its hash and counts, and fsck holds the facts against it', async () => {
  const result = await bring(FILE);
  await bring(FILE);
  const auditor = await TestPerson.signIn(server.url, 'u-auditor');
  const { entries } = (await auditor.get<LogPage>('/log?kind=facts')).body;
  expect(entries).toHaveLength(2);
  const rows = result.added + result.rejected.length;
  expect(entries[1]).toMatchObject({
    doc: 'facts',
    userId: 'u-finance',
    text: `Finance brought in january.csv, ${rows} delivery rows, ${result.rejected.length} refused.`,
  });
  await server.stop();
  expect(await checkFolder(server.dataDir)).toMatchObject({ ok: true, findings: [] });
  const db = new DatabaseSync(join(server.dataDir, 'facts.db'));
  db.exec("INSERT INTO batch (contract, file, hash, at, added, replaced, same) VALUES ('c', 'f', 'h', 'a', 1, 0, 0)");
  db.exec('UPDATE batch SET added = added + 1 WHERE id = 1');
  db.close();
  const { ok, findings } = await checkFolder(server.dataDir);
  expect(ok).toBe(false);
  expect(findings.map(({ text }) => text)).toEqual([
    'Fact batch 3 of c was kept and is in no entry of the log.',
    `The fact batch january.csv of ${contractId} is not stored as the log says it was.`,
  ]);
  rmSync(join(server.dataDir, 'facts.db'));
  expect((await checkFolder(server.dataDir)).findings).toMatchObject([
    { text: expect.stringContaining('no facts.db') },
  ]);
});
