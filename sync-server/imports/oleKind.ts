/**
 * What a compound file (OLE) is, told by the streams in its directory: old Office documents are such files, and so is every document that
 * Office encrypts. Owns their names and words; must not read the streams.
 */

/** The way on with a workbook that only a spreadsheet opens. */
export const SAVE_AGAIN = 'Open it in a spreadsheet, save it as .xlsx or CSV and import that.';
const COPY = 'Copy the table into a workbook and save that.';

/** An entry of the directory is as long, and begins with the stream's name. */
const ENTRY_BYTES = 128;

/** The first that is there decides: an encrypted document holds nothing else that can be told. */
const STREAMS: readonly [stream: string, what: string, cure: string][] = [
  [
    'EncryptedPackage',
    'protected with a password',
    'Open it in a spreadsheet, take the password off (or save it as CSV) and import that.',
  ],
  ['Workbook', 'an old Excel file (.xls)', SAVE_AGAIN],
  ['Book', 'an old Excel file (.xls)', SAVE_AGAIN],
  ['WordDocument', 'an old Word document (.doc)', COPY],
  ['PowerPoint Document', 'an old presentation (.ppt)', COPY],
];

/** What it is and the way on; as most such files are, an old Excel file when no stream is known, which a damaged one may have lost. */
export function oleKind(bytes: Uint8Array): readonly [what: string, cure: string] {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = STREAMS.find(([stream]) => hasStream(view, stream));
  return found === undefined ? ['an old Office file, such as .xls', SAVE_AGAIN] : [found[1], found[2]];
}

function hasStream(view: Buffer, name: string): boolean {
  // With the zero that ends it: the beginning of a longer name is another stream.
  const wanted = Buffer.from(`${name}\0`, 'utf16le');
  for (let at = view.indexOf(wanted); at >= 0; at = view.indexOf(wanted, at + 1))
    if (at % ENTRY_BYTES === 0) return true;
  return false;
}
