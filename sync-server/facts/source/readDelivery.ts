/**
 * A delivery file as facts for the kernel. Owns what is handed over (FSRC-4 to FSRC-9) and the words of every refusal. Must not
 * decide a contested count: rows of one key that disagree go to the kernel, which keeps the one known first and says so.
 */
import type { DeliveryColumns } from '@countersign/shared/billing';
import { DeliveryFact } from '@countersign/shared/model';
import {
  add,
  DomainError,
  decimalOf,
  decimalProblem,
  exactText,
  fromInteger,
  multiply,
  ZERO,
} from '@countersign/shared/money';
import type { Json } from '@duckdb/node-api';
import { BUCKETS_ABOVE } from '../buckets.ts';
import {
  anomalyTest,
  BAD_SEPARATOR,
  BUCKETS,
  factView,
  fateTable,
  KEPT_VIEW,
  rawTable,
  singles,
  slotsOf,
  watchedColumns,
} from './deliverySql.ts';
import { type DuckLimits, type DuckTable, requireRows, withTable } from './duckTable.ts';
import type { DeliveryMapping, DeliveryRead, FoundAnomaly, RejectedRows } from './factSource.ts';
import { needMapped, usualDelivery } from './headings.ts';
import { type Reason, Rejections, SAMPLES, wrongFact } from './rejections.ts';

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

/** [FSRC-8] Buckets as the kernel's columns; a sum that a double cannot hold is split into several that it can. */
function deliveryColumns(buckets: readonly Json[][]): DeliveryColumns {
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

async function rejectedRows(
  table: DuckTable,
  mapping: DeliveryMapping,
  most: number,
  rejected: Rejections,
): Promise<void> {
  const found = await table.rows(
    `SELECT code, count, row, value FROM (
       SELECT split_part(bad, '${BAD_SEPARATOR}', 1) AS code, split_part(bad, '${BAD_SEPARATOR}', 2) AS value, row,
         count(*) OVER (PARTITION BY code) AS count, row_number() OVER (PARTITION BY code ORDER BY row) AS place
       FROM raw WHERE bad IS NOT NULL)
     WHERE place <= ${most} ORDER BY code, row`,
  );
  const words = new Map<string, Reason>();
  for (const [coded, count, row, value] of found) {
    const code = String(coded);
    const sample = { row: Number(row), value: String(value) };
    const known = words.get(code);
    const why = known ?? reason(code, sample.value, mapping);
    words.set(code, why);
    rejected.add(why, sample, known === undefined ? Number(count) : 0);
  }
}

/** The words of a refusal; those of quantities are the kernel's own. */
function reason(coded: string, value: string, mapping: DeliveryMapping): Reason {
  const [code = '', slot] = coded.split(':');
  const column = slot === undefined ? '' : (slotsOf(mapping)[Number(slot)]?.[1] ?? '');
  switch (code) {
    case 'LINE_MISSING':
      return {
        code,
        what: 'The row names no line.',
        cure: 'Write the line in every row.',
        column: [mapping.lineId].flat().join(', '),
      };
    case 'DATE_MISSING':
      return {
        code,
        what: 'The row has no date.',
        cure: 'Write it as YYYY-MM-DD.',
        column: mapping.localDate ?? mapping.at ?? '',
      };
    case 'DATE_WRONG':
      return { code, what: 'This is not a date.', cure: 'Write it as YYYY-MM-DD.', column: mapping.localDate ?? '' };
    case 'AT_WRONG':
    case 'RECORDED_WRONG': {
      const at = (code === 'AT_WRONG' ? mapping.at : mapping.recordedAt) ?? '';
      return { code, what: 'This is not a point in time.', cure: 'Write it as 2026-03-01T12:00:00.000Z.', column: at };
    }
    case 'VERSION_WRONG':
      return {
        code,
        what: 'This is not a report version.',
        cure: 'Write a whole number from 0.',
        column: mapping.reportVersion ?? '',
      };
    case 'QUANTITY_MISSING':
      return {
        code,
        what: 'The row counts nothing.',
        cure: 'Write 0 where nothing was delivered.',
        column: slotsOf(mapping)
          .map(([, name]) => name)
          .join(', '),
      };
    case 'QUANTITY_BINARY':
      return {
        code,
        what: 'A JSON number with a fraction is not exact.',
        cure: 'Write it as text, for example "12.50".',
        column,
      };
    default: {
      const [, what, cure] = decimalProblem(value, { maxIntegerDigits: 18, maxDecimals: 12 }) ?? [
        '',
        'This is not a plain decimal.',
        'Write digits.',
      ];
      return { code, what, cure, column };
    }
  }
}

async function conflicts(table: DuckTable, mapping: DeliveryMapping, most: number): Promise<RejectedRows[]> {
  if (typeof mapping.key === 'string') return [];
  const [[count] = []] = await table.rows("SELECT count(*) FROM fate WHERE fate = 'CONFLICT' AND row <> first");
  if (Number(count) === 0) return [];
  const rows = await table.rows(
    `SELECT row, quantity FROM fate WHERE fate = 'CONFLICT' AND row <> first ORDER BY row LIMIT ${most}`,
  );
  return [
    {
      code: 'CONFLICT',
      what: 'The same report version was given twice with different quantities.',
      cure: 'Raise the report version of the later row, or name the columns that tell the rows apart.',
      column: slotsOf(mapping)
        .map(([, name]) => name)
        .join(', '),
      count: Number(count),
      samples: rows.map(([row, quantity]) => ({ row: Number(row), value: String(quantity) })),
    },
  ];
}

/** [FSRC-9] DuckDB says how often each written amount stands in the file; the exact arithmetic is ours. */
async function amounts(table: DuckTable, mapping: DeliveryMapping): Promise<Record<string, string>> {
  const sums: Record<string, string> = {};
  const watched = watchedColumns(mapping);
  for (const column of mapping.amounts ?? []) {
    const cell = `w${watched.indexOf(column)}`;
    let sum = ZERO;
    for (const [text, count] of await table.rows(
      `SELECT ${cell}, count(*) FROM raw WHERE ${cell} IS NOT NULL GROUP BY 1`,
    )) {
      const problem = decimalProblem(text);
      if (problem !== null) throw new DomainError(...problem, { file: table.file, column });
      sum = add(sum, multiply(decimalOf(String(text)), fromInteger(BigInt(String(count)))));
    }
    sums[column] = exactText(sum);
  }
  return sums;
}

async function anomalies(table: DuckTable, mapping: DeliveryMapping): Promise<FoundAnomaly[]> {
  const watched = watchedColumns(mapping);
  return Promise.all(
    (mapping.anomalies ?? []).map(async (rule, index) => {
      const test = anomalyTest(mapping, index);
      const [[count] = []] = await table.rows(`SELECT count(*) FROM raw WHERE ${test}`);
      const shown = ('of' in rule ? [rule.column, rule.of] : [rule.column]).map(
        (column) => `w${watched.indexOf(column)}`,
      );
      const rows = await table.rows(
        `SELECT row, ${shown.join(', ')} FROM raw WHERE ${test} ORDER BY row LIMIT ${SAMPLES}`,
      );
      const samples = rows.map(([row, ...values]) => ({
        row: Number(row),
        value: values.map(String).join(' against '),
      }));
      return { name: rule.name, count: Number(count), samples };
    }),
  );
}
