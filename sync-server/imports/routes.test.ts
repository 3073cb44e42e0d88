import { createHash } from 'node:crypto';
import type {
  ImportMapping,
  ImportStarted,
  ImportState,
  LogPage,
  Problem,
  VersionContent,
} from '@countersign/shared/protocol/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedDemo } from '../demo/index.ts';
import { rateCardId } from '../demo/rateCards.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { startTestServer, type TestServer } from '../testKit/testServer.ts';

let server: TestServer;
let ops: TestPerson;
let draftId: string;

beforeAll(async () => {
  server = await startTestServer({}, { seed: seedDemo });
  ops = await TestPerson.signIn(server.url, 'u-ops');
  draftId = await versionOf('one_gospel_2014_10');
});
afterAll(() => server.dispose());

async function versionOf(card: string): Promise<string> {
  return (await server.services.storage.versions(rateCardId(card)))[0]?.id ?? '';
}
async function upload<T = ImportStarted>(
  person: TestPerson,
  bytes: string | Uint8Array,
  name = 'rates.csv',
): Promise<{ status: number; body: T }> {
  const answer = await fetch(`${person.url}/api/v1/imports`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${person.token}`,
      'x-file-name': encodeURIComponent(name),
      'content-type': 'text/csv',
    },
    body: typeof bytes === 'string' ? bytes : new Uint8Array(bytes),
  });
  return { status: answer.status, body: (await answer.json()) as T };
}
/** Checks and waits for the end by asking for the state, as the app does. */
async function check(
  person: TestPerson,
  importId: string,
  mapping: ImportMapping,
  into = draftId,
): Promise<ImportState> {
  const started = await person.post<ImportState>(`/imports/${importId}/check`, { draftId: into, mapping });
  expect(started.status).toBe(200);
  for (;;) {
    const { body } = await person.get<ImportState>(`/imports/${importId}`);
    if (body.state !== 'checking') return body;
  }
}
const content = async (): Promise<VersionContent> =>
  (await ops.get<VersionContent>(`/versions/${draftId}/content`)).body;

describe('imports over HTTP', () => {
  it('[IMP-10] adds and changes rows of a rate card as one entry that names the file', async () => {
    const before = await content();
    const first = before.content.sheets.rates?.[0];
    const head = ['product', 'geo', 'daypart', 'format', 'class', 'unit', 'currency', 'lengthSeconds', 'from'];
    const row = (values: Record<string, string>, rate: string): string =>
      [...head.map((column) => `"${values[column] ?? ''}"`), rate].join(',');
    const file = `${[...head, 'rate'].join(',')}\n${row(first ?? {}, '3100.50')}\n${row({ ...first, product: 'Sunrise show' }, '4000')}\n`;
    const { body: started } = await upload(ops, file);
    expect(started.suggestedMapping.columns).toMatchObject({ product: 'product', rate: 'rate', from: 'from' });
    const checked = await check(ops, started.importId, started.suggestedMapping);
    expect(checked.result).toMatchObject({ added: 1, changed: 1, same: 0, refused: [] });
    expect(checked.result?.changedRows?.[0]?.changes).toEqual([
      { field: 'rate', label: 'Rate', from: '2750', to: '3100.50' },
    ]);
    const size = server.services.history.size;
    const { body: committed } = await ops.post<ImportState>(`/imports/${started.importId}/commit`);
    expect(committed).toMatchObject({ state: 'committed', index: String(size) });
    expect(server.services.history.size).toBe(size + 1);
    const after = await content();
    expect(after.content.sheets.rates).toHaveLength((before.content.sheets.rates?.length ?? 0) + 1);
    expect(after.content.sheets.rates?.at(-1)).toMatchObject({ product: 'Sunrise show', rate: '4000.00' });
    expect(after.content.sheets.rates?.[0]).toMatchObject({ rowId: first?.rowId, rate: '3100.50' });
    const { body: log } = await ops.get<LogPage>(`/log?doc=${draftId}&limit=1`);
    expect(log.entries[0]).toMatchObject({ kind: 'import', index: String(size) });
    const row0 = await server.services.storage.logRow(size);
    expect(new TextDecoder().decode(row0?.payload ?? new Uint8Array())).toContain(
      createHash('sha256').update(file).digest('hex'),
    );
  });

  it('[IMP-11] a draft that somebody edited after the check is refused as stale', async () => {
    const { body: started } = await upload(ops, 'Product,Unit,Currency,Rate\nNight show,per spot,ZAR,100\n');
    await check(ops, started.importId, started.suggestedMapping);
    const finance = await TestPerson.signIn(server.url, 'u-finance');
    const other = await upload(finance, 'Product,Unit,Currency,Rate\nNoon show,per spot,ZAR,90\n');
    await check(finance, other.body.importId, other.body.suggestedMapping);
    expect((await finance.post<ImportState>(`/imports/${other.body.importId}/commit`)).body.state).toBe('committed');
    const refused = await ops.post<Problem>(`/imports/${started.importId}/commit`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'staleVersion' } });
    await check(ops, started.importId, started.suggestedMapping);
    expect((await ops.post<ImportState>(`/imports/${started.importId}/commit`)).body.state).toBe('committed');
  });

  it('[IMP-7] lists refused cells and writes nothing', async () => {
    const size = server.services.history.size;
    const { body: started } = await upload(ops, 'Product;Unit;Currency;Rate\nA;per spot;ZAR;=1+1\nB;per spot;ZAR;5\n');
    const checked = await check(ops, started.importId, started.suggestedMapping);
    expect(checked.result?.refused).toMatchObject([{ row: 2, column: 'Rate', value: '=1+1' }]);
    const answer = await ops.post<Problem>(`/imports/${started.importId}/commit`);
    expect(answer).toMatchObject({ status: 409, body: { code: 'refusedCells' } });
    expect(server.services.history.size).toBe(size);
  });

  it('[IMP-12] only editors import, only into drafts', async () => {
    const reviewer = await TestPerson.signIn(server.url, 'u-reviewer');
    expect(await upload(reviewer, 'Product,Unit,Currency,Rate\nA,u,ZAR,1\n')).toMatchObject({
      status: 403,
      body: { code: 'role' },
    });
    const finance = await TestPerson.signIn(server.url, 'u-finance');
    const { body: theirs } = await upload(finance, 'Product,Unit,Currency,Rate\nA,u,ZAR,1\n');
    expect((await ops.get<Problem>(`/imports/${theirs.importId}`)).status).toBe(404);
    const mine = await upload(ops, 'Product,Unit,Currency,Rate\nA,u,EUR,1\n');
    const frozen = await ops.post<Problem>(`/imports/${mine.body.importId}/check`, {
      draftId: await versionOf('funkkombi_west_2026'),
      mapping: mine.body.suggestedMapping,
    });
    expect(frozen).toMatchObject({ status: 409, body: { code: 'frozen' } });
    expect((await fetch(`${server.url}/api/v1/imports`, { method: 'POST', body: 'x' })).status).toBe(401);
  });

  it('[IMP-2] answers a broken file with its row, and another kind of file with what it is', async () => {
    const broken = await upload<Problem>(ops, 'Product,Rate\nA,1\n"B,2\n');
    expect(broken).toMatchObject({ status: 422, body: { code: 'malformed', at: expect.stringContaining('row 3') } });
    const pdf = await upload<Problem>(ops, '%PDF-1.4', 'rates.csv');
    expect(pdf).toMatchObject({ status: 415, body: { code: 'wrongKind' } });
  });

  it('[IMP-16] answers that text is called a workbook, and nothing of a file that is what it is called', async () => {
    const text = 'Product,Rate\nA,1\n';
    const called = await upload(ops, text, 'rates.xlsx');
    expect(called).toMatchObject({ status: 200, body: { note: expect.stringContaining('is text, not a workbook') } });
    expect((await upload(ops, text, 'rates.csv')).body).not.toHaveProperty('note');
  });

  it('[IMP-9] answers others while 20,000 rows are checked, and can be cancelled', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `Product ${i},per spot,ZAR,${i}.25`).join('\n');
    const { body: started } = await upload(ops, `Product,Unit,Currency,Rate\n${rows}\n`);
    expect(started.rows).toBe(20_000);
    await ops.post(`/imports/${started.importId}/check`, { draftId, mapping: started.suggestedMapping });
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    const cancelled = await ops.request<ImportState>('DELETE', `/imports/${started.importId}`);
    expect(cancelled.body.state).toBe('cancelled');
    expect((await ops.get(`/imports/${started.importId}`)).status).toBe(404);
    const again = await upload(ops, `Product,Unit,Currency,Rate\n${rows}\n`);
    const checked = await check(ops, again.body.importId, again.body.suggestedMapping);
    expect(checked.result?.added).toBe(20_000);
    expect(checked.result?.addedRows).toHaveLength(200);
    expect((await ops.post<ImportState>(`/imports/${again.body.importId}/commit`)).body.state).toBe('committed');
    const rates = (await content()).content.sheets.rates ?? [];
    expect(rates.length).toBeGreaterThan(20_000);
    const draft = await ops.openDraft(draftId);
    expect(draft.state.sheet('rates').rowIds()).toHaveLength(rates.length);
    expect(draft.state.contentHash()).toBe((await content()).contentHash);
    draft.close();
  });
});
