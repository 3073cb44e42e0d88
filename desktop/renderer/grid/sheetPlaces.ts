// Where a person was in each sheet of an open draft. Owns the memory of it, for as long as the draft is open in this window; going there is
// the controller's.
import type { SheetId } from '@countersign/shared/model/sheets';
import type { DraftSession } from '../sync/draftSession.ts';

/** By row id and not by number: rows may come and go while another sheet is looked at. */
export interface SheetPlace {
  readonly rowId: string;
  readonly field: string;
  /** The row at the top of the window; null when none was shown. */
  readonly topRowId: string | null;
}

const places = new WeakMap<DraftSession, Map<SheetId, SheetPlace>>();

/** Where the person was in the sheet when it was last left; null when they have not been there. */
export function placeIn(session: DraftSession, sheet: SheetId): SheetPlace | null {
  return places.get(session)?.get(sheet) ?? null;
}

export function keepPlace(session: DraftSession, sheet: SheetId, place: SheetPlace): void {
  const known = places.get(session) ?? new Map<SheetId, SheetPlace>();
  places.set(session, known.set(sheet, place));
}
