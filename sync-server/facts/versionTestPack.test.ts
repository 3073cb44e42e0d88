/** A version leaves the house only when the cases it carries bill what they expect. */
import type { NewRow } from '@countersign/shared/document';
import type { SheetId } from '@countersign/shared/model/sheets';
import type { Problem, Review, VersionDetail } from '@countersign/shared/protocol/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, sampleSheets, startTestServer, type TestServer } from '../testKit/testServer.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(() => server.dispose());

/** The sample's first line sells spots: one spot in January 2099 costs its rate. */
function sheetsExpecting(...totals: string[]): ReadonlyMap<SheetId, readonly NewRow[]> {
  const sheets = new Map(sampleSheets());
  const cases = totals.map((total, i): NewRow => {
    const testCase = {
      id: `case-${i + 1}`,
      title: `${i + 1} spots`,
      facts: { delivery: [{ lineId: '1.0', localDate: '2099-01-05', quantity: String(i + 1) }] },
      period: '2099-01',
      expect: { total },
    };
    return {
      rowId: `r-case0000000${i}`,
      values: { key: `model.version.testCases.${i + 1}`, value: JSON.stringify(testCase) },
    };
  });
  sheets.set('terms', [...(sheets.get('terms') ?? []), ...cases]);
  return sheets;
}

async function executed(...totals: string[]): Promise<{ versionId: string; exporter: TestPerson; review: Review }> {
  const versionId = await createSample(server, sheetsExpecting(...totals));
  const finance = await TestPerson.signIn(server.url, 'u-finance');
  const approver = await TestPerson.signIn(server.url, 'u-approver');
  expect((await finance.command(versionId, 'submit')).status).toBe(200);
  const { body: review } = await approver.get<Review>(`/versions/${versionId}/review`);
  expect((await approver.command(versionId, 'approve')).status).toBe(200);
  expect((await finance.command(versionId, 'execute')).status).toBe(200);
  return { versionId, exporter: await TestPerson.signIn(server.url, 'u-exporter'), review };
}

describe('the test pack of a version', () => {
  it('[TEST-1] refuses the export of a version whose case bills another total, naming case, total and both figures', async () => {
    const { versionId, exporter } = await executed('1.00');
    const refused = await exporter.command(versionId, 'export');
    expect(refused.status).toBe(409);
    const problem = refused.body as unknown as Problem;
    expect(problem.code).toBe('testPack');
    expect(problem.detail).toMatch(
      /^Test case "1 spots" fails: total is [\d.]+ and the case expects 1\.00\. Nothing was exported\.$/,
    );
    const { body: detail } = await exporter.get<VersionDetail>(`/versions/${versionId}`);
    expect(detail.state).toBe('EXECUTED');
    expect(detail.can.export).toMatchObject({ ok: false, reason: expect.stringContaining('the case expects 1.00') });
  });

  it('[TEST-1] exports a version whose cases pass, and one without cases', async () => {
    const { versionId, exporter, review } = await executed(rate(1), rate(2));
    expect(review.checks.find(({ id }) => id === 'testPack')).toMatchObject({
      ok: true,
      detail: 'All 2 test cases pass.',
    });
    expect((await exporter.command(versionId, 'export')).status).toBe(200);
  });

  it('[TEST-2] a reviewer sees the failing case and the difference before anyone approves', async () => {
    const { review } = await executed(rate(1), '7.00');
    expect(review.checks.find(({ id }) => id === 'testPack')).toEqual({
      id: 'testPack',
      label: 'Test pack passes',
      ok: false,
      detail: `Test case "2 spots" fails: total is ${rate(2)} and the case expects 7.00.`,
    });
  });
});

/** What the kernel bills for so many spots of the sample's first line. */
function rate(spots: 1 | 2): string {
  return `${spots}00.00`;
}
