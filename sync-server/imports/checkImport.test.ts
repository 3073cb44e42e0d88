import { SHEET_SCHEMA, type WorkbookContent } from '@countersign/shared/model/sheets';
import type { ImportMapping } from '@countersign/shared/protocol/api';
import { describe, expect, it } from 'vitest';
import { readFacts } from '../demo/demoDocument.ts';
import { commandsOf, ImportCheck, type ImportPlan } from './checkImport.ts';
import { ImportError } from './importError.ts';
import { readTable } from './readTable.ts';
import { mappingOf, suggestMapping } from './suggestMapping.ts';

const draft = (rates: Record<string, string>[] = [], currency = 'EUR'): WorkbookContent => ({
  schema: SHEET_SCHEMA,
  kind: 'RATE_CARD',
  contractId: 'c-1',
  sheets: {
    terms: [{ rowId: 'r-term00000001', key: 'currency', value: currency }],
    rates: rates.map((row, index) => ({ rowId: `r-rate${String(index).padStart(8, '0')}`, ...row })),
    clauses: [],
  },
});
const check = async (csv: string, content: WorkbookContent): Promise<ImportPlan> => {
  const table = await readTable(new TextEncoder().encode(csv));
  const run = new ImportCheck(table, suggestMapping(table.columns), content);
  while (run.step(2));
  return run.plan();
};

describe('suggestMapping', () => {
  it('[IMP-5] finds the columns of the published rate card file', () => {
    const mapping = suggestMapping(Object.keys(readFacts('rate-cards.csv')[0] ?? {}));
    expect(mapping.sheet).toBe('rates');
    expect(mapping.columns).toMatchObject({
      product: 'placement',
      geo: 'country',
      unit: 'unit',
      currency: 'currency',
      rate: 'rate',
      rateMax: 'rateMax',
      from: 'from',
      to: 'to',
      lengthSeconds: 'lengthSeconds',
      class: 'class',
    });
    expect(mapping.key).toContain('product');
  });

  it('[IMP-5] knows headings by other names and uses each once', () => {
    const { columns } = mappingOf('rates', ['Placement', 'Price (EUR)', 'Valid from', 'Per', 'Currency code']);
    expect(columns).toEqual({
      product: 'Placement',
      rate: 'Price (EUR)',
      from: 'Valid from',
      unit: 'Per',
      currency: 'Currency code',
    });
    expect(suggestMapping(['Line', 'Program', 'Start', 'End', 'Spots', 'Rate']).sheet).toBe('lines');
  });
});

