// What the session tells of a sheet, brought to the screen. Owns which of it is drawn again, and that a large paste, which is sent in
// many batches, redraws only what each of them changed; must not read or write values.
import type { GridApi } from 'ag-grid-community';
import type { DraftSession, ViewChange } from '../sync/draftSession.ts';
import type { GridPaint } from './gridPaint.ts';
import type { PeerCells } from './peerCells.ts';
import type { GridRow, SheetModel } from './sheetModel.ts';

/** The open sheet as changes reach it. */
export interface UpdatedSheet {
  readonly session: DraftSession;
  readonly model: SheetModel;
  readonly paint: GridPaint;
  readonly peers: PeerCells;
  api(): GridApi<GridRow> | null;
  /** Rows came, went or moved. */
  tellStructure(): void;
  /** The contract's currency changed, and with it every header and amount. */
  currencyChanged(): void;
  /** What is shown changed; told at most once a frame. */
  changed(): void;
  /** Somebody else changed so many rows. */
  remote(rows: number): void;
}

export class GridUpdates {
  readonly #sheet: UpdatedSheet;
  #denial: string | null;
  #stateFrame = 0;
  #changedFrame = 0;
  #values = 0;

  constructor(sheet: UpdatedSheet) {
    this.#sheet = sheet;
    this.#denial = sheet.session.editDenial();
    sheet.peers.read(sheet.session.peers());
  }

  /** Grows when cells may hold other values or rows stand elsewhere: what was counted of them is out of date. */
  get values(): number {
    return this.#values;
  }

  /** Listens to the session; returns the way to stop. */
  follow(): () => void {
    const offs = [
      this.#sheet.session.onView((change) => this.#viewChanged(change)),
      this.#sheet.session.onState(() => this.#stateChanged()),
    ];
    return () => {
      for (const off of offs) off();
      cancelAnimationFrame(this.#stateFrame);
      cancelAnimationFrame(this.#changedFrame);
      this.#stateFrame = 0;
      this.#changedFrame = 0;
    };
  }

  /** Other rows are shown, or in another order. */
  rearranged(): void {
    this.#values += 1;
    this.#tellChanged();
  }

  #viewChanged({ sheet, rowIds, structural, remote, values }: ViewChange): void {
    const { model, paint } = this.#sheet;
    const api = this.#sheet.api();
    if (sheet === 'terms' && values && model.refreshCurrency()) this.#sheet.currencyChanged();
    if (sheet !== model.sheet) return;
    if (values) this.#values += 1;
    if (structural) this.#sheet.tellStructure();
    if (api !== null) {
      if (rowIds === null) paint.marks(api);
      // A mark changes no width and is nobody's change of a value.
      else paint.rows(api, rowIds, { fits: values && !remote, isRemote: values && remote });
    }
    if (remote && values) this.#sheet.remote(rowIds?.length ?? 0);
    this.#tellChanged();
  }

  /** Of the state only cursors of others and the right to write are drawn in cells; marks are told with their rows. */
  #stateChanged(): void {
    if (this.#stateFrame !== 0) return;
    this.#stateFrame = requestAnimationFrame(() => {
      this.#stateFrame = 0;
      const { session, paint, peers } = this.#sheet;
      const api = this.#sheet.api();
      const moved = peers.read(session.peers());
      const denial = session.editDenial();
      const sameRights = denial === this.#denial;
      this.#denial = denial;
      if (api === null) return;
      if (!sameRights) paint.marks(api);
      else if (moved.length > 0) paint.rows(api, moved, { fits: false, isRemote: false });
    });
  }

  #tellChanged(): void {
    if (this.#changedFrame !== 0) return;
    this.#changedFrame = requestAnimationFrame(() => {
      this.#changedFrame = 0;
      this.#sheet.changed();
    });
  }
}
