// Where other people's cursors stand in one sheet, by cell.
import type { SheetId } from '@countersign/shared/model/sheets';
import type { Peer } from '../sync/draftSession.ts';

export class PeerCells {
  readonly #sheet: SheetId;
  readonly #byCell = new Map<string, Peer[]>();
  /** Who stood where when it was last read, by row. */
  #standing: ReadonlyMap<string, string> = new Map();

  constructor(sheet: SheetId) {
    this.#sheet = sheet;
  }

  /** Takes where everybody stands now; returns the rows that look different. */
  read(peers: readonly Peer[]): readonly string[] {
    const before = this.#standing;
    const standing = new Map<string, string>();
    this.#byCell.clear();
    for (const peer of peers) {
      if (peer.sheet !== this.#sheet || peer.rowId === undefined || peer.field === undefined) continue;
      const key = `${peer.rowId} ${peer.field}`;
      this.#byCell.set(key, [...(this.#byCell.get(key) ?? []), peer]);
      const { rowId, field, session, userId, name } = peer;
      standing.set(rowId, `${standing.get(rowId) ?? ''} ${field} ${session} ${userId} ${name}`);
    }
    this.#standing = standing;
    const rows = new Set([...before.keys(), ...standing.keys()]);
    return [...rows].filter((rowId) => before.get(rowId) !== standing.get(rowId));
  }

  at(rowId: string, field: string): readonly Peer[] {
    return this.#byCell.get(`${rowId} ${field}`) ?? [];
  }
}
