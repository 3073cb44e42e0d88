/**
 * A delivery file as facts for the kernel. Owns what is handed over (FSRC-4 to FSRC-9). Must not decide a contested count: rows of
 * one key that disagree go to the kernel, which keeps the one known first and says so.
 */
import { DeliveryFact } from '@countersign/shared/model';
import type { Json } from '@duckdb/node-api';
import { BUCKETS_ABOVE } from '../buckets.ts';
import { deliveryColumns } from './deliveryColumns.ts';
import { conflicts, rejectedRows } from './deliveryRefusals.ts';
import { BUCKETS, factView, fateTable, KEPT_VIEW, rawTable, singles } from './deliverySql.ts';
import { type DuckLimits, type DuckTable, requireRows, withTable } from './duckTable.ts';
import type { DeliveryMapping, DeliveryRead } from './factSource.ts';
import { needMapped, usualDelivery } from './headings.ts';
import { Rejections, SAMPLES, wrongFact } from './rejections.ts';
import { amounts, anomalies } from './watchedAmounts.ts';

/** [FSRC-4] Reads the file; without a mapping its columns are known by their usual names. @throws DomainError */
export async function readDelivery(
  path: string,
  mapping?: DeliveryMapping,
  limits: DuckLimits = {},
): Promise<DeliveryRead> {
  return withTable(path, limits, async (table) => {
    const columns = mapping ?? usualDelivery(table.headings, path, limits.metricOfHeading);
    needMapped(columns, table.headings, path);
    await table.run(rawTable(table, columns));
    await requireRows(table, 'SELECT count(*) FROM raw', limits);
    await table.run(factView(columns));
    await table.run(fateTable(columns));
    await table.run(KEPT_VIEW);
    return result(table, columns, limits);
  });
}

async function result(table: DuckTable, mapping: DeliveryMapping, limits: DuckLimits): Promise<DeliveryRead> {
  const { samples = SAMPLES } = limits;
  const [counts = []] = await table.rows(
    `SELECT (SELECT count(*) FROM raw), (SELECT count(*) FROM kept), count(*) FILTER (fate = 'REPLACED'),
       count(*) FILTER (fate = 'SAME') FROM fate`,
  );
  const [rows = 0, kept = 0, replaced = 0, same = 0] = counts.map(Number);
  // Who keeps rows adds them up when they are read: a later file may replace any of them.
  const single = kept <= BUCKETS_ABOVE || limits.rows !== undefined;
  const rejected = new Rejections(samples);
  await rejectedRows(table, mapping, samples, rejected);
  const delivery: DeliveryFact[] = [];
  const places: number[] = [];
  for (const cells of await table.rows(singles(single))) {
    const fact = checked(cells, mapping, rejected);
    if (fact === null) continue;
    delivery.push(fact);
    places.push(Number(cells[FIELDS.length]));
  }
  const totals = await table.rows(
    "SELECT coalesce(metric, ''), CAST(sum(whole) AS VARCHAR) FROM kept WHERE sum GROUP BY 1 ORDER BY 1",
  );
  return {
    delivery,
    places,
    columns: single ? undefined : deliveryColumns(await table.rows(BUCKETS)),
    rows,
    replaced,
    same,
    rejected: [...rejected.list(), ...(await conflicts(table, mapping, samples))],
    totals: Object.fromEntries(totals.map(([metric, sum]) => [String(metric), String(sum)])),
    amounts: await amounts(table, mapping),
    anomalies: await anomalies(table, mapping),
  };
}

const FIELDS = [
  'lineId',
  'source',
  'metric',
  'localDate',
  'at',
  'reportVersion',
  'recordedAt',
  'id',
  'key',
  'quantity',
] as const;

/** The row as a fact, checked by the schema that every fact passes. */
function checked(cells: readonly Json[], mapping: DeliveryMapping, rejected: Rejections): DeliveryFact | null {
  const found = DeliveryFact.safeParse(
    Object.fromEntries(
      FIELDS.flatMap((field, i) => (cells[i] === null || cells[i] === undefined ? [] : [[field, cells[i]]])),
    ),
  );
  if (found.success) return found.data;
  const issue = found.error.issues[0];
  const field = String(issue?.path[0] ?? '');
  const column = mapping[field as keyof DeliveryMapping];
  rejected.add(wrongFact(issue?.message ?? 'The row does not fit.', typeof column === 'string' ? column : field), {
    row: Number(cells[FIELDS.length]),
    value: String(cells[FIELDS.indexOf(field as (typeof FIELDS)[number])] ?? ''),
  });
  return null;
}
