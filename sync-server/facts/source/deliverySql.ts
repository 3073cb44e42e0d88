/**
 * The SQL that checks, settles and adds up delivery. Owns: rows as whole numbers by line, source, metric and local date.
 * Must not: multiply, divide or add an amount; money is the kernel's.
 */

import { BINARY_MARK, type DuckTable, literal } from './duckTable.ts';
import { type DeliveryMapping, EACH_ROW } from './factSource.ts';

/** Between the code of a refusal and the value refused. */
export const BAD_SEPARATOR = '\u001f';

const PLAIN = "'-?(0|[1-9][0-9]*)([.][0-9]+)?'";
const WITHIN_LIMITS = "'-?[0-9]{1,18}([.][0-9]{1,12})?'";
const WHOLE = "'-?(0|[1-9][0-9]{0,17})([.]0+)?'";
const INSTANT = "'[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,3})?)?(Z|[+-][0-9]{2}:[0-9]{2})'";
const VERSION = "'0|[1-9][0-9]{0,8}'";

/** Metric and column of each count of a row. */
export function slotsOf({ quantities }: DeliveryMapping): readonly (readonly [metric: string, column: string])[] {
  return Object.entries(quantities);
}

/** Columns that are looked at beside the facts. */
export function watchedColumns({ amounts, anomalies }: DeliveryMapping): readonly string[] {
  const named = (anomalies ?? []).flatMap((rule) => ('of' in rule ? [rule.column, rule.of] : [rule.column]));
  return [...new Set([...(amounts ?? []), ...named])];
}

/** Table `raw`: one row of the file each, with `bad` = code and value where it does not fit. Unmapped fields take no room. */
export function rawTable(table: DuckTable, mapping: DeliveryMapping): string {
  const { text } = table;
  const { localDate, at, metric, source, reportVersion, recordedAt, id, key } = mapping;
  const optional = { instant: at, metric, source, version: reportVersion, recorded: recordedAt, id };
  const keys = key === EACH_ROW ? [] : key;
  const cells = [
    `${[mapping.lineId].flat().map(text).join(" || '/' || ")} AS line`,
    ...(localDate === undefined ? [] : [`${text(localDate)} AS day_text`]),
    ...Object.entries(optional).flatMap(([field, column]) =>
      column === undefined ? [] : [`${text(column)} AS ${field}`],
    ),
    ...(keys.length === 0
      ? []
      : [
          `${keys.length === 1 ? text(keys[0] ?? '') : `CAST(to_json([${keys.map(text).join(', ')}]) AS VARCHAR)`} AS key`,
        ]),
    ...slotsOf(mapping).map(([, column], i) => `${text(column)} AS q${i}`),
    ...watchedColumns(mapping).map((column, i) => `${text(column)} AS w${i}`),
  ];
  const heading = table.kind === 'csv' ? 1 : 0;
  const drop = localDate === undefined ? '' : ' EXCLUDE (day_text)';
  const day = localDate === undefined ? '' : ', try_cast(day_text AS DATE) AS day';
  return `CREATE TEMP TABLE raw AS
    SELECT *${drop}${day}, ${badCase(mapping)} AS bad
    FROM (SELECT row_number() OVER () + ${heading} AS row, ${cells.join(', ')} FROM ${table.from})`;
}

function badCase(mapping: DeliveryMapping): string {
  const { localDate, at, reportVersion, recordedAt } = mapping;
  const bad = (condition: string, code: string, value = "''"): string =>
    `WHEN ${condition} THEN ${literal(`${code}${BAD_SEPARATOR}`)} || ${value}`;
  const day = localDate === undefined ? 'NULL' : 'day_text';
  const instant = at === undefined ? 'NULL' : 'instant';
  const slots = slotsOf(mapping).map((_, i) => `q${i}`);
  return `CASE ${[
    bad('line IS NULL', 'LINE_MISSING'),
    bad(`${day} IS NULL AND ${instant} IS NULL`, 'DATE_MISSING'),
    ...(localDate === undefined
      ? []
      : [
          bad(
            "day_text <> coalesce(CAST(try_cast(day_text AS DATE) AS VARCHAR), '') OR length(day_text) <> 10",
            'DATE_WRONG',
            'day_text',
          ),
        ]),
    ...(at === undefined
      ? []
      : [bad(`${day} IS NULL AND NOT regexp_full_match(instant, ${INSTANT})`, 'AT_WRONG', 'instant')]),
    ...(recordedAt === undefined
      ? []
      : [bad(`NOT regexp_full_match(recorded, ${INSTANT})`, 'RECORDED_WRONG', 'recorded')]),
    ...(reportVersion === undefined
      ? []
      : [bad(`NOT regexp_full_match(version, ${VERSION})`, 'VERSION_WRONG', 'version')]),
    bad(`coalesce(${slots.join(', ')}) IS NULL`, 'QUANTITY_MISSING'),
    ...slots.flatMap((q, i) => [
      bad(`regexp_matches(${q}, '^[=+@]')`, `QUANTITY_FORMULA:${i}`, q),
      bad(`starts_with(${q}, '${BINARY_MARK}')`, `QUANTITY_BINARY:${i}`, q),
      bad(`NOT regexp_full_match(${q}, ${PLAIN})`, `QUANTITY_WRONG:${i}`, q),
      bad(`NOT regexp_full_match(${q}, ${WITHIN_LIMITS})`, `QUANTITY_LONG:${i}`, q),
    ]),
  ].join(' ')} END`;
}

