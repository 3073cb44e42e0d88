import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { preview, previewJson } from '@countersign/shared/billing';
import type { ContractVersion } from '@countersign/shared/model';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { run as conformance } from './conformance.ts';
import { run } from './preview.ts';

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

describe('the preview and conformance commands', () => {
  let folder = '';
  let out = '';
  let err = '';
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-preview-'));
    [out, err] = ['', ''];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      out += String(text);
      return true;
    });
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      err += String(text);
      return true;
    });
  });

  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  it('[BILL-1] --json prints the exact bytes of previewJson and one line break', async () => {
    const contract = file('contract.json', JSON.stringify(version));
    const delivery = file('delivery.csv', 'line_id,Date,Impressions\nl1,2026-03-01,1001\nl1,2026-03-02,1001\n');
    expect(await run(['--contract', contract, '--delivery', delivery, '--period', '2026-03', '--json'])).toBe(0);
    const facts = ['2026-03-01', '2026-03-02'].map((localDate) => ({ lineId: 'l1', localDate, quantity: '1001' }));
    const expected = preview({
      versions: [version],
      facts: { delivery: facts, touches: [], actions: [] },
      period: '2026-03',
    });
    expect(out).toBe(`${previewJson(expected)}\n`);
  });

  it('[BILL-7] the statement shows lines, totals and the input hash', async () => {
    const contract = file('contract.json', JSON.stringify([version]));
    const delivery = file(
      'delivery.json',
      JSON.stringify([{ lineId: 'l1', localDate: '2026-03-01', quantity: '1000000' }]),
    );
    expect(await run(['--contract', contract, '--delivery', delivery, '--period', '2026-03'])).toBe(0);
    expect(out).toContain('Contract IO-7, receivable, period 2026-03');
    expect(out).toMatch(/Total\s+2,500\.00 USD/);
  });

  it('[ATTR-9] actions from CSV: rows of one id add status events', async () => {
    const contract = file(
      'contract.json',
      JSON.stringify({ ...version, lines: [], payoutRules: [{ id: 'r', payout: { type: 'PERCENT', percent: '10' } }] }),
    );
    const actions = file(
      'actions.csv',
      'id,occurredAt,partnerId,amount,status,statusAt,geo\na,2026-03-01T12:00:00Z,p,80.00,,,US\na,2026-03-01T12:00:00Z,p,80.00,reversed,2026-03-09T12:00:00Z,US\nb,2026-03-02T12:00:00Z,p,50.00,,,US\n',
    );
    expect(await run(['--contract', contract, '--actions', actions, '--period', '2026-03'])).toBe(0);
    expect(out).toMatch(/a\s+2026-03-01\s+p\s+REVERSED\s+0\.00/);
    expect(out).toMatch(/Total\s+5\.00 USD/);
  });

  it('[IMP-1] actions separated by semicolons are read as well, and an amount with a comma has its row and column', async () => {
    const contract = file(
      'contract.json',
      JSON.stringify({ ...version, lines: [], payoutRules: [{ id: 'r', payout: { type: 'PERCENT', percent: '10' } }] }),
    );
    const actions = file('actions.csv', 'id;occurredAt;partnerId;amount\na;2026-03-01T12:00:00Z;p;80.00\n');
    expect(await run(['--contract', contract, '--actions', actions, '--period', '2026-03'])).toBe(0);
    expect(out).toMatch(/Total\s+8\.00 USD/);
    const wrong = file('wrong.csv', 'id;occurredAt;partnerId;amount\na;2026-03-01T12:00:00Z;p;80,00\n');
    expect(await run(['--contract', contract, '--actions', wrong, '--period', '2026-03'])).toBe(1);
    expect(err).toMatch(/wrong\.csv, row 2, column amount: "80,00" is not a plain decimal/);
  });

  it('[FSRC-1] [FSRC-10] packed actions are read as any facts are; one that does not fit refuses the file with all of its rows', async () => {
    const contract = file(
      'contract.json',
      JSON.stringify({ ...version, lines: [], payoutRules: [{ id: 'r', payout: { type: 'PERCENT', percent: '10' } }] }),
    );
    const rows = ['id,occurredAt,partnerId,amount', 'a,2026-03-01T12:00:00Z,p,80.00', 'b,2026-03-02T12:00:00Z,p,1.00'];
    const packed = join(folder, 'actions.csv.gz');
    writeFileSync(packed, gzipSync(rows.join('\n')));
    expect(await run(['--contract', contract, '--actions', packed, '--period', '2026-03'])).toBe(0);
    expect(out).toMatch(/Total\s+8\.10 USD/);
    out = '';
    const bad = file('bad.csv', [...rows, 'c,2026-03-40T12:00:00Z,p,1.00', 'd,,p,1.00'].join('\n'));
    expect(await run(['--contract', contract, '--actions', bad, '--period', '2026-03'])).toBe(1);
    expect(err).toMatch(/bad\.csv, row 4, column occurredAt: .* 2 rows of the file do not fit/);
    expect(out).toBe('');
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
    const contract = file('contract.json', JSON.stringify(version));
    expect(await run(['--contract', contract, '--delivery', file('delivery.csv', text), '--period', '2026-03'])).toBe(
      1,
    );
    expect(err).toMatch(message);
    expect(out).toBe('');
  });

  it('[BILL-30] refuses a contract with the path of its field, and says wrong usage apart', async () => {
    const bad = file(
      'bad.json',
      JSON.stringify({ ...version, commitments: [{ id: 'm', scope: 'CONTRACT', kind: 'CAP', amount: '5' }] }),
    );
    expect(await run(['--contract', bad, '--period', '2026-03'])).toBe(1);
    expect(err).toMatch(/bad\.json, commitments\[0\]\.basis: This field is required/);
    expect(await run(['--contract', join(folder, 'none.json'), '--period', '2026-03'])).toBe(2);
    expect(await run(['--period', '2026-03'])).toBe(2);
  });

  it('[CONF-1] conformance ends with the counts alone; failures exit 1, unreadable files 2', async () => {
    const good = { id: 'a', model: 'unit', params: { unit_amount: '5' }, quantity: '2', expected: { amount: '10' } };
    const bad = { ...good, id: 'b', expected: { amount: '11' } };
    expect(await conformance([file('v.json', JSON.stringify({ vectors: [good] }))])).toBe(0);
    expect(out.trimEnd().split('\n').at(-1)).toBe('1 passed, 0 failed');
    expect(await conformance([file('v.json', JSON.stringify({ vectors: [good, bad] }))])).toBe(1);
    expect(out.trimEnd().split('\n').at(-1)).toBe('1 passed, 1 failed');
    expect(await conformance([join(folder, 'none.json')])).toBe(2);
    expect(await conformance([])).toBe(2);
  });
});
