// Who an entry of the log is by, and why it was made: what its payload says of that. Owns reading it; names are `reader.ts`'s.
import { decodePayload, parsePart0 } from '@countersign/shared/history';
import { reasonOfRow } from '../breakGlass/reason.ts';
import type { LogRow } from '../storage/index.ts';

/** Who an entry is by: on whose behalf the server signed it, else its signer. */
export function authorOf(row: LogRow): string {
  const by = part0Of(row)?.by;
  return typeof by === 'string' ? by : row.user;
}

/** Whether an entry is this person's: signed by them, or by the server on their behalf. */
export function isBy(row: LogRow, userId: string): boolean {
  return row.user === userId || authorOf(row) === userId;
}

/** Why it was made, in the words of whoever made it; undefined when nobody said. */
export function reasonOf(row: LogRow): string | undefined {
  if (row.kind === 'breakGlass') return reasonOfRow(row) || undefined;
  const reason = part0Of(row)?.reason;
  return typeof reason === 'string' && reason !== '' ? reason : undefined;
}

/** Part 0 of the kinds whose payload names a person or a reason; edits name neither and are many, so they are not read. */
function part0Of(row: LogRow): { readonly by?: unknown; readonly reason?: unknown } | undefined {
  if (row.payload === null || row.kind === 'edit' || row.kind === 'choose' || row.kind === 'create') return undefined;
  return parsePart0(row.kind as 'import', decodePayload(row.payload)[0]);
}
