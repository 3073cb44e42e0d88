import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preview } from '@countersign/shared/billing';
import type { ContractVersion, DeliveryFact } from '@countersign/shared/model';
import { sheetsFromVersion } from '@countersign/shared/model/compile';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readVersions } from '../cli/contractFile.ts';
import { readBook } from './readBook.ts';
import { writeBook, writeTemplate } from './writeBook.ts';
import { xlsxOf } from './xlsxFile.ts';

const AGREEMENTS = new URL('../../docs/agreements/', import.meta.url);

/** An order as somebody fills it in: headings as on the form, numbers and dates as people write them. */
const ORDER: Readonly<Record<string, string>> = {
  terms: `Term,Value,Clause,Note
number,IO-7,,
currency,USD,,
timeZone,America/New_York,,
effectiveFrom,1 Jan 2026,,
effectiveTo,2026-06-30,,
agency,Agency B,,
recordedAt,2025-12-20T12:00:00.000Z,,
late interest,1.5%,3,It depends on the day a payment arrives.
`,
  lines: `Line,Program or product,From,To,Rate type,Rate,Price,Tier table,Free units,Clause
video,Connected TV,2026-01-01,2026-06-30,CPM,,Graduated,ctv,"25,000",1
`,
  tiers: `Table,Up to,Rate
ctv,"1,000,000",28.00
ctv,,$26.50
`,
  adjustments: `Kind,Label,Percent,Tax code or payee,Clause
Commission,Agency commission,15%,agency,2
`,
  clauses: `Clause,Words,Billed here,"If not, why"
1,"28.00, from a million on 26.50; 25,000 a month are free.",yes,
2,The agency keeps 15%.,,
3,Late payments bear 1.5% a month.,,
4,The advertiser may leave on thirty days' notice.,no,It is a right and no charge.
`,
};

