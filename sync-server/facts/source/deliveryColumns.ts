/** Daily sums as the columns that the kernel reads. Owns keeping every sum exact; what is summed is deliverySql.ts's. */
import type { DeliveryColumns } from '@countersign/shared/billing';
import type { Json } from '@duckdb/node-api';

/** [FSRC-8] Buckets as the kernel's columns; a sum that a double cannot hold is split into several that it can. */
export function deliveryColumns(buckets: readonly Json[][]): DeliveryColumns {
  const names: { lineId: string; source: string; metric: string }[] = [];
  const [series, days, quantities]: [number[], number[], number[]] = [[], [], []];
  for (const [line, source, metric, day, sum] of buckets) {
    const name = { lineId: String(line), source: String(source), metric: String(metric) };
    const last = names.at(-1);
    if (last?.lineId !== name.lineId || last.source !== name.source || last.metric !== name.metric) names.push(name);
    for (const part of safeParts(BigInt(String(sum)))) {
      series.push(names.length - 1);
      days.push(Number(day));
      quantities.push(part);
    }
  }
  return {
    names,
    series: Uint32Array.from(series),
    days: Int32Array.from(days),
    quantities: Float64Array.from(quantities),
  };
}

const LARGEST = BigInt(Number.MAX_SAFE_INTEGER);

function safeParts(sum: bigint): number[] {
  const parts: number[] = [];
  let rest = sum;
  while (rest > LARGEST || rest < -LARGEST) {
    const part = rest > 0n ? LARGEST : -LARGEST;
    parts.push(Number(part));
    rest -= part;
  }
  parts.push(Number(rest));
  return parts;
}
