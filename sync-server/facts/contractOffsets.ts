/** The offset tables of a contract's time zones. Owns which zones and how wide; billing cuts from them what a period needs. */
import { buildZoneTable, type FrozenOffsets, frozenOffsets } from '@countersign/shared/model';
import { DomainError } from '@countersign/shared/money';
import type { Services } from '../services.ts';

const FROM = Date.UTC(1971, 0, 1);
const TO = Date.UTC(2099, 0, 1);
const read = new Map<string, [number | null, number][] | null>();

/** A zone's offsets from 1970 to 2099 as this computer reads them, once; null for a name that is no zone. */
function wideOffsets(zone: string): [number | null, number][] | null {
  const known = read.get(zone);
  if (known !== undefined) return known;
  let table: FrozenOffsets | null = null;
  try {
    table = frozenOffsets(buildZoneTable(zone, FROM, TO));
  } catch (error) {
    // A draft may name a zone that does not exist; its preview says so, and nothing else depends on it.
    if (!(error instanceof DomainError)) throw error;
  }
  const found = table === null ? null : table.map(([start, offset]): [number | null, number] => [start, offset]);
  read.set(zone, found);
  return found;
}

/** [FACT-10] Tables of every zone that a version of the contract names. */
export async function contractOffsets(
  { storage, views }: Services,
  contractId: string,
): Promise<Record<string, [number | null, number][]>> {
  const out: Record<string, [number | null, number][]> = {};
  for (const { id } of await storage.versions(contractId)) {
    const { content } = await views.contentOf(id);
    const zone = content.sheets.terms?.find(({ key }) => key === 'timeZone')?.value;
    const table = zone === undefined ? null : wideOffsets(zone);
    if (zone !== undefined && table !== null) out[zone] = table;
  }
  return out;
}
