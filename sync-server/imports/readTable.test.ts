import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import writeXlsxFile from 'write-excel-file/node';
import { ImportError } from './importError.ts';
import { readTable } from './readTable.ts';
import { columnLetters, type ImportTable } from './table.ts';
import { numberText } from './xlsxTable.ts';
import { plainZip, ZipError, zipParts } from './zipParts.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const refused = async (bytes: Uint8Array): Promise<ImportError> => {
  try {
    await readTable(bytes);
  } catch (error) {
    if (error instanceof ImportError) return error;
    throw error;
  }
  throw new Error('the file was read');
};

describe('readTable', () => {
  it('[IMP-1] reads UTF-8 with a byte order mark and quoted newlines, counting rows as a spreadsheet does', async () => {
    const table = await readTable(utf8('\uFEFFProduct,Rate\r\n"News\nat noon",12.50\r\n\r\n"Say ""hi""",3\r\n'));
    expect(table.columns).toEqual(['Product', 'Rate']);
    expect(table.rows).toEqual([
      { row: 2, values: ['News\nat noon', '12.50'] },
      { row: 4, values: ['Say "hi"', '3'] },
    ]);
    expect(table.readAs).toBe('UTF-8, separated by comma');
  });

  it.each([
    [';', 'semicolon'],
    ['\t', 'tab'],
    ['|', 'bar'],
  ])('[IMP-1] finds the separator %j', async (separator, words) => {
    const table = await readTable(utf8(`Product${separator}Rate\nA, B and C${separator}1,5\nD${separator}2\n`));
    expect(table.columns).toEqual(['Product', 'Rate']);
    expect(table.rows[0]?.values).toEqual(['A, B and C', '1,5']);
    expect(table.readAs).toContain(words);
  });

  it('[IMP-1] reads UTF-16 and says when a file is not UTF-8', async () => {
    const utf16 = new Uint8Array(Buffer.from('\uFEFFProduct,Rate\nÉté,1\n', 'utf16le'));
    expect((await readTable(utf16)).rows[0]?.values[0]).toBe('Été');
    const western = await readTable(new Uint8Array(Buffer.from('Product,Rate\n\u00c9t\u00e9,1\n', 'latin1')));
    expect(western.rows[0]?.values[0]).toBe('Été');
    expect(western.readAs).toContain('Windows-1252');
  });

  it('[IMP-2] names the row and line where a malformed file breaks', async () => {
    const error = await refused(utf8('Product,Rate\n"a\nb",1\n"never closed,2\nmore\n'));
    expect(error.code).toBe('malformed');
    expect(error.place.row).toBe(3);
    expect(error.message).toContain('quote');
  });

  it('[IMP-2] refuses a value beyond the heading, with its column', async () => {
    const error = await refused(utf8('Product,Rate\na,1\nb,2,3\n'));
    expect(error.place).toEqual({ row: 3, column: 'C' });
  });

  it('[IMP-3] tells the kind by content, not by name', async () => {
    expect((await refused(utf8('%PDF-1.7 …'))).message).toContain('a PDF');
    expect((await refused(new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0, 0]))).message).toContain('.xls');
    expect((await refused(utf8('<!DOCTYPE html><title>Sign in</title>'))).code).toBe('wrongKind');
    expect((await refused(utf8('{"rates":[]}'))).code).toBe('wrongKind');
    expect((await refused(new Uint8Array([1, 2, 0, 3]))).code).toBe('wrongKind');
    expect((await refused(new Uint8Array())).code).toBe('empty');
  });

  it('[IMP-1] names blank and repeated headings', async () => {
    const table = await readTable(utf8('Rate,Rate,,Unit\n1,2,3,4\n'));
    expect(table.columns).toEqual(['Rate', 'Rate (2)', 'Column C', 'Unit']);
  });

  it('[IMP-4] reads a workbook: numbers as Excel shows them, dates as ISO text', async () => {
    const file = await writeXlsxFile([
      [{ value: 'Product' }, { value: 'Rate' }, { value: 'From' }],
      [
        { value: 'News' },
        { value: 0.1 + 0.2, type: Number },
        { value: new Date(Date.UTC(2026, 1, 3)), type: Date, format: 'yyyy-mm-dd' },
      ],
    ]).toBuffer();
    const table = await readTable(new Uint8Array(file));
    expect(table.kind).toBe('xlsx');
    expect(table.rows[0]).toEqual({ row: 2, values: ['News', '0.3', '2026-02-03'] });
  });

  it('[IMP-14] a cell that shows a percentage is read as it is shown: kept 0.15, meant 15%', async () => {
    const file = await writeXlsxFile([
      [{ value: 'Label' }, { value: 'Percent' }, { value: 'Plain' }],
      [{ value: 'Agency' }, { value: 0.15, type: Number, format: '0%' }, { value: 0.15, type: Number }],
      [{ value: 'Early' }, { value: 0.025, type: Number, format: '0.0%' }, { value: 2, type: Number, format: '0.00' }],
      [{ value: 'Code' }, { value: 'none' }, { value: 7, type: Number, format: '0.00%' }],
    ]).toBuffer();
    const table = await readTable(new Uint8Array(file));
    expect(table.rows.map(({ values }) => values)).toEqual([
      ['Agency', '15%', '0.15'],
      ['Early', '2.5%', '2'],
      ['Code', 'none', '700%'],
    ]);
    expect(table.readAs).toMatch(/^sheet ".+"$/);
  });

  it('[IMP-13] a workbook whose archive is not sound is refused, and never waited for', async () => {
    const sound = new Uint8Array(await writeXlsxFile([[{ value: 'Product' }], [{ value: 'News' }]]).toBuffer());
    expect((await readTable(sound)).rows).toHaveLength(1);
    await fc.assert(
      fc.asyncProperty(fc.nat(sound.length - 1), fc.uint8Array({ maxLength: 6 }), fc.nat(9), async (at, put, gone) => {
        const bytes = new Uint8Array([...sound.subarray(0, at), ...put, ...sound.subarray(at + gone)]);
        const outcome = await readTable(bytes).catch((error: unknown) => error);
        expect(outcome instanceof ImportError || (outcome as ImportTable).kind === 'xlsx', String(outcome)).toBe(true);
      }),
      { seed: 13, numRuns: 400 },
    );
    const large = plainZip(new Map([['xl/workbook.xml', new Uint8Array(100)]]));
    expect(() => zipParts(large, 99)).toThrow(ZipError);
    expect([...zipParts(large, 100).keys()]).toEqual(['xl/workbook.xml']);
  });

  it('[IMP-4] gives a stored number its 15 shown digits without an exponent', () => {
    expect(numberText('12.699999999999999')).toBe('12.7');
    expect(numberText('1E-2')).toBe('0.01');
    expect(numberText('10000000000000')).toBe('10000000000000');
  });

  it('[IMP-2] letters columns as a spreadsheet does', () => {
    expect([0, 25, 26, 701, 702].map(columnLetters)).toEqual(['A', 'Z', 'AA', 'ZZ', 'AAA']);
  });
});
