// The readable audit as CSV (RFC 4180). Owns columns and quoting; must not read the log.
import type { LogEntry } from '@countersign/shared/protocol/api';

const COLUMNS = [
  'entry',
  'time',
  'personId',
  'person',
  'documentId',
  'document',
  'kind',
  'sheet',
  'row',
  'column',
  'from',
  'to',
  'why',
  'sentence',
  'device',
  'leafHash',
] as const;

export const AUDIT_HEADING = `${COLUMNS.join(',')}\r\n`;

/** Spreadsheets run cells that begin with one of these as formulas; a tab or return in front does not stop them. */
const FORMULA = /^[\s]*[=+\-@]/;
const NUMBER = /^-?\d+(?:\.\d+)?$/;

/**
 * [AUD-3] One CSV field. Text that a spreadsheet would run as a formula gets an apostrophe in front; plain numbers stay numbers.
 */
export function csvField(value: string): string {
  const safe = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The lines of one entry: one a changed cell, or one for an entry that changes none. */
export function auditLines(entry: LogEntry): string {
  const changes = entry.changes.length === 0 ? [null] : entry.changes;
  return changes
    .map((change) =>
      [
        entry.index,
        entry.at,
        entry.userId,
        entry.name,
        entry.doc,
        entry.docName,
        entry.kind,
        change?.sheet ?? '',
        change?.row ?? '',
        change?.label ?? '',
        change?.from ?? '',
        change?.to ?? '',
        entry.why ?? '',
        entry.text,
        entry.deviceId,
        entry.leafHash,
      ]
        .map(csvField)
        .join(','),
    )
    .map((line) => `${line}\r\n`)
    .join('');
}
