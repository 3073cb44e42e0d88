/** What a file is, told by its bytes and never by its name. Owns the signatures and the words for each; must not read the content. */
import { ImportError } from './importError.ts';
import { oleKind, SAVE_AGAIN } from './oleKind.ts';
import { hasZipEnd } from './zipParts.ts';

export type FileKind = 'csv' | 'xlsx';

const AS_TABLE = 'Export the table as CSV or .xlsx and import that.';

const SIGNATURES: readonly [hex: string, what: string, cure: string][] = [
  // Excel 2 to 4, before files were containers.
  ['09000400', 'an old Excel file (.xls)', SAVE_AGAIN],
  ['09020600', 'an old Excel file (.xls)', SAVE_AGAIN],
  ['09040600', 'an old Excel file (.xls)', SAVE_AGAIN],
  ['25504446', 'a PDF', AS_TABLE],
  ['89504e47', 'a picture', AS_TABLE],
  ['ffd8ff', 'a picture', AS_TABLE],
  ['47494638', 'a picture', AS_TABLE],
  ['1f8b', 'a compressed file', 'Unpack it and import what is inside.'],
  ['504b0506', 'an empty zip archive', AS_TABLE],
  ['53514c69746520', 'a database', AS_TABLE],
  ['50415231', 'a Parquet file', AS_TABLE],
  ['7b5c727466', 'a text document (.rtf)', AS_TABLE],
];

/** What an archive is by a part that it lists. The first that fits. */
const PARTS: readonly [part: string, what: string, cure: string][] = [
  ['xl/workbook.bin', 'a binary Excel workbook (.xlsb)', SAVE_AGAIN],
  ['word/document.xml', 'a Word document', 'Copy the table into a workbook and save that.'],
  ['ppt/presentation.xml', 'a presentation', 'Copy the table into a workbook and save that.'],
  ['Index/Document.iwa', 'a Numbers or Pages file', 'Export it as .xlsx or CSV and import that.'],
];

/**
 * Kind of the file.
 * @throws ImportError `empty`, `wrongKind`, saying what the file is instead, or `malformed` for a workbook that is cut off.
 */
export function fileKind(bytes: Uint8Array): FileKind {
  if (bytes.length === 0)
    throw new ImportError('empty', 'The file is empty.', 'Choose a CSV or .xlsx file with a heading row.');
  const head = Buffer.from(bytes.subarray(0, 16)).toString('hex');
  if (head.startsWith('504b0304')) return zipKind(bytes);
  if (head.startsWith('d0cf11e0')) throw wrongKind(...oleKind(bytes));
  for (const [hex, what, cure] of SIGNATURES) if (head.startsWith(hex)) throw wrongKind(what, cure);
  refuseMarkup(bytes);
  return 'csv';
}

function refuseMarkup(bytes: Uint8Array): void {
  const start = beginning(bytes).trimStart().toLowerCase();
  if (start.startsWith('<!doctype html') || start.startsWith('<html')) {
    throw wrongKind(
      'a web page',
      'Download the file itself: a sign-in page is often saved in its place. A table saved as a web page opens in a spreadsheet: save it from there as .xlsx.',
    );
  }
  if (start.startsWith('<?xml') && start.includes('excel.sheet')) {
    throw wrongKind('a workbook of Excel 2003 in XML', SAVE_AGAIN);
  }
  if (start.startsWith('<?xml')) throw wrongKind('an XML file', AS_TABLE);
  if (start.startsWith('{') || start.startsWith('[{')) throw wrongKind('a JSON file', AS_TABLE);
}

/** The first characters, whatever Unicode form the mark in front of them names. */
function beginning(bytes: Uint8Array): string {
  const first = bytes.subarray(0, 1024);
  if (first[0] === 0xff && first[1] === 0xfe) return new TextDecoder('utf-16le').decode(first);
  if (first[0] === 0xfe && first[1] === 0xff) return new TextDecoder('utf-16be').decode(first);
  return new TextDecoder().decode(first);
}

function zipKind(bytes: Uint8Array): FileKind {
  if (!hasZipEnd(bytes)) {
    throw new ImportError(
      'malformed',
      'The file is cut off: it begins as a workbook or a zip archive, and its end is missing.',
      'Download or copy it again, and choose that.',
    );
  }
  const latin1 = new TextDecoder('latin1');
  const listed = latin1.decode(bytes.subarray(Math.max(0, bytes.length - 65_536)));
  const first = latin1.decode(bytes.subarray(0, 512));
  if (listed.includes('xl/workbook.xml')) return 'xlsx';
  for (const [part, what, cure] of PARTS) if (listed.includes(part)) throw wrongKind(what, cure);
  // OpenDocument states its type first of all, not packed.
  if (first.includes('application/vnd.oasis.opendocument.spreadsheet'))
    throw wrongKind('an OpenDocument spreadsheet (.ods)', SAVE_AGAIN);
  if (first.includes('application/vnd.oasis.opendocument')) throw wrongKind('an OpenDocument file', AS_TABLE);
  throw wrongKind('a zip archive without a workbook', 'Unpack it and import the CSV or .xlsx file inside.');
}

function wrongKind(what: string, cure: string): ImportError {
  return new ImportError('wrongKind', `The file is ${what}, not CSV or .xlsx.`, cure);
}
