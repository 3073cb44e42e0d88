// Erasing what an entry says while the entry stays (DESIGN §11 rule 16). Owns what may be erased, and that the leaf which says so and
// the loss of the bytes are one transaction; who may ask is the route's.
import { type EntryKind, parseLeaf } from '@countersign/shared/history';
import type { Storage } from '../storage/index.ts';
import type { History } from './history.ts';

/**
 * Kinds whose content nothing is built on: who read what, and what a revoked device sent. The content of a version is made of its
 * entries, so none of those can go while the version, its amendments or its bundles are to be read.
 */
const ERASABLE: ReadonlySet<EntryKind> = new Set(['read', 'park']);

/** The content cannot be erased; the text says why. */
export class NotErasable extends Error {
  override readonly name = 'NotErasable';
}

/** [ERA-1] Removes an entry's content and says so by a leaf in the same document. Resolves to that leaf's index. @throws NotErasable */
export async function erasePayload(
  { storage, history }: { readonly storage: Storage; readonly history: History },
  index: number,
  reason: string,
  by: string,
): Promise<number> {
  const row = await storage.logRow(index);
  if (row === null) throw new NotErasable(`There is no entry ${index}.`);
  if (row.payload === null) throw new NotErasable(`The content of entry ${index} was erased before.`);
  const { kind, doc, payHash } = parseLeaf(row.leaf).entry;
  if (!ERASABLE.has(kind)) {
    throw new NotErasable(
      `Entry ${index} is of kind ${kind}: versions, bundles or rights rest on what it says, so it stays.`,
    );
  }
  const part0 = { index: String(index), payHash, reason: `${reason} (asked for by ${by})` };
  const placed = await history.appendServerEntry('erase', doc, part0, [], {
    apply: (store) => store.erasePayload(index),
  });
  return placed.row.index;
}