describe('contract workbooks', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-book-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const book = (changed: Readonly<Record<string, string>> = {}): string => {
    const path = join(folder, 'order');
    mkdirSync(path);
    for (const [sheet, text] of Object.entries({ ...ORDER, ...changed }))
      writeFileSync(join(path, `${sheet}.csv`), text);
    return path;
  };
  const totals = (version: ContractVersion, quantity: string) =>
    preview({
      versions: [version],
      facts: { delivery: [{ lineId: 'video', localDate: '2026-03-01', quantity }], touches: [], actions: [] },
      period: '2026-03',
    });

  it('[AGR-11] a folder of CSV files as people fill them in is a version that bills to the cent', async () => {
    const version = await readBook(book());
    const bill = totals(version, '1525000');
    // 25,000 free; 1,000,000 at 28.00 and 500,000 at 26.50; the agency keeps 15%.
    expect(bill.totals).toMatchObject({ gross: '41250.00', commission: '-6187.50', total: '35062.50' });
    expect(bill.notBilled.map(({ text, why }) => `${text} ${why}`)).toEqual([
      'late interest: 1.5 It depends on the day a payment arrives.',
      expect.stringContaining('It is a right and no charge.'),
    ]);
    expect(version).toMatchObject({ contractId: 'io-7', sequence: 1, effectiveTo: '2026-07-01', status: 'EXECUTED' });
  });

  it.each<[string, Record<string, string>, RegExp]>([
    [
      'a column it has not',
      { lines: 'Line,Colour\nvideo,red\n' },
      /lines\.csv, row 1, column Colour: "Colour" is not a column of Lines/,
    ],
    [
      'a sheet it has not',
      { extras: 'A\n1\n' },
      /extras\.csv: "extras" is not a sheet of a contract\. Call it one of Terms, Lines/,
    ],
    [
      'a number in two readings',
      { tiers: 'Table,Up to,Rate\nctv,1000000,"1.234,56"\nctv,,26\n' },
      /tiers\.csv, row 2, column Rate: "1\.234,56" can be read in two ways/,
    ],
    [
      'a spreadsheet’s day number',
      { lines: ORDER.lines?.replace('2026-01-01', '46023') ?? '' },
      /lines\.csv, row 2, column From: 46023 is the number that a spreadsheet keeps for 2026-01-01/,
    ],
    [
      'tiers that descend',
      { tiers: 'Table,Up to,Rate\nctv,1000,28\nctv,500,27\nctv,,26\n' },
      /tiers\.csv, row 3, column Up to: The tier before it ends at 1000\. Choose more than 1000\./,
    ],
    [
      'a clause that is not there',
      { adjustments: 'Kind,Percent,Clause\nCommission,15,9\n' },
      /adjustments\.csv, row 2, column Clause: Clause "9" is not in Clauses/,
    ],
    [
      'a commitment without a basis',
      { commitments: 'Kind,Scope,Amount,Period\nMinimum,Contract,1000,Quarter\n' },
      /commitments\.csv, row 2, column Counts: Counts is missing\. Fill it in\./,
    ],
    [
      'no currency',
      { terms: ORDER.terms?.replace('currency,USD,,\n', '') ?? '' },
      /sheet Terms: Currency is missing\. Add the term "currency"/,
    ],
    [
      'a term under no known name twice',
      { terms: `${ORDER.terms}number,IO-8,,\n` },
      /terms\.csv, row 10, column Term: .*there twice/,
    ],
  ])('[AGR-11] refuses %s with file, row, column and the way on', async (_what, changed, message) => {
    await expect(readBook(book(changed))).rejects.toThrow(message);
  });

  it('[AGR-11] a sheet of an .xlsx file is named in a refusal, and an unfilled form is refused by what it lacks', async () => {
    const file = join(folder, 'form.xlsx');
    writeTemplate(file);
    await expect(readBook(file)).rejects.toThrow(
      /form\.xlsx, sheet Terms, row \d+, column Value: .* is missing\. Add the term/,
    );
    const wrong = join(folder, 'wrong.xlsx');
    writeFileSync(
      wrong,
      xlsxOf([
        {
          name: 'Terms',
          rows: [
            ['Term', 'Value'],
            ['currency', 'dollars'],
          ],
        },
      ]),
    );
    await expect(readBook(wrong)).rejects.toThrow(
      /wrong\.xlsx, sheet Terms, row 2, column Value: "DOLLARS" is not an ISO 4217/,
    );
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    await expect(readBook(empty)).rejects.toThrow(
      /No sheet of a contract is here\. Name the sheets, or the CSV files, Terms/,
    );
  });

  it('[IMP-16] a file of a contract that is called what it is not is refused with what it is', async () => {
    const path = book();
    const workbook = xlsxOf([{ name: 'Lines', rows: [['Line'], ['1']] }]);
    writeFileSync(join(path, 'lines.csv'), workbook);
    await expect(readBook(path)).rejects.toThrow(/lines\.csv: The file is an Excel workbook, not CSV\. Save each/);
    for (const [bytes, words] of [
      [ORDER.terms ?? '', /The file is text, not a workbook\. Save the workbook as \.xlsx/],
      ['', /The file is empty\. Save the workbook/],
      [workbook.subarray(0, 600), /is cut off/],
    ] as const) {
      writeFileSync(join(folder, 'order.xlsx'), bytes);
      await expect(readBook(join(folder, 'order.xlsx'))).rejects.toThrow(words);
    }
    writeFileSync(join(folder, 'order.json'), workbook);
    await expect(readVersions([join(folder, 'order.json')])).rejects.toThrow(
      /is a workbook or a zip archive, not JSON/,
    );
    writeFileSync(join(folder, 'order.csv'), ORDER.lines ?? '');
    await expect(readVersions([join(folder, 'order.csv')])).rejects.toThrow(/A CSV file is one sheet of a contract/);
  });

  it.each(
    readdirSync(AGREEMENTS, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name),
  )('[AGR-12] %s comes back from a workbook and from a folder as the same version', async (name) => {
    const version: ContractVersion = JSON.parse(readFileSync(new URL(`${name}/contract.json`, AGREEMENTS), 'utf8'));
    for (const path of [join(folder, 'book.xlsx'), join(folder, 'book')]) {
      writeBook(version, path);
      const back = await readBook(path);
      expect({ ...sheetsFromVersion(back), contractId: '' }).toEqual(sheetsOf(version));
      expect([back.id, back.contractId, back.recordedAt]).toEqual([version.id, version.contractId, version.recordedAt]);
    }
  });

  const sheetsOf = (version: ContractVersion): object => ({ ...sheetsFromVersion(version), contractId: '' });

  it('[AGR-12] what stands beside the columns survives: a held term keeps its type, a guarantee its dates', async () => {
    const version: ContractVersion = {
      id: 'v1',
      contractId: 'c1',
      number: 'C-1',
      currency: 'USD',
      timeZone: 'UTC',
      effectiveFrom: '2026-01-01',
      kind: 'AMENDMENT',
      sequence: 2,
      lines: [{ id: 'video', label: 'Video', rateType: 'CPM', price: { type: 'UNIT', rate: '0.00' } }],
      guarantees: [{ id: 'g', due: [{ date: '2026-03-01', amount: '500.00' }] }],
      terms: [
        { key: 'mfn', type: 'TEXT', value: 'Nobody pays less.', billed: false, reason: 'An amendment says so then.' },
      ],
    };
    const path = join(folder, 'beside.xlsx');
    writeBook(version, path);
    expect(await readBook(path)).toEqual(version);
    const facts: DeliveryFact[] = [];
    const bill = preview({
      versions: [version],
      facts: { delivery: facts, touches: [], actions: [] },
      period: '2026-03',
    });
    expect(bill.totals.total).toBe('500.00');
  });
});
