// Folding: a sheet's overlay of edited cells written into the rows it lies over (DESIGN §4, §11 rule 4). Owns what a fold writes and
// the proof that one changes nothing. Must not decide when to fold.
import type { SheetId } from '@countersign/shared/model/sheets';
import * as Y from 'yjs';
import { DraftError, readable } from './acceptedEntry.ts';
import { FIRST_SLOT, ROOT, type StoredTuple } from './layout.ts';
import { SheetDocument } from './sheetDocument.ts';

type Values = ReadonlyMap<string, string | number>;
/** Everything a sheet's document holds, by root map. */
type SheetMaps = Readonly<Record<'chunks' | 'rows' | 'dead' | 'cells' | 'comments', Values>>;

/**
 * [DOC-70] What a fold of this sheet holds: every row in the chunk, or singly, as it came, with the values and the place that it has now;
 * removals and comments as they are; no overlay. Removed rows stay, so that they can be brought back.
 */
function foldedMaps(doc: SheetDocument): SheetMaps {
  const chunks = new Map<string, string[]>(doc.chunkIds().map((chunk) => [chunk, []]));
  const rows = new Map<string, string>();
  for (const rowId of doc.allRowIds()) {
    const text = JSON.stringify(withoutBlankEnd(doc.tuple(rowId) ?? []));
    const chunk = doc.chunkOf(rowId);
    if (chunk === null) rows.set(rowId, text);
    else chunks.get(chunk)?.push(text);
  }
  const { dead, comments } = storedMaps(doc);
  const whole = [...chunks].map(([chunk, tuples]): [string, string] => [chunk, `[${tuples.join()}]`]);
  return { chunks: new Map(whole), rows, dead, cells: new Map(), comments };
}

/** The Yjs update (V1) of a sheet's fold, under a client id used for nothing before. */
function foldUpdate(doc: SheetDocument, clientId: number): Uint8Array {
  const folded = new Y.Doc({ gc: false });
  folded.clientID = clientId;
  folded.transact(() => {
    for (const [root, values] of Object.entries(foldedMaps(doc)))
      for (const [key, value] of values) folded.getMap(root).set(key, value);
  });
  const update = Y.encodeStateAsUpdate(folded);
  folded.destroy();
  return update;
}

/** What the next fold of a draft would be. */
export interface FoldPlan {
  /** Sheets with an overlay. */
  readonly sheets: readonly SheetId[];
  /** The update of such a sheet, under a client id used for nothing before. */
  updateOf(sheet: SheetId, clientId: number): Uint8Array;
}

/** The fold of these documents as they are now. */
export function planFold(docs: ReadonlyMap<SheetId, SheetDocument>): FoldPlan {
  const overlaid = new Map([...docs].filter(([, doc]) => doc.overlay > 0));
  return {
    sheets: [...overlaid.keys()],
    updateOf(sheet, clientId) {
      const doc = overlaid.get(sheet);
      if (doc === undefined) throw new RangeError(`There is nothing to fold in the sheet ${sheet}.`);
      return foldUpdate(doc, clientId);
    },
  };
}

/** [DOC-71] The document that a fold at this log index puts in another one's place. @throws DraftError when it is not exactly its fold. */
export function provenFold(before: SheetDocument, update: Uint8Array | undefined, index: number): SheetDocument {
  if (update === undefined) throw new DraftError(`Entry ${index} has no part for the sheet ${before.sheet}.`);
  const after = readable(() => new SheetDocument(before.sheet, [update]), index, before.sheet);
  const fault = foldFault(before, after);
  if (fault !== null) throw new DraftError(`The fold at entry ${index} changes the draft: ${fault}.`);
  after.succeed(before);
  return after;
}

/** Where a document is not exactly the fold of another one; null when it is. */
function foldFault(before: SheetDocument, after: SheetDocument): string | null {
  const [wanted, given] = [foldedMaps(before), storedMaps(after)];
  for (const root of Object.keys(wanted) as (keyof SheetMaps)[]) {
    const { size } = wanted[root];
    if (given[root].size !== size) return `${before.sheet} has ${given[root].size} ${root} after it instead of ${size}`;
    for (const [key, value] of wanted[root])
      if (given[root].get(key) !== value) return `${before.sheet}/${root}/${key} is another after it`;
  }
  return null;
}

function storedMaps({ y }: SheetDocument): SheetMaps {
  const stored = (root: string): Values => new Map(y.getMap<string | number>(root).entries());
  return {
    chunks: stored(ROOT.chunks),
    rows: stored(ROOT.rows),
    dead: stored(ROOT.dead),
    cells: stored(ROOT.cells),
    comments: stored(ROOT.comments),
  };
}

/** A stored row ends with its last value; the overlay may have blanked that. */
function withoutBlankEnd(tuple: Readonly<StoredTuple> | readonly []): unknown[] {
  const stored: unknown[] = [...tuple];
  while (stored.length > FIRST_SLOT && stored.at(-1) === null) stored.pop();
  return stored;
}
