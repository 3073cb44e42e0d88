// Where other people's cursors stand in one sheet, by cell.
import type { SheetId } from '@countersign/shared/model/sheets';
import type { Peer } from '../sync/draftSession.ts';

export class PeerCells {
  readonly #sheet: SheetId;
  readonly #byCell = new Map<string, Peer[]>();

  constructor(sheet: SheetId) {
    this.#sheet = sheet;
  }

  read(peers: readonly Peer[]): void {
    this.#byCell.clear();
    for (const peer of peers) {
      if (peer.sheet !== this.#sheet || peer.rowId === undefined || peer.field === undefined) continue;
      const key = `${peer.rowId} ${peer.field}`;
      this.#byCell.set(key, [...(this.#byCell.get(key) ?? []), peer]);
    }
  }

  at(rowId: string, field: string): readonly Peer[] {
    return this.#byCell.get(`${rowId} ${field}`) ?? [];
  }
}
