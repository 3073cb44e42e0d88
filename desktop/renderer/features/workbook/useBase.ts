// The base version's rows, for redline. Asked once a version; kept answers serve offline.
import { SHEETS, type SheetId } from '@countersign/shared/model/sheets';
import { useMemo } from 'react';
import { askOrKept } from '../../app/appEngine.ts';
import { useEngine, useQuery, useVersion } from '../../app/engineContext.tsx';
import { versionWords } from '../../app/versionName.ts';
import type { BaseRows } from '../../grid/sheetModel.ts';

export interface BaseOfVersion {
  /** `amendment 1`, as everywhere else; null when there is none. */
  readonly name: string | null;
  /** Rows by sheet; null until they are here. */
  readonly rows: ReadonlyMap<SheetId, BaseRows> | null;
}

export function useBase(versionId: string): BaseOfVersion {
  const engine = useEngine();
  const { data: version } = useVersion(versionId);
  const base = version?.value.base ?? null;
  const baseId = base?.versionId ?? null;
  const { data } = useQuery(`base-content:${baseId ?? 'none'}`, async () =>
    baseId === null
      ? null
      : askOrKept(
          () => engine.api.content(baseId),
          () => engine.cached.content(baseId),
        ),
  );
  const sheets = data?.value.content.sheets;
  const rows = useMemo(() => {
    if (sheets === undefined) return null;
    const known = Object.keys(SHEETS) as SheetId[];
    return new Map(
      known.map((sheet): [SheetId, BaseRows] => [
        sheet,
        new Map((sheets[sheet] ?? []).map(({ rowId = '', ...fields }) => [rowId, fields])),
      ]),
    );
  }, [sheets]);
  return { name: base === null ? null : versionWords(base), rows };
}
