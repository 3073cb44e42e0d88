// What the import screen says at each step. Pure.
import type { ImportState } from '@countersign/shared/protocol/api';
import { ApiError } from '../../api/index.ts';
import { countOf, countText, errorWords } from '../../kit/index.ts';

/** "18 rows will be added, 4 changed, 515 stay as they are." */
export function outcomeWords(result: NonNullable<ImportState['result']>): string {
  const parts: string[] = [];
  if (result.added > 0) parts.push(`${countOf(result.added, 'row')} will be added`);
  if (result.changed > 0)
    parts.push(
      parts.length === 0 ? `${countOf(result.changed, 'row')} will be changed` : `${countText(result.changed)} changed`,
    );
  const changes = parts.length === 0 ? 'Nothing will change' : parts.join(', ');
  return result.same > 0
    ? `${changes}. ${countOf(result.same, 'row')} ${result.same === 1 ? 'is' : 'are'} there already, as in the file.`
    : `${changes}.`;
}

/** Why the checked file cannot be imported; null when it can. */
export function commitDenial(state: ImportState): string | null {
  const { result } = state;
  if (state.state === 'committing') return 'The rows are being written.';
  if (state.state !== 'checked' || result === undefined) return 'The file is not checked yet.';
  if (result.refused.length > 0)
    return `${countOf(result.refused.length, 'cell')} ${result.refused.length === 1 ? 'was' : 'were'} refused. A file is imported whole or not at all: mend them in the file, or leave their columns out.`;
  if (result.added + result.changed === 0) return 'The draft holds these rows already.';
  return null;
}

/** The button's words: "Import 22 rows". */
export function commitText(state: ImportState): string {
  const rows = (state.result?.added ?? 0) + (state.result?.changed ?? 0);
  return rows === 0 ? 'Import' : `Import ${countOf(rows, 'row')}`;
}

/** "12,000 of 20,000 rows". */
export function progressWords(state: ImportState): string {
  return `${countText(state.done)} of ${countOf(state.total, 'row')}`;
}

/** Names of files this screen offers; what is called .xls is often CSV, and a file is known by its content. */
export const ACCEPTED =
  '.csv,.tsv,.txt,.xlsx,.xlsm,.xls,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
/** The server's own limit is the rule; this only saves a hopeless upload. */
export const MOST_BYTES = 64 * 1024 * 1024;

/** A refusal in the server's words: why, and what to do about it. */
export function importProblem(error: unknown): string {
  if (!(error instanceof ApiError)) return errorWords(error);
  const said = [error.detail === '' ? error.title : error.detail, error.action].filter((part) => part !== '');
  return said.map((part) => (/[.!?]$/.test(part) ? part : `${part}.`)).join(' ');
}
