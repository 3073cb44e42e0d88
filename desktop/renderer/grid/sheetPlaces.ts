// Where a person was in each sheet of an open draft. Owns the memory of it, for as long as the draft is open in this window, and the way
// back; which cell is active is the selection's.
import type { SheetId } from '@countersign/shared/model/sheets';
import type { GridApi } from 'ag-grid-community';
import type { DraftSession } from '../sync/draftSession.ts';
import type { GridRow } from './sheetModel.ts';

/** By row id and not by number: rows may come and go while another sheet is looked at. */
interface SheetPlace {
  readonly rowId: string;
  readonly field: string;
  /** The row at the top of the window; null when none was shown. */
  readonly topRowId: string | null;
}

/** CSS pixels, as the grid's theme has it. */
const ROW_HEIGHT = 24;

const places = new WeakMap<DraftSession, Map<SheetId, SheetPlace>>();

/** One stay in one sheet. */
export class SheetStay {
  readonly #session: DraftSession;
  readonly #sheet: SheetId;
  readonly #api: GridApi<GridRow>;
  /** Number of the row at the top of the window. */
  #top = 0;

  constructor(session: DraftSession, sheet: SheetId, api: GridApi<GridRow>) {
    this.#session = session;
    this.#sheet = sheet;
    this.#api = api;
    api.addEventListener('bodyScroll', ({ top }) => {
      this.#top = Math.ceil(top / ROW_HEIGHT);
    });
  }

  /** Shows the rows where the sheet was left and returns the cell that was active; null when it was not looked at or its row is gone. */
  comeBack(): { readonly row: number; readonly field: string } | null {
    const place = places.get(this.#session)?.get(this.#sheet);
    if (place === undefined) return null;
    const api = this.#api;
    const top = place.topRowId === null ? null : (api.getRowNode(place.topRowId)?.rowIndex ?? null);
    const row = api.getRowNode(place.rowId)?.rowIndex ?? null;
    if (top !== null) api.ensureIndexVisible(top, 'top');
    else if (row !== null) api.ensureIndexVisible(row);
    if (row === null) return null;
    // Columns that grow take their room with the first rows drawn.
    api.addEventListener('firstDataRendered', () => api.ensureColumnVisible(place.field));
    return { row, field: place.field };
  }

  /** The sheet is left, with this cell active. */
  leave(rowId: string, field: string): void {
    const topRowId = this.#api.getDisplayedRowAtIndex(this.#top)?.data?.id ?? null;
    const known = places.get(this.#session) ?? new Map<SheetId, SheetPlace>();
    places.set(this.#session, known.set(this.#sheet, { rowId, field, topRowId }));
  }
}
