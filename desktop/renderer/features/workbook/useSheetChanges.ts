// How many rows of each sheet differ from the base. Counted again only for sheets that changed, and never for one of 20,000 rows
// on every key: those count by their marks alone.
import type { SheetId } from '@countersign/shared/model/sheets';
import { useEffect, useMemo, useState } from 'react';
import { SheetModel } from '../../grid/sheetModel.ts';
import type { DraftSession } from '../../sync/draftSession.ts';
import type { BaseOfVersion } from './useBase.ts';

const COUNT_AGAIN_MS = 250;

function changesOf(draft: DraftSession, sheet: SheetId, base: BaseOfVersion): number {
  const rows = base.rows?.get(sheet);
  if (rows === undefined) return 0;
  const model = new SheetModel(draft, sheet);
  model.setBase(rows, true);
  return model.rows().filter((row) => model.rowChange(row) !== null).length;
}

export function useSheetChanges(draft: DraftSession, base: BaseOfVersion): ReadonlyMap<SheetId, number> {
  const all = useMemo(
    () => new Map(draft.sheets().map((sheet) => [sheet, changesOf(draft, sheet, base)] as const)),
    [draft, base],
  );
  const [later, setLater] = useState<ReadonlyMap<SheetId, number>>(new Map());
  useEffect(() => {
    setLater(new Map());
    const touched = new Set<SheetId>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const off = draft.onView((change) => {
      if (!change.values) return;
      touched.add(change.sheet);
      clearTimeout(timer);
      timer = setTimeout(() => {
        const counted = [...touched].map((sheet) => [sheet, changesOf(draft, sheet, base)] as const);
        touched.clear();
        setLater((known) => new Map([...known, ...counted]));
      }, COUNT_AGAIN_MS);
    });
    return () => {
      clearTimeout(timer);
      off();
    };
  }, [draft, base]);
  return useMemo(() => new Map([...all, ...later]), [all, later]);
}
