// Where the next thing to settle is: contested cells, misfits, missing values. Pure; the grid goes there.
import type { Blocker } from '@countersign/shared/protocol/api';
import type { DraftSession } from '../sync/draftSession.ts';
import type { CellPlace } from './routes.ts';

type Problems = Pick<DraftSession, 'contests' | 'invalidCells'>;

/** The first cell to resolve or to fix: the local view knows first, the server's blockers add what only the whole shows. */
export function nextProblem(
  does: 'resolve' | 'fix',
  blockers: readonly Blocker[],
  draft: Problems | null,
): CellPlace | null {
  const local = does === 'resolve' ? draft?.contests()[0] : draft?.invalidCells()[0];
  if (local !== undefined) return { sheet: local.sheet, rowId: local.rowId, field: local.field };
  const wanted = blockers.find(
    (blocker) => blocker.sheet !== undefined && (blocker.kind === 'contested') === (does === 'resolve'),
  );
  if (wanted?.sheet === undefined) return null;
  return {
    sheet: wanted.sheet,
    ...(wanted.rowId === undefined ? {} : { rowId: wanted.rowId }),
    ...(wanted.field === undefined ? {} : { field: wanted.field }),
  };
}
