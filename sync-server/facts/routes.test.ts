import { type PreviewResult, preview, previewJson } from '@countersign/shared/billing';
import { compileVersion, versionMeta } from '@countersign/shared/model/compile';
import type { WorkbookContent } from '@countersign/shared/model/sheets';
import type { Contract, Facts, Problem, Review, VersionContent, VersionDetail } from '@countersign/shared/protocol/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AFFILIATE_CONTRACT_ID } from '../demo/affiliateContract.ts';
import { GRADUATED_CONTRACT_ID } from '../demo/deliveryContracts.ts';
import { seedDemo } from '../demo/index.ts';
import { TV_CONTRACT_ID } from '../demo/tvContract.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { startTestServer, type TestServer } from '../testKit/testServer.ts';

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
