/** Any file a person drops, as a table or a typed refusal. Owns nothing but the choice of reader. */
import { readCsv } from './csvTable.ts';
import { fileKind } from './fileKind.ts';
import { ImportError } from './importError.ts';
import { type ImportTable, TABLE_LIMITS } from './table.ts';
import { readXlsx } from './xlsxTable.ts';

/** @throws ImportError with the place of the trouble; nothing is guessed past it. */
export async function readTable(bytes: Uint8Array): Promise<ImportTable> {
  if (bytes.length > TABLE_LIMITS.bytes) {
    throw new ImportError('tooLarge', 'The file is larger than 32 MB.', 'Split the file.');
  }
  return fileKind(bytes) === 'xlsx' ? await readXlsx(bytes) : readCsv(bytes);
}
