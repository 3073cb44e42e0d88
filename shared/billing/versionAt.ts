/** The two-time query. Owns: which version governed an instant, as known at another. Must not: price. */
import { buildZoneTable, type ContractVersion, instantMs, localDay, type ZoneTable } from '@countersign/shared/model';
import { dayStartOf, frozenVersion, known } from './frozenVersion.ts';
import { governing } from './govern.ts';

/**
 * Among versions recorded at or before `asOf` (absent: all), the one with the latest effectiveFrom at or before the
 * event; a version begins at local midnight (or broadcast day start) of its own zone, inclusive. Null: nothing governs.
 */
export function versionAt(
  versions: readonly ContractVersion[],
  eventAt: string,
  asOf?: string,
): ContractVersion | null {
  const candidates = known(versions, asOf === undefined ? null : instantMs(asOf))
    .map(frozenVersion)
    .sort((a, b) => a.from - b.from || a.sequence - b.sequence);
  const newest = candidates.at(-1)?.doc;
  if (newest === undefined) return null;
  const at = instantMs(eventAt);
  const table: ZoneTable = buildZoneTable(newest.timeZone, at, at, { path: 'timeZone' });
  return governing(candidates, localDay(table, at, dayStartOf(newest)))?.doc ?? null;
}
