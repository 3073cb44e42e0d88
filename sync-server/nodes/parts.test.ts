import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Export } from '@countersign/shared/protocol/api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { seedDemo } from '../demo/index.ts';
import { DatabaseAddress } from '../storage/index.ts';
import { startPostgres, type TestPostgres } from '../testKit/postgres.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { SERVER_DEFAULTS } from '../testKit/testServer.ts';
import { ServerNode } from './node.ts';

const root = mkdtempSync(join(tmpdir(), 'countersign-node-parts-'));
let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
}, 120_000);
afterAll(async () => {
  await server.dispose();
  rmSync(root, { recursive: true, force: true });
});

const start = (name: string, url: string): Promise<ServerNode> =>
  ServerNode.start({ ...SERVER_DEFAULTS, dataDir: join(root, name) }, new DatabaseAddress(url), { seed: seedDemo });

async function bytesOf(person: TestPerson, path: string, init: RequestInit = {}): Promise<string> {
  const headers = { authorization: `Bearer ${person.token}`, ...init.headers };
  const answer = await fetch(`${person.url}/api/v1${path}`, { ...init, headers });
  return `${answer.status} ${await answer.text()}`;
}

interface Listed {
  readonly id: string;
  readonly versions: readonly { readonly versionId: string; readonly state: string }[];
}

describe('what lies beside the log', { timeout: 180_000 }, () => {
  it('[NODE-10] the whole demo in PostgreSQL: previews, facts and bundles are the same bytes after a take-over', async () => {
    const url = await server.database();
    const one = await start('parts-1', url);
    mkdirSync(join(root, 'parts-2'), { mode: 0o700 });
    copyFileSync(join(root, 'parts-1', 'server.key'), join(root, 'parts-2', 'server.key'));
    const two = await start('parts-2', url);
    const exporter = await TestPerson.signIn(two.url, 'u-exporter');
    const finance = await TestPerson.signIn(one.url, 'u-finance');

    const { body: contracts } = await exporter.get<Listed[]>('/contracts');
    const executed = contracts.flatMap(({ versions }) => versions).find(({ state }) => state === 'EXECUTED');
    expect((await exporter.command(executed?.versionId ?? '', 'export')).status).toBe(200);
    const { body: exports } = await exporter.get<Export[]>('/exports');
    const bundle = await bytesOf(exporter, `/exports/${exports[0]?.exportId}/bundle`);
    expect(bundle.startsWith('200 ')).toBe(true);

    const withFacts: string[] = [];
    for (const { id } of contracts) {
      if ((await bytesOf(finance, `/facts/batches?contractId=${id}`)) !== '200 []') withFacts.push(id);
    }
    expect(withFacts.length).toBeGreaterThan(1);
    // A file brought through the node that does not lead.
    const brought = await bytesOf(finance.at(two.url), `/facts?contractId=${withFacts[0]}&kind=delivery`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv', 'x-file-name': 'more.csv' },
      body: 'Line,Date,Impressions,Source\n1,2020-07-10,1000000,own\n',
    });
    expect(brought.startsWith('200 ')).toBe(true);
    const facts = async (person: TestPerson): Promise<string[]> => {
      const texts: string[] = [];
      for (const id of withFacts) {
        texts.push(await bytesOf(person, `/facts/batches?contractId=${id}`));
        for (const period of JSON.parse(
          (await bytesOf(person, `/facts/periods?contractId=${id}`)).slice(4),
        ) as string[]) {
          const body = JSON.stringify({ contractId: id, period });
          const headers = { 'content-type': 'application/json' };
          texts.push(await bytesOf(person, '/preview', { method: 'POST', headers, body }));
        }
      }
      return texts;
    };
    const before = await facts(finance);
    expect(before.some((text) => text.includes('"totals"'))).toBe(true);

    await one.stop();
    await vi.waitUntil(() => two.role === 'leads', { timeout: 20_000 });
    expect(await facts(finance.at(two.url))).toEqual(before);
    expect(await bytesOf(exporter, `/exports/${exports[0]?.exportId}/bundle`)).toBe(bundle);
    expect((await exporter.get<Export[]>('/exports')).body).toEqual(exports);
    await two.stop();
  });
});
