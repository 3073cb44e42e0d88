/**
 * What was posted before, for `countersign preview --posted`. Owns the three forms it may have: a table, a list of ledger entries, and
 * the saved result of an earlier preview of the same period. Must not add up.
 */
import { LedgerEntry } from '@countersign/shared/model';
import { DomainError } from '@countersign/shared/money';
import { z } from 'zod';
import { ImportError } from '../imports/importError.ts';
import { readTable } from '../imports/readTable.ts';
import { readBytes, readJson } from './contractFile.ts';

/** The members of a `preview --json` result that say what it would post. */
const EarlierResult = z.object({
  currency: z.string(),
  period: z.object({ key: z.string() }),
  posting: z.object({ entries: z.array(z.object({ lineKey: z.string(), cumulative: z.string() })) }),
});

const COLUMNS = ['period', 'lineKey', 'amount'] as const;
const FORMS =
  'Give the saved output of "countersign preview --json", or a table with the columns period, lineKey and amount.';

/** @throws DomainError with file, row and column; UsageError for a file that cannot be read */
export async function readPosted(file: string): Promise<LedgerEntry[]> {
  const bytes = readBytes(file);
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart()[0];
  if (start !== '[' && start !== '{') return fromTable(file, bytes);
  const document = readJson(file);
  const earlier = EarlierResult.safeParse(document);
  if (earlier.success) {
    const { currency, period, posting } = earlier.data;
    return posting.entries.map(({ lineKey, cumulative }) => ({
      period: period.key,
      lineKey,
      amount: cumulative,
      currency,
    }));
  }
  const list = LedgerEntry.array().safeParse(document);
  if (list.success) return list.data;
  const [issue] = list.error.issues;
  const [at, field] = issue?.path ?? [];
  if (typeof at !== 'number')
    throw new DomainError('BAD_POSTED', 'This is not what was posted before.', FORMS, { file });
  throw new DomainError(
    'BAD_POSTED',
    `The field ${String(field ?? '')} of entry ${at + 1} is missing or does not fit.`,
    FORMS,
    {
      file,
      path: `[${at}]${field === undefined ? '' : `.${String(field)}`}`,
    },
  );
}

async function fromTable(file: string, bytes: Uint8Array): Promise<LedgerEntry[]> {
  const table = await readTable(bytes).catch((error: unknown) => {
    if (!(error instanceof ImportError)) throw error;
    throw new DomainError('BAD_POSTED', error.message, error.cure, { file, ...error.place });
  });
  const plain = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '');
  const at = COLUMNS.map((column) => table.columns.findIndex((name) => plain(name) === column.toLowerCase()));
  const missing = COLUMNS.find((_, i) => (at[i] ?? -1) < 0);
  if (missing !== undefined)
    throw new DomainError('MISSING_COLUMN', `No column holds ${missing}.`, FORMS, { file, row: 1 });
  return table.rows.map(({ row, values }) => {
    const [period = '', lineKey = '', amount = ''] = at.map((i) => values[i] ?? '');
    const entry = LedgerEntry.safeParse({ period, lineKey, amount });
    if (entry.success) return entry.data;
    throw new DomainError(
      'BAD_POSTED',
      `"${amount}" is not an amount.`,
      'Write it as 1234.56, with a point for decimals.',
      {
        file,
        row,
        column: 'amount',
      },
    );
  });
}
