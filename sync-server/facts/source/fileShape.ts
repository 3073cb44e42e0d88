/**
 * What a fact file is, told by its first bytes. Owns the kinds, the separator and the heading of a CSV. Must not read rows.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { DomainError } from '@countersign/shared/money';
import { CsvError, parse } from 'csv-parse/sync';

export type FileShape =
  | { readonly kind: 'csv'; readonly gzip: boolean; readonly separator: string; readonly headings: readonly string[] }
  | { readonly kind: 'json'; readonly gzip: boolean; readonly wrapped: string | null }
  | { readonly kind: 'parquet' };

const HEAD_BYTES = 65_536;
/** An object that holds the rows as a list; remarks in words may stand before it. */
const WRAPPED = /^\{\s*(?:"\w+"\s*:\s*"(?:[^"\\]|\\.)*"\s*,\s*)*"(delivery|touches|actions)"\s*:\s*\[/;
const SEPARATORS = [',', ';', '\t', '|'] as const;

/** [FSRC-1] @throws DomainError when the file cannot be read, is empty or is none of the kinds. */
export function fileShape(path: string): FileShape {
  const head = firstBytes(path);
  if (head.length === 0)
    throw new DomainError('EMPTY_FILE', 'The file is empty.', 'Give a heading and rows.', { file: path });
  if (head.subarray(0, 4).toString('latin1') === 'PAR1') return { kind: 'parquet' };
  const gzip = head[0] === 0x1f && head[1] === 0x8b;
  const text = (gzip ? unpackedHead(head, path) : head).toString('utf8').replace(/^\uFEFF/, '');
  if (text.includes('\0')) {
    const what = `This is ${otherKind(head)} CSV, JSON or Parquet file.`;
    throw new DomainError('NOT_A_FACT_FILE', what, 'Save its table as CSV in UTF-8.', { file: path });
  }
  const start = text.trimStart();
  if (start.startsWith('[') || start.startsWith('{')) {
    return { kind: 'json', gzip, wrapped: WRAPPED.exec(start)?.[1] ?? null };
  }
  return { kind: 'csv', gzip, ...heading(text, path) };
}

/** What people most often have instead, told by its first bytes. */
function otherKind(head: Uint8Array): string {
  const start = Buffer.from(head.subarray(0, 4)).toString('hex');
  if (start === '504b0304') return 'a workbook or a zip archive, and no';
  if (start === 'd0cf11e0') return 'an old Excel file or one with a password, and no';
  return start.startsWith('fffe') || start.startsWith('feff') ? 'text in UTF-16, and no UTF-8' : 'no';
}

function firstBytes(path: string): Buffer {
  try {
    const file = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(HEAD_BYTES);
      return buffer.subarray(0, readSync(file, buffer, 0, HEAD_BYTES, 0));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DomainError('UNREADABLE', `The file cannot be read: ${why}.`, 'Check its name and your rights.', {
      file: path,
    });
  }
}

function unpackedHead(head: Buffer, path: string): Buffer {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DomainError('BAD_GZIP', `The file cannot be unpacked: ${why}.`, 'Pack it again.', { file: path });
  }
}

/** The separator that splits the heading into the most columns; the first of those with as many. */
function heading(text: string, path: string): { separator: string; headings: string[] } {
  let best: { separator: string; headings: string[] } | null = null;
  for (const separator of SEPARATORS) {
    const headings = firstRecord(text, separator);
    if (headings !== null && (best === null || headings.length > best.headings.length)) best = { separator, headings };
  }
  if (best === null) {
    throw new DomainError('BAD_CSV', 'The heading cannot be read.', 'Close every quote in the first row.', {
      file: path,
    });
  }
  refuseTwice(best.headings, path);
  return best;
}

/** Two columns of one name: which one is meant cannot be told. */
function refuseTwice(headings: readonly string[], path: string): void {
  const seen = new Set<string>();
  for (const heading of headings) {
    const plain = heading.toLowerCase();
    if (plain !== '' && seen.has(plain)) {
      throw new DomainError('SAME_HEADING', `Two columns are called "${heading}".`, 'Name each column once.', {
        file: path,
        row: 1,
        column: heading,
      });
    }
    seen.add(plain);
  }
}

function firstRecord(text: string, delimiter: string): string[] | null {
  try {
    const [first] = parse(text, { delimiter, to: 1, trim: true, skip_empty_lines: true, relax_column_count: true });
    return first ?? null;
  } catch (error) {
    if (error instanceof CsvError) return null;
    throw error;
  }
}