/** View `fact`: one count each. `whole` is null for a count with a fraction. */
export function factView(mapping: DeliveryMapping): string {
  const { localDate, at, metric, source, reportVersion, recordedAt, id, key } = mapping;
  const or = (column: unknown, name: string, type = 'VARCHAR'): string =>
    column === undefined ? `CAST(NULL AS ${type})` : name;
  const hasKey = key !== EACH_ROW && key.length > 0;
  const day = or(localDate, 'day', 'DATE');
  const parts = slotsOf(mapping).map(
    ([name, _], i) => `SELECT row, ${i} AS slot, line, ${or(source, 'source')} AS source,
      ${name === '' ? or(metric, 'metric') : literal(name)} AS metric, ${day} AS day,
      CASE WHEN ${day} IS NULL THEN ${or(at, 'instant')} END AS instant, CAST(${or(reportVersion, 'version')} AS INTEGER) AS version,
      ${or(recordedAt, 'recorded')} AS recorded, ${or(id, 'id')} AS id,
      ${key === EACH_ROW ? 'CAST(row AS VARCHAR)' : or(hasKey ? key : undefined, 'key')} AS key, q${i} AS quantity,
      CASE WHEN regexp_full_match(q${i}, ${WHOLE}) THEN CAST(split_part(q${i}, '.', 1) AS BIGINT) END AS whole
    FROM raw WHERE bad IS NULL AND q${i} IS NOT NULL`,
  );
  return `CREATE TEMP VIEW fact AS ${parts.join(' UNION ALL ')}`;
}

const KEY =
  "line, coalesce(source, 'own') AS source, coalesce(metric, '') AS metric, coalesce(CAST(day AS VARCHAR), instant) AS moment, coalesce(key, '') AS key";

/**
 * Table `fate`: what becomes of counts that share a key (settled question 21). TIMED and CONFLICT are for the kernel, which
 * decides by when they became known. A version that is not stated is the first.
 */
export function fateTable(mapping: DeliveryMapping): string {
  if (mapping.key === EACH_ROW) return 'CREATE TEMP TABLE fate (row BIGINT, slot INTEGER, fate VARCHAR)';
  return `CREATE TEMP TABLE fate AS
    WITH keyed AS (SELECT row, slot, ${KEY}, coalesce(version, 1) AS version, recorded, quantity FROM fact),
    twice AS (SELECT line, source, metric, moment, key FROM keyed GROUP BY ALL HAVING count(*) > 1),
    ranked AS (
      SELECT keyed.*, max(version) OVER same AS top, count(recorded) OVER same > 0 AS timed
      FROM keyed JOIN twice USING (line, source, metric, moment, key)
      WINDOW same AS (PARTITION BY line, source, metric, moment, key)
    ),
    tops AS (
      SELECT line, source, metric, moment, key, count(DISTINCT quantity) AS contents, min(row) AS first
      FROM ranked WHERE version = top GROUP BY ALL
    )
    SELECT row, slot, first, CASE
      WHEN timed THEN 'TIMED'
      WHEN version < top THEN 'REPLACED'
      WHEN contents > 1 THEN 'CONFLICT'
      WHEN row = first THEN 'KEPT'
      ELSE 'SAME' END AS fate, quantity
    FROM ranked JOIN tops USING (line, source, metric, moment, key)`;
}

/** View `kept`: the counts that go to the kernel; `sum` says whether one may be added up beforehand. */
export const KEPT_VIEW = `CREATE TEMP VIEW kept AS
  SELECT fact.*, whole IS NOT NULL AND day IS NOT NULL AND recorded IS NULL AND coalesce(fate.fate, 'KEPT') = 'KEPT' AS sum
  FROM fact LEFT JOIN fate ON fate.row = fact.row AND fate.slot = fact.slot
  WHERE coalesce(fate.fate, 'KEPT') NOT IN ('REPLACED', 'SAME')`;

export const BUCKETS = `SELECT line, coalesce(source, 'own'), coalesce(metric, ''), day - DATE '1970-01-01',
    CAST(sum(whole) AS VARCHAR)
  FROM kept WHERE sum GROUP BY ALL ORDER BY 1, 2, 3, 4`;

/** Rows as they stand; `all` leaves none to the buckets. */
export function singles(all: boolean): string {
  return `SELECT line, source, metric, CAST(day AS VARCHAR), instant, version, recorded, id, key, quantity, row
    FROM kept ${all ? '' : 'WHERE NOT sum'} ORDER BY row, slot`;
}

const ZERO = "'-?0*([.]0*)?'";

/** Whether a row shows an anomaly; texts are looked at, nothing is computed. */
export function anomalyTest(mapping: DeliveryMapping, index: number): string {
  const rule = mapping.anomalies?.[index];
  if (rule === undefined) return 'false';
  const watched = watchedColumns(mapping);
  const cell = (column: string): string => `w${watched.indexOf(column)}`;
  const [own, isZero] = [cell(rule.column), (text: string): string => `regexp_full_match(${text}, ${ZERO})`];
  if (rule.kind === 'ZERO') return isZero(own);
  if (!('of' in rule)) return `starts_with(${own}, '-') AND NOT ${isZero(own)}`;
  const other = cell(rule.of);
  if (rule.kind === 'WITHOUT') return `NOT ${isZero(own)} AND ${isZero(other)}`;
  return `try_cast(${own} AS HUGEINT) > try_cast(${other} AS HUGEINT)`;
}
