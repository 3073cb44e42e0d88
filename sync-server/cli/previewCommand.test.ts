import { gzipSync } from 'node:zlib';
import { preview, previewJson } from '@countersign/shared/billing';
import type { ContractVersion } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { type CommandRun, runCommand } from '../testKit/commandLine.ts';
import { scratchFolder } from '../testKit/scratchFolder.ts';

const version: ContractVersion = {
  id: 'v1',
  contractId: 'c1',
  number: 'IO-7',
  currency: 'USD',
  timeZone: 'America/New_York',
  effectiveFrom: '2026-01-01',
  recordedAt: '2025-12-01T00:00:00Z',
  lines: [{ id: 'l1', label: 'Video', rateType: 'CPM', price: { type: 'UNIT', rate: '2.50' } }],
};
const tenPercent = { lines: [], payoutRules: [{ id: 'r', payout: { type: 'PERCENT', percent: '10' } }] };

describe('the preview command', () => {
  const scratch = scratchFolder();
  const contract = (change: object = {}): string =>
    scratch.write('contract.json', JSON.stringify({ ...version, ...change }));
  const march = (...args: string[]): Promise<CommandRun> => runCommand('preview', ...args, '--period', '2026-03');

  it('[BILL-1] --json prints the exact bytes of previewJson and one line break', async () => {
    const delivery = 'line_id,Date,Impressions\nl1,2026-03-01,1001\nl1,2026-03-02,1001\n';
    const printed = await march('--contract', contract(), '--delivery', scratch.write('rows.csv', delivery), '--json');
    const facts = ['2026-03-01', '2026-03-02'].map((localDate) => ({ lineId: 'l1', localDate, quantity: '1001' }));
    const expected = preview({
      versions: [version],
      facts: { delivery: facts, touches: [], actions: [] },
      period: '2026-03',
    });
    expect(printed).toEqual({ code: 0, out: `${previewJson(expected)}\n`, err: '' });
  });

  it('[BILL-7] the statement shows lines, totals and the input hash', async () => {
    const listed = scratch.write('contracts.json', JSON.stringify([version]));
    const rows = [{ lineId: 'l1', localDate: '2026-03-01', quantity: '1000000' }];
    const delivery = scratch.write('delivery.json', JSON.stringify(rows));
    const { code, out } = await march('--contract', listed, '--delivery', delivery);
    expect(code).toBe(0);
    expect(out).toContain('Contract IO-7, receivable, period 2026-03');
    expect(out).toMatch(/l1\s+Video .* 2,500\.00/);
    expect(out).toMatch(/Total\s+2,500\.00 USD/);
    const { inputHash } = preview({
      versions: [version],
      facts: { delivery: rows, touches: [], actions: [] },
      period: '2026-03',
    });
    expect(out).toContain(inputHash);
  });

  it('[ATTR-9] actions from CSV: rows of one id add status events', async () => {
    const actions = scratch.write(
      'actions.csv',
      'id,occurredAt,partnerId,amount,status,statusAt,geo\na,2026-03-01T12:00:00Z,p,80.00,,,US\na,2026-03-01T12:00:00Z,p,80.00,reversed,2026-03-09T12:00:00Z,US\nb,2026-03-02T12:00:00Z,p,50.00,,,US\n',
    );
    const { code, out } = await march('--contract', contract(tenPercent), '--actions', actions);
    expect(code).toBe(0);
    expect(out).toMatch(/a\s+2026-03-01\s+p\s+REVERSED\s+0\.00/);
    expect(out).toMatch(/Total\s+5\.00 USD/);
  });

  it('[IMP-1] actions separated by semicolons are read as well, and an amount with a comma has its row and column', async () => {
    const actions = scratch.write('actions.csv', 'id;occurredAt;partnerId;amount\na;2026-03-01T12:00:00Z;p;80.00\n');
    expect(await march('--contract', contract(tenPercent), '--actions', actions)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/Total\s+8\.00 USD/),
    });
    const wrong = scratch.write('wrong.csv', 'id;occurredAt;partnerId;amount\na;2026-03-01T12:00:00Z;p;80,00\n');
    expect(await march('--contract', contract(tenPercent), '--actions', wrong)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/wrong\.csv, row 2, column amount: "80,00" is not a plain decimal/),
    });
  });

  it('[FSRC-1] [FSRC-10] packed actions are read as any facts are; one that does not fit refuses the file with all of its rows', async () => {
    const rows = ['id,occurredAt,partnerId,amount', 'a,2026-03-01T12:00:00Z,p,80.00', 'b,2026-03-02T12:00:00Z,p,1.00'];
    const packed = scratch.write('actions.csv.gz', gzipSync(rows.join('\n')));
    expect(await march('--contract', contract(tenPercent), '--actions', packed)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/Total\s+8\.10 USD/),
    });
    const bad = scratch.write('bad.csv', [...rows, 'c,2026-03-40T12:00:00Z,p,1.00', 'd,,p,1.00'].join('\n'));
    expect(await march('--contract', contract(tenPercent), '--actions', bad)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/bad\.csv, row 4, column occurredAt: .* 2 rows of the file do not fit/),
    });
  });

  it('[FSRC-1] [FSRC-4] packed delivery of many rows is billed as the plain file is; one that is cut short is refused whole', async () => {
    const rows = Array.from(
      { length: 6000 },
      (_, i) => `l1,2026-03-${String(1 + (i % 28)).padStart(2, '0')},1001,k${i}`,
    );
    const csv = `lineId,date,impressions,key\n${rows.join('\n')}\n`;
    const billed = (name: string, content: string | Buffer): Promise<CommandRun> =>
      march('--contract', contract(), '--delivery', scratch.write(name, content), '--json');
    const plain = await billed('delivery.csv', csv);
    const packed = await billed('delivery.csv.gz', gzipSync(csv));
    expect([plain.code, packed.code]).toEqual([0, 0]);
    expect(packed.out).toBe(plain.out);
    // 6,000 × 1,001 / 1,000 × 2.50
    expect((JSON.parse(plain.out) as { totals: { net: string } }).totals.net).toBe('15015.00');
    expect(await billed('cut.csv.gz', gzipSync(csv).subarray(0, 9000))).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('cut.csv.gz'),
    });
  });

  it.each([
    [
      'a bad date',
      'lineId,date,quantity\nl1,2026-03-40,5\n',
      /delivery\.csv, row 2, column date: This is not a date\. Write it as YYYY-MM-DD/,
    ],
    [
      'a formula',
      'lineId,date,quantity\nl1,2026-03-01,5\nl1,2026-03-02,=1+1\n',
      /delivery\.csv, row 3, column quantity: .*formula/,
    ],
    [
      'a missing column',
      'lineId,date\nl1,2026-03-01\n',
      /delivery\.csv, row 1: No column holds quantity\. Add a column named quantity/,
    ],
    ['a ragged row', 'lineId,date,quantity\nl1,2026-03-01\n', /delivery\.csv: .*Give every row as many columns/],
  ])('[MONEY-1] refuses %s with file, row, column and cure', async (_what, text, message) => {
    expect(await march('--contract', contract(), '--delivery', scratch.write('delivery.csv', text))).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(message),
    });
  });

  it('[BILL-30] refuses a contract with the path of its field, and says wrong usage apart', async () => {
    const bad = scratch.write(
      'bad.json',
      JSON.stringify({ ...version, commitments: [{ id: 'm', scope: 'CONTRACT', kind: 'CAP', amount: '5' }] }),
    );
    expect(await march('--contract', bad)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/bad\.json, commitments\[0\]\.basis: This field is required/),
    });
    expect((await march('--contract', scratch.path('none.json'))).code).toBe(2);
    expect((await march()).code).toBe(2);
  });
});
