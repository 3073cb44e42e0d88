import { readFileSync } from 'node:fs';
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
  recordedAt: '2025-12-01T00:00:00.000Z',
  lines: [
    {
      id: 'l1',
      label: 'Video',
      rateType: 'CPM',
      price: { type: 'UNIT', rate: '2.50' },
      freeUnits: '1000',
      clauseId: 'cl-1',
    },
  ],
  clauses: [{ id: 'cl-1', key: '4.2', text: 'A thousand cost 2.50; 1,000 a month are free.' }],
  terms: [
    { key: 'lateInterest', type: 'PERCENT', value: '1.5', clauseId: 'cl-1', reason: 'It depends on the payment.' },
  ],
};

describe('contract files on the command line', () => {
  const scratch = scratchFolder();
  const contract = (...args: string[]): Promise<CommandRun> => runCommand('contract', ...args);
  const bill = (...args: string[]): Promise<CommandRun> => runCommand('preview', ...args, '--period', '2026-03');

  it('[AGR-12] template, convert and preview: a workbook bills what the JSON bills, and no file is written over', async () => {
    const json = scratch.write('contract.json', JSON.stringify(version));
    const delivery = scratch.write('delivery.csv', 'lineId,date,quantity\nl1,2026-03-01,2000000\n');
    const [form, book, back] = [scratch.path('form.xlsx'), scratch.path('book.xlsx'), scratch.path('back.json')];
    expect((await contract('template', '--out', form)).code).toBe(0);
    expect((await contract('convert', json, '--out', book)).code).toBe(0);
    expect((await contract('convert', book, '--out', back)).code).toBe(0);
    expect(JSON.parse(readFileSync(back, 'utf8'))).toMatchObject({ ...version, sequence: 1 });
    expect(await contract('convert', json, '--out', book)).toMatchObject({
      code: 2,
      err: expect.stringContaining('is there already and was not changed. Name another.'),
    });
    for (const from of [json, book]) {
      expect(await bill('--contract', from, '--delivery', delivery)).toMatchObject({
        code: 0,
        out: expect.stringMatching(/Total\s+4,997\.50 USD/),
      });
    }
  });

  it('[AGR-14] the statement cites clauses by their number, says how quantities came about and marks percentages', async () => {
    const json = scratch.write('contract.json', JSON.stringify(version));
    const delivery = scratch.write('delivery.csv', 'lineId,date,quantity\nl1,2026-03-01,2000000\n');
    const { code, out } = await bill('--contract', json, '--delivery', delivery);
    expect(code).toBe(0);
    expect(out).toMatch(/l1\s+Video .* 4,997\.50\s+4\.2\n/);
    expect(out).toContain('lateInterest: 1.5%. It depends on the payment. Clause 4.2.');
    expect(out).toMatch(/About the quantities\n {2}Video: 1,000 units are free/);
  });

  it('[AGR-13] check names what is probably not meant, and the statement says it too', async () => {
    const json = scratch.write('contract.json', JSON.stringify({ ...version, clauses: [] }));
    expect(await contract('check', json)).toMatchObject({
      code: 1,
      out: expect.stringContaining('lines[0].clauseId: There is no clause "cl-1": the bill cannot show the words.'),
    });
    expect(await bill('--contract', json)).toMatchObject({
      code: 0,
      out: expect.stringContaining('To look at in the contract'),
    });
    expect(await contract('check', scratch.write('good.json', JSON.stringify(version)))).toMatchObject({
      code: 0,
      out: expect.stringContaining('can be billed. Nothing to look at.'),
    });
  });

  it('[AGR-15] what was posted before is an earlier result or a table; the statement says what to post now', async () => {
    const json = scratch.write('contract.json', JSON.stringify(version));
    const early = scratch.write('early.csv', 'lineId,date,quantity\nl1,2026-03-01,2000000\n');
    const late = scratch.write('late.csv', 'lineId,date,quantity\nl1,2026-03-01,3000000\n');
    const first = await bill('--contract', json, '--delivery', early, '--json');
    const saved = scratch.write('march.json', first.out);
    const table = scratch.write('posted.csv', 'Period;Line key;Amount\n2026-03;gross:l1;4997.50\n');
    for (const posted of [saved, table])
      expect(await bill('--contract', json, '--delivery', late, '--posted', posted)).toMatchObject({
        code: 0,
        out: expect.stringMatching(/To post now\s+2,500\.00/),
      });
  });

  it.each([
    [
      'an object of another kind',
      '{"a":1}',
      /This is not what was posted before\. Give the saved output of "countersign preview --json"/,
    ],
    [
      'an entry without its line',
      '[{"period":"2026-03","amount":"1"}]',
      /\[0\]\.lineKey: The field lineKey of entry 1 is missing/,
    ],
    ['a table without amounts', 'period,lineKey\n2026-03,gross:l1\n', /row 1: No column holds amount/],
    [
      'an amount in two readings',
      'period,lineKey,amount\n2026-03,gross:l1,"1.234,56"\n',
      /row 2, column amount: "1\.234,56" is not an amount/,
    ],
  ])('[AGR-15] refuses %s as what was posted', async (_what, text, message) => {
    const json = scratch.write('contract.json', JSON.stringify(version));
    expect(await bill('--contract', json, '--posted', scratch.write('posted.txt', text))).toMatchObject({
      code: 1,
      err: expect.stringMatching(message),
    });
  });

  it.each([
    [
      'a missing comma',
      '{\n  "id": "v1"\n  "number": "7"\n}',
      /Line 3 breaks the form of a JSON file: .* Look there and on the line before/,
    ],
    ['the quotes of a word processor', '{\n  "id": “v1”\n}', /Line 2 has the quote “ of a word processor\./],
    ['an empty file', '', /The file is empty\. Save the contract into it\./],
  ])('[AGR-16] says where a JSON file breaks: %s', async (_what, text, message) => {
    expect(await bill('--contract', scratch.write('contract.json', text))).toMatchObject({
      code: 1,
      err: expect.stringMatching(message),
    });
  });
});