describe('ImportCheck', () => {
  const head = 'Product,Unit,Currency,From,Rate\n';
  const known = { product: 'News', unit: 'per spot', currency: 'EUR', from: '2026-01-01', rate: '12.70' };

  it('[IMP-6] adds, changes and leaves rows by product, dimensions, unit, currency and from', async () => {
    const plan = await check(
      `${head}News,per spot,EUR,2026-01-01,12.7\nNews,per spot,EUR,2026-07-01,13\nNews,per second,EUR,2026-01-01,1\n`,
      draft([known]),
    );
    expect(plan.same).toBe(1);
    expect(plan.added.map(({ row, values }) => [row, values.from, values.rate])).toEqual([
      [3, '2026-07-01', '13.00'],
      [4, '2026-01-01', '1.00'],
    ]);
    const changed = await check(`${head}News,per spot,EUR,2026-01-01,14.25\n`, draft([known]));
    expect(changed.changed).toEqual([
      {
        row: 2,
        rowId: 'r-rate00000000',
        name: 'News',
        changes: [{ field: 'rate', label: 'Rate', from: '12.70', to: '14.25' }],
      },
    ]);
    expect(commandsOf(changed, '7', () => 'aaaaaaaaaaaaaaaa')).toEqual([
      {
        id: 'aaaaaaaaaaaaaaaa',
        sheet: 'rates',
        rowId: 'r-rate00000000',
        field: 'rate',
        from: '12.70',
        to: '14.25',
        seen: '7',
      },
    ]);
  });

  it('[IMP-7] refuses each bad cell with its row, column, value and reason', async () => {
    const plan = await check(
      `${head}A,per spot,EUR,2026-01-01,=1+1\nB,per spot,EUR,2026-01-01,10000000000000\nC,per spot,EUR,2026-01-01,0.1234567890123\nD,per spot,XQX,2026-01-01,1\nE,per spot,EUR,2026-02-30,1\nF,per spot,EUR,2026-01-01,"1.234,56"\nG,,EUR,2026-01-01,1\nH,per spot,EUR,2026-01-01,12.5\n`,
      draft(),
    );
    expect(plan.added.map(({ name }) => name)).toEqual(['H']);
    expect(plan.refused.map(({ row, column }) => `${row} ${column}`)).toEqual([
      '2 Rate',
      '3 Rate',
      '4 Rate',
      '5 Currency',
      '6 From',
      '7 Rate',
      '8 Unit',
    ]);
    const reason = (row: number): string => plan.refused.find((refused) => refused.row === row)?.reason ?? '';
    expect(reason(2)).toContain('formula');
    expect(reason(3)).toContain('14 digits');
    expect(reason(4)).toContain('13 decimals');
    expect(reason(5)).toContain('ISO 4217');
    expect(reason(6)).toContain('30 February');
    expect(reason(7)).toContain('two ways');
    expect(plan.refused[0]?.value).toBe('=1+1');
  });

  it('[IMP-6] refuses a key that is twice in the file or in the draft', async () => {
    const twice = await check(`${head}A,u,EUR,,1\nA,u,EUR,,2\n`, draft());
    expect(twice.refused.map(({ row, reason }) => [row, reason.startsWith('Row 2 of the file')])).toEqual([[3, true]]);
    const same = { product: 'A', unit: 'u', currency: 'EUR', rate: '1' };
    const both = await check(
      `Product,Unit,Currency,Rate\nA,u,EUR,2\n`,
      draft([
        { ...same, from: '2026-01-01' },
        { ...same, from: '2026-07-01' },
      ]),
    );
    expect(both.refused[0]?.reason).toContain('Two rows of the draft');
  });

  it('[IMP-8] a mapped blank cell clears, an unmapped column is not touched, the draft’s currency fills an unmapped one', async () => {
    const row = { ...known, note: 'old', rateMax: '20' };
    const plan = await check(
      'Product,Unit,Currency,From,Rate,Note\nNews,per spot,EUR,2026-01-01,12.70,\n',
      draft([row]),
    );
    expect(plan.changed[0]?.changes).toEqual([{ field: 'note', label: 'Note', from: 'old', to: null }]);
    const added = await check('Product,Unit,Rate\nB,per spot,3\n', draft());
    expect(added.added[0]?.values.currency).toBe('EUR');
  });

  it('[IMP-5] refuses a mapping that names what is not there', async () => {
    const table = await readTable(new TextEncoder().encode('Product,Rate\nA,1\n'));
    const mappings: ImportMapping[] = [
      { sheet: 'lines', columns: { product: 'Product' }, key: ['product'] },
      { sheet: 'rates', columns: { colour: 'Product' }, key: ['colour'] },
      { sheet: 'rates', columns: { product: 'Colour' }, key: ['product'] },
      { sheet: 'rates', columns: { product: 'Product' }, key: [] },
      { sheet: 'rates', columns: {}, key: [] },
    ];
    for (const mapping of mappings) {
      expect(() => new ImportCheck(table, mapping, draft())).toThrow(ImportError);
    }
  });

  it('[IMP-9] works 20,000 rows off in slices', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `Product ${i},per spot,EUR,2026-01-01,${i}.50`);
    const table = await readTable(new TextEncoder().encode(`${head}${rows.join('\n')}\n`));
    const run = new ImportCheck(table, suggestMapping(table.columns), draft());
    let slices = 1;
    while (run.step(500)) slices += 1;
    expect(slices).toBe(40);
    expect(run.done).toBe(20_000);
    expect(run.plan().added).toHaveLength(20_000);
  });

  it('[IMP-5] reads the published file as it is: bare years and open ends are refused by cell, the rest is added', async () => {
    const table = await readTable(new TextEncoder().encode(publishedCsv()));
    const run = new ImportCheck(table, suggestMapping(table.columns), draft());
    while (run.step(1000));
    const plan = run.plan();
    const rows = new Set(plan.refused.map(({ row }) => row));
    expect(plan.added.length + rows.size).toBe(537);
    expect(plan.refused.some(({ value }) => value === '2004')).toBe(true);
  });
});

function publishedCsv(): string {
  const rows = readFacts('rate-cards.csv');
  const head = Object.keys(rows[0] ?? {});
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  return [head.join(','), ...rows.map((row) => head.map((column) => quoted(row[column] ?? '')).join(','))].join('\n');
}
