import { type PreviewResult, preview, previewJson } from '@countersign/shared/billing';
import { compileVersion, versionMeta } from '@countersign/shared/model/compile';
import type { WorkbookContent } from '@countersign/shared/model/sheets';
import type {
  Contract,
  ContractFigures,
  Facts,
  Need,
  Problem,
  Review,
  VersionContent,
  VersionDetail,
} from '@countersign/shared/protocol/api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AFFILIATE_CONTRACT_ID } from '../demo/affiliateContract.ts';
import { GRADUATED_CONTRACT_ID } from '../demo/deliveryContracts.ts';
import { seedDemo } from '../demo/index.ts';
import { TV_CONTRACT_ID } from '../demo/tvContract.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { startTestServer, type TestServer } from '../testKit/testServer.ts';
import { FigureBook } from './figureBook.ts';

let server: TestServer;
let finance: TestPerson;

beforeAll(async () => {
  server = await startTestServer({}, { seed: seedDemo });
  finance = await TestPerson.signIn(server.url, 'u-finance');
});
afterAll(() => server.dispose());

async function previewBytes(body: Record<string, string>): Promise<string> {
  const answer = await fetch(`${server.url}/api/v1/preview`, {
    method: 'POST',
    headers: { authorization: `Bearer ${finance.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return answer.text();
}
const send = async (person: TestPerson, query: string, csv: string) =>
  (
    await fetch(`${server.url}/api/v1/facts?${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${person.token}`, 'x-file-name': 'report.csv', 'content-type': 'text/csv' },
      body: csv,
    })
  ).json() as Promise<Record<string, unknown>>;

describe('facts and previews over HTTP', () => {
  it('[FACT-5] the app’s own calculation from the API gives the bytes that the API gives', async () => {
    const { body: contracts } = await finance.get<Contract[]>('/contracts');
    for (const [contractId, period] of [
      [TV_CONTRACT_ID, '2016-11'],
      [GRADUATED_CONTRACT_ID, '2020-03'],
      [AFFILIATE_CONTRACT_ID, '2010-12'],
    ] as const) {
      const versions = (contracts.find(({ id }) => id === contractId)?.versions ?? []).toSorted(
        (a, b) => a.sequence - b.sequence,
      );
      const compiled = await Promise.all(
        versions.map(async ({ versionId }) => {
          const { body: detail } = await finance.get<VersionDetail>(`/versions/${versionId}`);
          const { body } = await finance.get<VersionContent>(`/versions/${versionId}/content`);
          const { version } = compileVersion(body.content as unknown as WorkbookContent, versionMeta(detail));
          if (version === null) throw new Error('not compiled');
          return version;
        }),
      );
      const { status, body: facts } = await finance.get<Facts>(`/facts?contractId=${contractId}&period=${period}`);
      expect(status).toBe(200);
      const { offsets, ...given } = facts;
      const own = previewJson(preview({ versions: compiled, facts: given, period, ...(offsets ? { offsets } : {}) }));
      expect(await previewBytes({ versionId: versions.at(-1)?.versionId ?? '', period })).toBe(own);
    }
  });

  it('[FACT-10] facts come with the offset tables of the contract’s zones, wide enough for any period of it', async () => {
    const { body } = await finance.get<Facts>(`/facts?contractId=${TV_CONTRACT_ID}&period=2016-11`);
    const [[zone, table] = ['', []]] = Object.entries(body.offsets ?? {});
    expect(zone).toBe('America/New_York');
    expect(table[0]).toEqual([null, -18_000_000]);
    // The clocks of November 2016 go back on the sixth, at six in the morning of UTC.
    expect(table).toContainEqual([Date.UTC(2016, 10, 6, 6), -18_000_000]);
    expect(table.at(-1)?.[0]).toBeGreaterThan(Date.UTC(2098, 0, 1));
  });

  it('[SCR-61] figures are worked out once after a change: a second look reads no version, an edit changes its own only', async () => {
    const rows = await server.services.storage.versions(TV_CONTRACT_ID);
    const draft = rows.at(-1)?.id ?? '';
    const look = async () => (await finance.get<ContractFigures[]>('/contracts/figures')).body;
    const reading = vi.spyOn(server.services.views, 'reading');
    const before = await look();
    // One of each contract, and of the amended one the version in force beside the draft.
    expect(before).toHaveLength((await server.services.storage.contracts()).length + 1);
    expect(before.find(({ versionId }) => versionId === rows[1]?.id)?.worth).toMatchObject({ amount: '104900.00' });
    const tv = before.find(({ versionId }) => versionId === draft);
    expect(tv?.worth).toEqual({ kind: 'ordered', amount: '109600.00', currency: 'USD', delivered: 0 });
    reading.mockClear();
    expect(await look()).toEqual(before);
    expect(reading).not.toHaveBeenCalled();

    const { body } = await finance.get<VersionContent>(`/versions/${draft}/content`);
    const line = body.content.sheets.lines?.find((row) => row.line === '42.0');
    const editor = await finance.openDraft(draft);
    const edit = editor.command('lines', line?.rowId ?? '', 'rate', '1.00');
    expect(await editor.edit(edit)).toBe('stored');
    reading.mockClear();
    const after = await look();
    expect(after.filter((figures, i) => JSON.stringify(figures) !== JSON.stringify(before[i]))).toHaveLength(1);
    expect(new Set(reading.mock.calls.map(([versionId]) => versionId))).toEqual(new Set(rows.map(({ id }) => id)));
    reading.mockRestore();
    const back = editor.command('lines', line?.rowId ?? '', 'rate', line?.rate ?? null);
    expect(await editor.edit(back)).toBe('stored');
    editor.close();
    expect(await look()).toEqual(before);
  });

  it('[SCR-61] whoever asks for something else is answered between the figures of two contracts', async () => {
    const { storage } = server.services;
    const book = new FigureBook(server.services);
    const done: string[] = [];
    setImmediate(() => done.push('somebody else'));
    for (const contract of await storage.contracts()) {
      const versions = await storage.versions(contract.id);
      await book.of(contract, versions, versions[0]?.id ?? '');
      done.push(contract.id);
    }
    expect(done.slice(0, 2)).toContain('somebody else');
  });

  it('[SCR-62] [SCR-63] [UI-14] what waits says the gross at stake, what an amendment changes with its sign, and stands in the order it matters', async () => {
    const needs = (await finance.get<Need[]>('/needs')).body;
    const kinds = needs.map(({ kind }) => kind);
    expect(kinds).toEqual(kinds.toSorted((a, b) => (a === b ? 0 : a === 'execute' ? -1 : 1)));
    const exported = needs.filter(({ kind }) => kind === 'export');
    expect(exported.map((need) => 'amount' in need)).toEqual([true, ...exported.slice(1).map(() => false)]);
    expect(exported[0]).toMatchObject({
      contractId: TV_CONTRACT_ID,
      amount: { amount: '104900.00', currency: 'USD' },
      text: 'Executed. Export its signed bundle for the billing system.',
    });
    const draft = (await server.services.storage.versions(TV_CONTRACT_ID)).at(-1)?.id ?? '';
    expect((await finance.command(draft, 'submit')).status).toBe(200);
    const approver = await TestPerson.signIn(server.url, 'u-approver');
    const [first] = (await approver.get<Need[]>('/needs')).body;
    expect(first).toMatchObject({
      kind: 'approve',
      amount: { amount: '4700.00', currency: 'USD', change: true },
      text: 'Finance submitted it. Two approvers decide; you can be the first.',
    });
    expect((await finance.command(draft, 'withdraw')).status).toBe(200);
  });

  it('[FACT-8] a review says how the draft changes the bill, by line', async () => {
    const draft = (await server.services.storage.versions(TV_CONTRACT_ID))[2]?.id;
    const { body } = await finance.get<Review>(`/versions/${draft}/review`);
    expect(body.impact?.totalDelta).toBe('3995.00');
    expect(body.impact?.periods).toMatchObject([{ period: '2016-11', before: '89165.00', after: '93160.00' }]);
    expect(body.impact?.lines.find(({ lineId }) => lineId === '43.0')).toMatchObject({
      before: '0.00',
      after: '340.00',
    });
  });

  it('[FACT-6] offers the periods that have something to show', async () => {
    expect((await finance.get(`/facts/periods?contractId=${TV_CONTRACT_ID}`)).body).toEqual(['2016-11']);
    expect((await finance.get(`/facts/periods?contractId=${AFFILIATE_CONTRACT_ID}`)).body).toEqual(['2010-12']);
  });

  it('[FACT-1] editors bring delivery, others do not', async () => {
    const query = `contractId=${GRADUATED_CONTRACT_ID}&kind=delivery`;
    const before = JSON.parse(
      await previewBytes({ contractId: GRADUATED_CONTRACT_ID, period: '2020-07' }),
    ) as PreviewResult;
    expect(before.totals.gross).toBe('0.00');
    const kept = await send(
      finance,
      query,
      'Line,Date,Impressions,Source\n1,2020-07-10,1000000,own\n1,2020-07-32,5,own\n',
    );
    expect(kept).toMatchObject({ added: 1, rejected: [{ row: 3 }] });
    const after = JSON.parse(
      await previewBytes({ contractId: GRADUATED_CONTRACT_ID, period: '2020-07' }),
    ) as PreviewResult;
    expect(after.totals).toMatchObject({ gross: '20000.00', minimum: '40000.00' });
    expect(await send(finance, query, 'Line,Date,Impressions,Source\n1,2020-07-10,1000000,own\n')).toMatchObject({
      same: 1,
      added: 0,
    });
    const viewer = await TestPerson.signIn(server.url, 'u-viewer');
    expect(await send(viewer, query, 'Line,Date,Impressions\n1,2020-07-11,1\n')).toMatchObject({ status: 403 });
    expect((await finance.get(`/facts/batches?contractId=${GRADUATED_CONTRACT_ID}`)).body).toHaveLength(3);
  });

  it('[FACT-5] what cannot be billed is answered with the place and the way on', async () => {
    expect(JSON.parse(await previewBytes({ contractId: TV_CONTRACT_ID, period: '2016-13' })) as Problem).toMatchObject({
      status: 422,
      code: 'BAD_PERIOD',
    });
    expect(JSON.parse(await previewBytes({ contractId: 'c-none', period: '2016-11' })) as Problem).toMatchObject({
      status: 404,
    });
    expect((await finance.get('/facts?contractId=c-none&period=2016-11')).status).toBe(404);
  });
});
