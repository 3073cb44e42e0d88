/**
 * CSV and its relatives as a table. Owns encodings, separators and where a malformed file breaks.
 * Must not interpret a cell: text in, text out.
 */
import { CsvError, type Options } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { ImportError } from './importError.ts';
import { type ImportTable, TABLE_LIMITS, tableFrom } from './table.ts';

const SEPARATORS: readonly [separator: string, words: string][] = [
  [',', 'comma'],
  [';', 'semicolon'],
  ['\t', 'tab'],
  ['|', 'bar'],
];
const SNIFFED_ROWS = 25;

/**
 * @throws ImportError `encoding` or `malformed` with the row and line where reading stopped.
 */
export function readCsv(bytes: Uint8Array): ImportTable {
  const { text, encoding } = decode(bytes);
  const [separator, words] = sniff(text);
  return tableFrom('csv', `${encoding}, separated by ${words}`, records(text, separator));
}

function decode(bytes: Uint8Array): { text: string; encoding: string } {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: utf16('utf-16le', bytes), encoding: 'UTF-16' };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { text: utf16('utf-16be', bytes), encoding: 'UTF-16' };
  if (bytes.includes(0))
    throw isUnmarkedUtf16(bytes) ? otherEncoding('UTF-16 without the mark that says so') : notText();
  try {
    return { text: strict('utf-8', bytes), encoding: 'UTF-8' };
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    // Older spreadsheets write the Windows code page without saying so; every byte has a meaning there, so it is named to the person.
    return { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'Windows-1252' };
  }
}

function utf16(encoding: string, bytes: Uint8Array): string {
  if (bytes[2] === 0 && bytes[3] === 0) throw otherEncoding('UTF-32');
  const text = strict(encoding, bytes);
  if (text.includes('\0')) throw notText();
  return text;
}

/** Text of Latin letters in two bytes each: every other byte is zero, and of the others none. */
function isUnmarkedUtf16(bytes: Uint8Array): boolean {
  const first = bytes.subarray(0, 512);
  const zeros = [0, 0];
  for (const [at, byte] of first.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  return Math.min(...zeros) === 0 && Math.max(...zeros) * 4 > first.length;
}

const otherEncoding = (encoding: string): ImportError =>
  new ImportError('encoding', `The text is ${encoding}.`, 'Save the file as "CSV UTF-8" and import that.');

const notText = (): ImportError =>
  new ImportError('wrongKind', 'The file holds bytes that are not text.', 'Choose a CSV or .xlsx file.');

function strict(encoding: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ImportError(
      'encoding',
      `The text is not valid ${encoding.toUpperCase()}.`,
      'Save the file as UTF-8 and import that.',
      {},
      { cause },
    );
  }
}

const READ: Options = { relax_column_count: true, skip_empty_lines: false, trim: true, max_record_size: 1_000_000 };

/** The separator that gives the most columns alike over the first rows. */
function sniff(text: string): readonly [string, string] {
  const sample = text.slice(0, 64 * 1024);
  let best: readonly [string, string] = SEPARATORS[0] ?? [',', 'comma'];
  let bestScore = 0;
  for (const candidate of SEPARATORS) {
    const score = alike(sample, candidate[0]);
    if (score > bestScore) {
      best = candidate;
      bestScore = score;
    }
  }
  return best;
}

function alike(sample: string, separator: string): number {
  let rows: string[][];
  try {
    rows = parse(sample, { ...READ, delimiter: separator, to: SNIFFED_ROWS, relax_quotes: true });
  } catch (error) {
    // A sample cut inside quotes cannot be read with this separator; the whole file is judged by the strict read.
    if (error instanceof CsvError) return 0;
    throw error;
  }
  const widths = rows.map((row) => row.length).filter((width) => width > 1);
  const heading = rows[0]?.length ?? 0;
  return heading < 2 ? 0 : widths.filter((width) => width === heading).length * 1000 + heading;
}

function records(text: string, separator: string): string[][] {
  try {
    return parse(text, { ...READ, delimiter: separator, to: TABLE_LIMITS.rows + 2 });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? error.lines : undefined;
    const record = typeof error.records === 'number' ? error.records + 1 : undefined;
    const place = { ...(record === undefined ? {} : { row: record }), ...(line === undefined ? {} : { line }) };
    throw new ImportError(
      'malformed',
      `${malformedText(error.code, record)}`,
      'Correct the file and choose it again. Nothing was changed.',
      place,
      {
        cause: error,
      },
    );
  }
}

function malformedText(code: string, row: number | undefined): string {
  const where = row === undefined ? 'The file' : `Row ${row}`;
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return `${where} opens a quote that is never closed.`;
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE':
      return `${where} has text after a closing quote.`;
    case 'CSV_MAX_RECORD_SIZE':
      return `${where} is longer than a row may be. A missing closing quote looks like this.`;
    default:
      return `${where} cannot be read as CSV.`;
  }
}
