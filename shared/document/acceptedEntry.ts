// An accepted entry of a draft as the draft takes it, what comes of it, and the error of one that does not belong there. Must not apply it.
import type { Entry, PayloadOf } from '@countersign/shared/history';
import type { SheetId } from '@countersign/shared/model/sheets';
import type { CellChange } from './contests.ts';

/** An accepted log entry of this draft: what the leaf says, and the payload's parts. */
export interface AcceptedEntry {
  readonly index: number | string;
  /** Server time of the leaf. */
  readonly at: string;
  readonly entry: Pick<Entry, 'kind' | 'user' | 'dev'>;
  readonly parts: readonly Uint8Array[];
  /** Part 0 of an `edit` or `choose`, where admission has read it already. */
  readonly edit?: PayloadOf<'edit'>;
}

/** What one entry did. */
export interface AppliedEntry {
  readonly sheets: readonly SheetId[];
  readonly changes: readonly CellChange[];
  /** Rows about which something was said. */
  readonly commented: readonly { readonly sheet: string; readonly rowId: string }[];
}

/** An entry that cannot be applied: the log and this code do not fit together. */
export class DraftError extends Error {
  override readonly name = 'DraftError';
}

/** Reads an update of an entry; Yjs fails on broken bytes in ways of its own. @throws DraftError */
export function readable<T>(read: () => T, index: number, sheet: SheetId): T {
  try {
    return read();
  } catch (cause) {
    throw new DraftError(`Entry ${index} holds a change of ${sheet} that cannot be read.`, { cause });
  }
}
