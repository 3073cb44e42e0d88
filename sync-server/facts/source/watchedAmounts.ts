/** Sums and oddities of columns that are watched and not billed (FSRC-9). Must not: drop or change a row. */
import { add, exactText, fromInteger, multiply, parseDecimal, ZERO } from '@countersign/shared/money';
import { anomalyTest, watchedColumns } from './deliverySql.ts';
import type { DuckTable } from './duckTable.ts';
import type { DeliveryMapping, FoundAnomaly } from './factSource.ts';
import { SAMPLES } from './rejections.ts';

/** [FSRC-9] DuckDB says how often each written amount stands in the file; the exact arithmetic is ours. */
export async function amounts(table: DuckTable, mapping: DeliveryMapping): Promise<Record<string, string>> {
  const sums: Record<string, string> = {};
  const watched = watchedColumns(mapping);
  for (const column of mapping.amounts ?? []) {
    const cell = `w${watched.indexOf(column)}`;
    let sum = ZERO;
    for (const [text, count] of await table.rows(
      `SELECT ${cell}, count(*) FROM raw WHERE ${cell} IS NOT NULL GROUP BY 1`,
    )) {
      const amount = parseDecimal(text, { file: table.file, column });
      sum = add(sum, multiply(amount, fromInteger(BigInt(String(count)))));
    }
    sums[column] = exactText(sum);
  }
  return sums;
}

/** Rows that each rule of the mapping finds odd: how many, and the first few with the values that are odd together. */
export async function anomalies(table: DuckTable, mapping: DeliveryMapping): Promise<FoundAnomaly[]> {
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
