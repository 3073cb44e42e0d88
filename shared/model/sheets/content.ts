// The content of a version as plain JSON, and its hash (docs/PROTOCOL.md §6). Owns what an approval binds; must not know documents.
import { canonicalJson } from '../canonical.ts';
import { sha256Hex } from '../sha256.ts';
import type { DocumentKind } from './sheets.ts';

/** One row: `rowId` and the fields that are not blank, by column id, as canonical text. */
export type RowContent = { readonly rowId: string } & { readonly [field: string]: string };

/** Everything that a version says, and nothing else: rows in order, removed rows and blank fields left out. */
export interface WorkbookContent {
  readonly schema: number;
  readonly kind: DocumentKind;
  readonly contractId: string;
  /** Every sheet of the kind is present, also when it is empty. */
  readonly sheets: { readonly [sheetId: string]: readonly RowContent[] };
}

/** [DOC-30] SHA-256 of the canonical JSON (RFC 8785) of the content, in lower-case hex: what an approval binds. */
export function contentHash(content: WorkbookContent): string {
  return sha256Hex(canonicalJson(content));
}
