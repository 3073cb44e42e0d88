// Why somebody asked for a role in an emergency. Owns reading it from the stored entry.
import { decodePayload, parsePart0, reasonOfBreakGlass } from '@countersign/shared/history';
import type { LogRow } from '../storage/index.ts';

/** Why the role was asked for; '' where the entry is no request. */
export function reasonOfRow(row: Pick<LogRow, 'payload' | 'kind'> | null): string {
  if (row === null || row.payload === null || row.kind !== 'breakGlass') return '';
  const parts = decodePayload(row.payload);
  return reasonOfBreakGlass(parsePart0('breakGlass', parts[0]), parts);
}
