/** What a file is, told by its bytes and never by its name. Owns the signatures; must not read the content. */
import { ImportError } from './importError.ts';

export type FileKind = 'csv' | 'xlsx';

const SIGNATURES: readonly [hex: string, what: string, cure: string][] = [
  ['d0cf11e0', 'an old Excel file (.xls)', 'Save it as .xlsx or as CSV and import that.'],
  ['25504446', 'a PDF', 'Export the table as CSV or .xlsx and import that.'],
  ['89504e47', 'a picture', 'Export the table as CSV or .xlsx and import that.'],
  ['ffd8ff', 'a picture', 'Export the table as CSV or .xlsx and import that.'],
  ['47494638', 'a picture', 'Export the table as CSV or .xlsx and import that.'],
  ['1f8b', 'a compressed file', 'Unpack it and import what is inside.'],
  ['53514c69746520', 'a database', 'Export the table as CSV or .xlsx and import that.'],
  ['7b5c727466', 'a text document (.rtf)', 'Export the table as CSV or .xlsx and import that.'],
];

/**
 * Kind of the file.
 * @throws ImportError `empty` or `wrongKind`, saying what the file is instead.
 */
export function fileKind(bytes: Uint8Array): FileKind {
  if (bytes.length === 0)
    throw new ImportError('empty', 'The file is empty.', 'Choose a CSV or .xlsx file with a heading row.');
  const head = Buffer.from(bytes.subarray(0, 16)).toString('hex');
  if (head.startsWith('504b0304')) return zipKind(bytes);
  for (const [hex, what, cure] of SIGNATURES) if (head.startsWith(hex)) throw wrongKind(what, cure);
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 512)).trimStart().toLowerCase();
  if (start.startsWith('<!doctype html') || start.startsWith('<html')) {
    throw wrongKind('a web page', 'Download the file itself: a sign-in page is often saved in its place.');
  }
  if (start.startsWith('<?xml')) throw wrongKind('an XML file', 'Export the table as CSV or .xlsx and import that.');
  if (start.startsWith('{') || start.startsWith('[{')) {
    throw wrongKind('a JSON file', 'Export the table as CSV or .xlsx and import that.');
  }
  return 'csv';
}

function zipKind(bytes: Uint8Array): FileKind {
  const names = new TextDecoder('latin1').decode(bytes.subarray(Math.max(0, bytes.length - 65_536)));
  if (names.includes('xl/workbook.xml')) return 'xlsx';
  if (names.includes('word/document.xml'))
    throw wrongKind('a Word document', 'Copy the table into a workbook and save that.');
  throw wrongKind('a zip archive without a workbook', 'Unpack it and import the CSV or .xlsx file inside.');
}

function wrongKind(what: string, cure: string): ImportError {
  return new ImportError('wrongKind', `The file is ${what}, not CSV or .xlsx.`, cure);
}
