/** Delivery rows that are not taken, and why in words. Owns no test of a row: deliverySql.ts says which code a row gets. */
import { decimalProblem, QUANTITY_LIMITS } from '@countersign/shared/money';
import { BAD_SEPARATOR, slotsOf } from './deliverySql.ts';
import type { DuckTable } from './duckTable.ts';
import type { DeliveryMapping, RejectedRows } from './factSource.ts';
import type { Reason, Rejections } from './rejections.ts';

/** [FSRC-5] Adds the rows that do not fit; of each reason all are counted and the first `most` shown. */
export async function rejectedRows(
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
      const [, what, cure] = decimalProblem(value, QUANTITY_LIMITS) ?? [
        '',
        'This is not a plain decimal.',
        'Write digits.',
      ];
      return { code, what, cure, column };
    }
  }
}

/** [FSRC-6] Rows that say another count for what was said before in the same report version. */
export async function conflicts(table: DuckTable, mapping: DeliveryMapping, most: number): Promise<RejectedRows[]> {
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
