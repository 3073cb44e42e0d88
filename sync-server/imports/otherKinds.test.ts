// Files that are not what their names say, or of a kind that is not read: real bytes of each, and the words a person gets.
import { describe, expect, it } from 'vitest';
import { xlsxOf } from '../contractFiles/xlsxFile.ts';
import { calledOtherwise } from './calledOtherwise.ts';
import { ImportError } from './importError.ts';
import { readTable } from './readTable.ts';
import { plainZip, zipParts } from './zipParts.ts';

const utf8 = (text: string): Uint8Array => Buffer.from(text);
const CSV = utf8('Product,Rate\nNews,1.50\n');
const WORKBOOK = xlsxOf([
  {
    name: 'Rates',
    rows: [
      ['Product', 'Rate'],
      ['News', '1.50'],
    ],
  },
]);
const archive = (...names: readonly string[]): Buffer => plainZip(new Map(names.map((name) => [name, utf8('x')])));

/** A compound file (MS-CFB) with its allocation table in sector 0, its directory in 1 and an empty stream of each name. */
function compound(...streams: readonly string[]): Buffer {
  const header = Buffer.alloc(512, 0xff);
  header.fill(0, 8, 76);
  header.write('d0cf11e0a1b11ae1', 'hex');
  for (const [at, value] of [
    [24, 0x3e],
    [26, 3],
    [28, 0xfffe],
    [30, 9],
    [32, 6],
  ] as const)
    header.writeUInt16LE(value, at);
  for (const [at, value] of [
    [44, 1],
    [48, 1],
    [56, 4096],
    [60, 0xfffffffe],
    [68, 0xfffffffe],
    [76, 0],
  ] as const)
    header.writeUInt32LE(value, at);
  const table = Buffer.alloc(512, 0xff);
  table.writeUInt32LE(0xfffffffd, 0);
  table.writeUInt32LE(0xfffffffe, 4);
  const directory = ['Root Entry', ...streams].map((name, i) => {
    const entry = Buffer.alloc(128);
    entry.write(name, 'utf16le');
    entry.writeUInt16LE((name.length + 1) * 2, 64);
    entry.writeUInt8(i === 0 ? 5 : 2, 66);
    entry.fill(0xff, 68, 80);
    return entry;
  });
  return Buffer.concat([header, table, ...directory]);
}

const PASSWORD = compound('EncryptionInfo', 'EncryptedPackage');

async function refused(bytes: Uint8Array): Promise<ImportError> {
  const error = await readTable(bytes).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ImportError)) throw new Error('the file was not refused', { cause: error });
  return error;
}

describe('files of another kind', () => {
  it.each<readonly [what: string, bytes: Uint8Array, words: RegExp, cure: RegExp]>([
    ['an .xls', compound('Workbook'), /is an old Excel file \(\.xls\), not CSV/, /save it as \.xlsx/],
    ['an .xls of Excel 5', compound('Book'), /is an old Excel file \(\.xls\)/, /save it as \.xlsx/],
    ['an .xls of Excel 3', Buffer.from('0902060000001000', 'hex'), /is an old Excel file/, /save it as \.xlsx/],
    ['a workbook with a password', PASSWORD, /is protected with a password/, /take the password off/],
    ['a .doc', compound('1Table', 'WordDocument'), /is an old Word document/, /Copy the table/],
    ['a damaged container', compound(), /is an old Office file, such as \.xls/, /save it as \.xlsx/],
    ['an .xlsb', archive('[Content_Types].xml', 'xl/workbook.bin'), /is a binary Excel workbook/, /save it as \.xlsx/],
    ['a Numbers file', archive('Index/Document.iwa'), /is a Numbers or Pages file/, /Export it as \.xlsx/],
    ['a zip of CSV files', archive('rates.csv'), /is a zip archive without a workbook/, /Unpack it/],
    ['an empty zip', archive(), /is an empty zip archive/, /Export the table/],
    [
      'an .ods',
      plainZip(new Map([['mimetype', utf8('application/vnd.oasis.opendocument.spreadsheet')]])),
      /is an OpenDocument spreadsheet \(\.ods\)/,
      /save it as \.xlsx/,
    ],
    ['a workbook cut off', WORKBOOK.subarray(0, 900), /is cut off/, /Download or copy it again/],
    ['HTML called .xls', utf8('\uFEFF<html><table><tr><td>Rate</table>'), /is a web page/, /opens in a spreadsheet/],
    [
      'XML of Excel 2003',
      utf8('<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook/>'),
      /is a workbook of Excel 2003 in XML/,
      /save it as \.xlsx/,
    ],
    ['UTF-16 XML', Buffer.from('\uFEFF<?xml version="1.0"?><a/>', 'utf16le'), /is an XML file/, /Export the table/],
    ['UTF-16 unmarked', Buffer.from('Product,Rate\nNews,1\n', 'utf16le'), /is UTF-16 without the mark/, /CSV UTF-8/],
    ['UTF-32', Buffer.from('fffe00005000000072000000', 'hex'), /is UTF-32/, /CSV UTF-8/],
    ['half a UTF-16 letter', Buffer.from('fffe500072', 'hex'), /not valid UTF-16LE/, /UTF-8/],
    ['a mark and nothing', Buffer.from('fffe', 'hex'), /has no rows/, /first row names the columns/],
    ['nothing', new Uint8Array(), /The file is empty/, /heading row/],
  ])('[IMP-16] %s is refused by its own name, with the way on', async (_what, bytes, words, cure) => {
    const error = await refused(bytes);
    expect(error.message).toMatch(words);
    expect(error.cure).toMatch(cure);
  });

  it('[IMP-16] a workbook with macros is read without them', async () => {
    const parts = zipParts(WORKBOOK, 1e6).set('xl/vbaProject.bin', compound('VBA'));
    const table = await readTable(plainZip(parts));
    expect(table.rows[0]?.values).toEqual(['News', '1.50']);
    expect(table.readAs).toBe('sheet "Rates", without the macros');
  });

  it('[IMP-16] a name that promises another kind is said, and any other is not', async () => {
    const [text, workbook] = [await readTable(CSV), await readTable(WORKBOOK)];
    expect(calledOtherwise('Rates.XLSX', text)).toBe(
      'The file is called .xlsx and is text, not a workbook. It was read as CSV: UTF-8, separated by comma. Look at its columns before you go on.',
    );
    expect(calledOtherwise('rates.csv', workbook)).toMatch(
      /called \.csv and is an Excel workbook, not text\. .*"Rates"/,
    );
    expect(calledOtherwise('rates.xls', workbook)).toMatch(/called \.xls and is an \.xlsx workbook/);
    for (const name of ['rates.csv', 'rates.txt', 'rates', 'rates.2026'])
      expect(calledOtherwise(name, text)).toBe(null);
    for (const name of ['rates.xlsx', 'rates.xlsm', 'rates']) expect(calledOtherwise(name, workbook)).toBe(null);
  });
});
