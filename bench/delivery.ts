/** Delivery for the preview bench: the same made-up rows in the shapes a bill is asked for. Owns no measuring. */
import type { DeliveryColumns } from '@countersign/shared/billing';
import type { ContractVersion, DeliveryFact } from '@countersign/shared/model';

const LINES = 1000;
const DAYS = 30;
/** 2026-03-01 in days since 1970. */
const FIRST_DAY = 20_513;

export const lineName = (index: number): string => `line-${String(index).padStart(4, '0')}`;
/** Rates from 1.00 to 20.99, as text. */
export const rateOf = (line: number): string => `${1 + (line % 20)}.${String(line % 100).padStart(2, '0')}`;

export function contract(): ContractVersion {
  return {
    id: 'v-bench',
    contractId: 'c-bench',
    number: 'BENCH',
    currency: 'USD',
    timeZone: 'America/New_York',
    effectiveFrom: '2026-01-01',
    recordedAt: '2025-12-01T00:00:00Z',
    lines: Array.from({ length: LINES }, (_, i) => ({
      id: lineName(i),
      rateType: 'CPM' as const,
      price: { type: 'UNIT' as const, rate: rateOf(i) },
    })),
  };
}

/** A row of a report: line by line, day by day, quantities of 0 to 4,999. The same for the same index on every run. */
function rowAt(index: number, rows: number): { line: number; day: number; quantity: number } {
  const line = Math.floor((index / rows) * LINES);
  const mixed = Math.imul(index ^ (index >>> 15), 0x2c1b3c6d) >>> 0;
  return { line, day: index % DAYS, quantity: mixed % 5000 };
}

/** Rows as an import leaves them: checked, deduplicated, in columns. */
export function columnsOf(rows: number): DeliveryColumns {
  const series = new Uint32Array(rows);
  const days = new Int32Array(rows);
  const quantities = new Float64Array(rows);
  for (let i = 0; i < rows; i += 1) {
    const { line, day, quantity } = rowAt(i, rows);
    series[i] = line;
    days[i] = FIRST_DAY + day;
    quantities[i] = quantity;
  }
  const names = Array.from({ length: LINES }, (_, i) => ({ lineId: lineName(i) }));
  return { names, series, days, quantities };
}

/** The same rows one by one, as JSON gives them: each with a key of its own, so that none replaces another. */
export function factsOf(rows: number): DeliveryFact[] {
  return Array.from({ length: rows }, (_, i) => {
    const { line, day, quantity } = rowAt(i, rows);
    return {
      lineId: lineName(line),
      localDate: `2026-03-${String(day + 1).padStart(2, '0')}`,
      quantity: String(quantity),
      key: `k${i}`,
    };
  });
}

/** The same rows as an import stores them: one sum a line and day. */
export function bucketsOf({ names, series, days, quantities }: DeliveryColumns): DeliveryColumns {
  const sums = new Float64Array(LINES * DAYS);
  for (let i = 0; i < quantities.length; i += 1) {
    const at = (series[i] ?? 0) * DAYS + (days[i] ?? 0) - FIRST_DAY;
    sums[at] = (sums[at] ?? 0) + (quantities[i] ?? 0);
  }
  return {
    names,
    series: Uint32Array.from(sums, (_, i) => Math.floor(i / DAYS)),
    days: Int32Array.from(sums, (_, i) => FIRST_DAY + (i % DAYS)),
    quantities: sums,
  };
}
