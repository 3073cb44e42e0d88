// Makes every version of a stored log again, entry by entry: whether each change does what its signed commands say, folds change nothing,
// and what was submitted is what the entries give. Owns the comparison and its words; what a draft is, is shared/document's.
import type { DatabaseSync } from 'node:sqlite';
import { DraftState, readStrictUpdate, UpdateFormatError } from '@countersign/shared/document';
import { decodePayload, type Leaf, type PayloadOf, parseLeaf, parsePart0 } from '@countersign/shared/history';
import { asText, bytes, MOST_STRUCTS, type Row } from './logFold.ts';

/** An entry whose content is not what it says. */
export interface ContentFinding {
  readonly code: 'content';
  readonly index: number;
  readonly text: string;
}

/** [OPS-28] What is wrong in the content of every version that the log holds, by version and entry. */
export function checkDocuments(db: DatabaseSync): ContentFinding[] {
  const findings: ContentFinding[] = [];
  const entries = db.prepare('SELECT idx, leaf, payload FROM log WHERE doc = ? ORDER BY idx');
  for (const { doc } of db.prepare("SELECT DISTINCT doc FROM log WHERE kind = 'create' ORDER BY doc").all()) {
    const draft = new DraftState(asText(doc));
    try {
      for (const row of entries.iterate(doc ?? null)) {
        const fault = faultOf(draft, row);
        if (fault === null) continue;
        findings.push({ code: 'content', index: Number(row.idx), text: `Version ${asText(doc)}: ${fault}` });
        // What follows was made on something else than is here now.
        break;
      }
    } finally {
      draft.destroy();
    }
  }
  return findings;
}

/** Applies a row to its version; why it cannot be one of it, or null. Rotten bytes fail in any way that a reader of bytes can. */
function faultOf(draft: DraftState, row: Row): string | null {
  try {
    const { entry, env } = parseLeaf(bytes(row.leaf));
    const parts = decodePayload(bytes(row.payload));
    const fault = contentFault(draft, entry, parts);
    if (fault !== null) return fault;
    draft.applyEntry({ index: Number(row.idx), at: env.serverTime, entry, parts });
    return null;
  } catch (error) {
    return `The entry cannot be applied: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function contentFault(draft: DraftState, { kind, dev }: Leaf['entry'], parts: readonly Uint8Array[]): string | null {
  if (kind === 'edit' || kind === 'choose') return editFault(draft, kind, dev, parts);
  if (kind !== 'submit') return null;
  const { contentHash, authors } = parsePart0(kind, parts[0]);
  if (contentHash !== draft.contentHash())
    return `What was submitted has the hash ${contentHash}, and the entries before it give ${draft.contentHash()}.`;
  if (authors.join() !== draft.authors().join())
    return `The submission names ${authors.join(', ') || 'nobody'} as its authors, and the entries name ${draft.authors().join(', ') || 'nobody'}.`;
  return draft.contests().length === 0 ? null : 'It was submitted with contested cells.';
}

/** Admission decides on the documents and the batch alone, so it decides the same again. */
function editFault(
  draft: DraftState,
  kind: 'edit' | 'choose',
  deviceId: string,
  parts: readonly Uint8Array[],
): string | null {
  const { commands, updates: listed, fold }: PayloadOf<'edit'> = parsePart0(kind, parts[0]);
  const updates = listed.map(({ sheet, part }) => ({ sheet, update: parts[part] ?? new Uint8Array() }));
  const clientId = clientOf(updates[0]?.update);
  const refusal = draft.admitEdit({ deviceId, clientId, kind, commands, updates, fold });
  return refusal === null ? null : `The change does not do what its commands say. ${refusal.text}`;
}

/** Whose client id an update writes under; 0, which is nobody's, for one that cannot be read. */
function clientOf(update: Uint8Array | undefined): number {
  try {
    return update === undefined ? 0 : readStrictUpdate(update, MOST_STRUCTS).client;
  } catch (error) {
    if (error instanceof UpdateFormatError) return 0;
    throw error;
  }
}
