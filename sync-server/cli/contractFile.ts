/** Contract versions from a file, for commands that take one. Owns reading and the words of refusals; must not bill. */
import { readFileSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { checkedVersion } from '@countersign/shared/billing';
import type { ContractVersion } from '@countersign/shared/model';
import { DomainError } from '@countersign/shared/money';
import { isBook } from '../contractFiles/bookTables.ts';
import { readBook } from '../contractFiles/readBook.ts';

/** Wrong usage or an unreadable file: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** @throws UsageError, DomainError with the file */
export function readJson(file: string): unknown {
  const text = readText(file).replace(/^\uFEFF/, '');
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw otherFile(text, file) ?? notJson(text, error, file);
  }
}

/** A contract in another form, under a name that does not say so. */
function otherFile(text: string, file: string): DomainError | null {
  if (extname(file).toLowerCase() === '.csv') {
    return new DomainError(
      'BAD_JSON',
      'A CSV file is one sheet of a contract.',
      'Name the folder that holds them all.',
      {
        file,
      },
    );
  }
  if (!text.startsWith('PK\u0003\u0004')) return null;
  return new DomainError(
    'BAD_JSON',
    'The file is a workbook or a zip archive, not JSON.',
    'Call a workbook .xlsx and name it again; unpack an archive.',
    { file },
  );
}

/** Says the line, and the two habits of word processors that break JSON most often. */
function notJson(text: string, error: SyntaxError, file: string): DomainError {
  const at = /position (\d+)/.exec(error.message)?.[1];
  const token = /token '(.)'/u.exec(error.message)?.[1];
  const position = at === undefined ? (token === undefined ? text.length : text.indexOf(token)) : Number(at);
  const line = text.slice(0, position).split('\n').length;
  const what =
    text.trim() === ''
      ? 'The file is empty.'
      : token !== undefined && /[“”„‟«»’‘]/u.test(token)
        ? `Line ${line} has the quote ${token} of a word processor.`
        : `Line ${line} breaks the form of a JSON file: ${error.message.replace(/ in JSON at position.*$/s, '')}.`;
  const cure =
    text.trim() === ''
      ? 'Save the contract into it.'
      : 'Look there and on the line before: names and texts stand in straight quotes ("), commas between entries and none after the last, and every bracket is closed.';
  return new DomainError('BAD_JSON', what, cure, { file });
}

/** @throws UsageError */
export function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** [AGR-11] The versions of all files, in their order: JSON, a workbook, or a folder of CSV files. @throws UsageError, DomainError */
export async function readVersions(files: readonly string[]): Promise<ContractVersion[]> {
  const lists = await Promise.all(files.map((file) => (isBook(file) ? ofBook(file) : ofJson(file))));
  return lists.flat();
}

async function ofBook(file: string): Promise<ContractVersion[]> {
  readableBook(file);
  const version = await readBook(file);
  try {
    return [checkedVersion(version)];
  } catch (error) {
    throw error instanceof DomainError ? atFile(error, file) : error;
  }
}

function readableBook(file: string): void {
  if (statSync(file, { throwIfNoEntry: false }) === undefined)
    throw new UsageError(`${file} cannot be read: it is not there.`);
}

/** One version, or a list of them, each checked. @throws UsageError, DomainError with file and path */
function ofJson(file: string): ContractVersion[] {
  const parsed = readJson(file);
  const list: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  return list.map((document, i) => {
    try {
      return checkedVersion(document, Array.isArray(parsed) ? `[${i}].` : '');
    } catch (error) {
      throw error instanceof DomainError ? atFile(error, file) : error;
    }
  });
}

/** The same refusal with its file in front. */
function atFile(error: DomainError, file: string): DomainError {
  return new DomainError(error.code, error.what, error.cure, { file, ...error.place });
}
