import { gzipSync } from 'node:zlib';
import { preview } from '@countersign/shared/billing';
import type { ContractVersion, DeliveryFact } from '@countersign/shared/model';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scratchFolder } from '../../testKit/scratchFolder.ts';
import { BUCKETS_ABOVE } from '../buckets.ts';
import { withTable } from './duckTable.ts';
import { billableDelivery, type DeliveryMapping, type DeliveryRead, EACH_ROW, readDelivery } from './index.ts';

const HEADING = 'Line,Date,Impressions,Report version,Key';

function contract(lines: readonly string[]): ContractVersion {
  return {
    id: 'v1',
    contractId: 'c1',
    number: 'IO-7',
    currency: 'USD',
    timeZone: 'America/New_York',
    effectiveFrom: '2026-01-01',
    recordedAt: '2025-12-01T00:00:00Z',
    lines: lines.map((id) => ({ id, rateType: 'CPM', price: { type: 'UNIT', rate: '2.50' } })),
  };
}

const billed = (facts: { delivery: readonly DeliveryFact[]; columns?: DeliveryRead['columns'] }) =>
  preview({
    versions: [contract(['a', 'b'])],
    facts: { ...facts, touches: [], actions: [] },
    period: '2026-03',
  });

describe('readDelivery', () => {
  const scratch = scratchFolder();
  const counts = (read: DeliveryRead): Record<string, number> =>
    Object.fromEntries(read.rejected.map(({ code, count }) => [code, count]));

  it('[FSRC-1] reads CSV, packed CSV, JSON, JSON lines, wrapped JSON and Parquet alike, whatever the name', async () => {
    const rows = [
      ['a', '2026-03-01', '1001'],
      ['b', '2026-03-02', '7'],
    ] as const;
    const csv = `lineId;date;quantity\r\n${rows.map((row) => row.join(';')).join('\r\n')}\r\n`;
    const objects = rows.map(([lineId, localDate, quantity]) => ({ lineId, localDate, quantity }));
    const parquet = scratch.path('rows.parquet');
    const db = await DuckDBInstance.create(':memory:');
    const connection = await db.connect();
    const values = rows.map(([line, day, count]) => `('${line}', DATE '${day}', ${count}::BIGINT)`).join(', ');
    await connection.run(
      `COPY (SELECT * FROM (VALUES ${values}) t("line id", "Day", "Impressions")) TO '${parquet}' (FORMAT parquet)`,
    );
    connection.closeSync();
    db.closeSync();
    const files = [
      scratch.write('rows.csv', `\uFEFF${csv}`),
      scratch.write('rows [1].csv.gz', gzipSync(csv)),
      scratch.write('rows.json', JSON.stringify(objects)),
      scratch.write('lines.txt', objects.map((object) => JSON.stringify(object)).join('\n')),
      scratch.write('wrapped.json', JSON.stringify({ delivery: objects })),
      scratch.write('remark.json', JSON.stringify({ example: 'Made up, of {"a": [1]}.', delivery: objects }, null, 2)),
      scratch.write('packed.json.gz', gzipSync(JSON.stringify(objects))),
      parquet,
    ];
    for (const path of files) {
      const read = await readDelivery(path);
      expect([path, read.delivery]).toEqual([path, objects]);
      expect(read.rejected).toEqual([]);
    }
  });

  it('[FSRC-2] the session reads its one file and no setting can be changed', async () => {
    const other = scratch.write('other.csv', 'x\n1\n');
    await withTable(scratch.write('own.csv', 'a,b\n1,2\n'), {}, async (table) => {
      for (const sql of [
        `SELECT * FROM read_csv('${other}')`,
        `SELECT * FROM read_text('/etc/hostname')`,
        `COPY (SELECT 1) TO '${scratch.path('written.csv')}'`,
        `ATTACH '${scratch.path('x.db')}'`,
        'SET enable_external_access = true',
        'INSTALL httpfs',
      ]) {
        await expect(table.run(sql), sql).rejects.toThrow(/disabled|locked|permission/i);
      }
    });
  });

  it('[FSRC-3] says which column is missing, and takes headings that hold quotes', async () => {
    await expect(readDelivery(scratch.write('m.csv', 'lineId,date\na,2026-03-01\n'))).rejects.toThrow(
      'row 1: No column holds quantity. Add a column named quantity',
    );
    const mapping: DeliveryMapping = { lineId: `l'"ine`, localDate: 'd', quantities: { CLICKS: 'q/~' }, key: [] };
    const quoted = scratch.write('q.json', JSON.stringify([{ 'l\'"ine': 'a', d: '2026-03-01', 'q/~': '5' }]));
    expect((await readDelivery(quoted, mapping)).delivery).toEqual([
      { lineId: 'a', localDate: '2026-03-01', metric: 'CLICKS', quantity: '5' },
    ]);
    await expect(readDelivery(quoted, { ...mapping, id: 'none' })).rejects.toThrow('names a column "none"');
  });

  it('[FSRC-5] lists rejected rows by reason with row and value, and keeps the others', async () => {
    const read = await readDelivery(
      scratch.write(
        'bad.csv',
        `${HEADING}\na,2026-03-01,5,,\n,2026-03-01,5,,\na,,5,,\na,2026-02-30,5,,\na,2026-3-1,5,,\na,infinity,5,,\n` +
          'a,2026-03-02,=1+1,,\na,2026-03-02,1e3,,\na,2026-03-02,,,\na,2026-03-02,1234567890123456789,,\na,2026-03-02,1,one,\n',
      ),
    );
    expect(counts(read)).toEqual({
      LINE_MISSING: 1,
      DATE_MISSING: 1,
      DATE_WRONG: 3,
      QUANTITY_MISSING: 1,
      QUANTITY_FORMULA: 1,
      QUANTITY_WRONG: 1,
      QUANTITY_LONG: 1,
      VERSION_WRONG: 1,
    });
    expect(read.rows).toBe(11);
    expect(read.delivery).toHaveLength(1);
    expect(read.rejected.find(({ code }) => code === 'DATE_WRONG')?.samples).toEqual([
      { row: 5, value: '2026-02-30' },
      { row: 6, value: '2026-3-1' },
      { row: 7, value: 'infinity' },
    ]);
  });

  it('[FSRC-4] [FSRC-5] a bill takes the whole file or nothing, with the first row that does not fit', async () => {
    const path = scratch.write('half.csv', `${HEADING}\na,2026-03-01,5,,\na,2026-03-02,=1+1,,\na,2026-03-03,x,,\n`);
    await expect(billableDelivery(path)).rejects.toThrow(/half\.csv, row 3, column Impressions: .*formula.* 2 rows/);
    await expect(billableDelivery(scratch.write('ragged.csv', 'lineId,date,quantity\na,2026-03-01\n'))).rejects.toThrow(
      /ragged\.csv: Line 2 has 2 columns where the heading has 3\. Give every row as many columns/,
    );
    await expect(billableDelivery(scratch.path('none.csv'))).rejects.toThrow('cannot be read');
    await expect(
      billableDelivery(scratch.write('f.json', '[{"lineId":"a","localDate":"2026-03-01","quantity":1.5}]')),
    ).rejects.toThrow('A JSON number with a fraction is not exact');
  });

  it('[FSRC-4] a packed file that was cut off anywhere is refused, one packed in several parts is read whole', async () => {
    const row = (i: number): string => `a,2026-03-01,${(i * 7919) % 100_000},,k${i}`;
    const text = `${HEADING}\n${Array.from({ length: 40_000 }, (_, i) => row(i)).join('\n')}\n`;
    const packed = gzipSync(text);
    for (let cut = 1; cut < 12; cut += 1) {
      const path = scratch.write(
        'cut.csv.gz',
        packed.subarray(0, packed.length - cut * Math.floor(packed.length / 12)),
      );
      await expect(readDelivery(path)).rejects.toThrow('cannot be unpacked to its end');
    }
    const parts = [`${HEADING}\n${row(1)}\n`, `${row(2)}\n`].map((part) => gzipSync(part));
    expect((await readDelivery(scratch.write('parts.csv.gz', Buffer.concat(parts)))).rows).toBe(2);
  });

  it('[FSRC-6] a higher report version replaces, the same again changes nothing, other content is refused and told', async () => {
    const read = await readDelivery(
      scratch.write(
        'v.csv',
        `${HEADING}\na,2026-03-01,5,2,\na,2026-03-01,9,1,\na,2026-03-02,5,,\na,2026-03-02,5,,\na,2026-03-03,8,,\na,2026-03-03,6,,\na,2026-03-03,6,,k2\n`,
      ),
    );
    expect([read.replaced, read.same, counts(read)]).toEqual([1, 1, { CONFLICT: 1 }]);
    expect(read.rejected[0]?.samples).toEqual([{ row: 7, value: '6' }]);
    const bill = billed(read);
    expect(bill.rejectedFacts.map(({ reason }) => reason)).toEqual([
      'The same report version was given twice with different quantities',
    ]);
    // 5 + 5 + 6 + 6 of 1,000 at 2.50
    expect(bill.totals.net).toBe('0.06');
  });

  it('[FSRC-6] counts with a knowledge time are left to the kernel, whatever their version', async () => {
    const read = await readDelivery(
      scratch.write(
        'timed.csv',
        'lineId,date,quantity,reportVersion,recordedAt\na,2026-03-01,1000,1,2026-03-02T00:00:00Z\na,2026-03-01,2000,2,2026-04-02T00:00:00Z\n',
      ),
    );
    expect(read.delivery).toHaveLength(2);
    const at = (asOf: string) =>
      preview({
        versions: [contract(['a'])],
        facts: { delivery: read.delivery, touches: [], actions: [] },
        period: '2026-03',
        asOf,
      }).totals.net;
    expect([at('2026-03-31T00:00:00Z'), at('2026-04-30T00:00:00Z')]).toEqual(['2.50', '5.00']);
  });

  it('[FSRC-7] [FSRC-8] above the limit rows become daily sums, and the bill is that of the rows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            line: fc.constantFrom('a', 'b'),
            day: fc.integer({ min: 1, max: 31 }),
            quantity: fc.oneof(
              fc.bigInt({ min: -9n, max: 10n ** 17n }).map(String),
              fc.constantFrom('0.5', '3.250', '4.0'),
            ),
            version: fc.constantFrom('', '1', '2'),
            key: fc.integer({ min: 0, max: BUCKETS_ABOVE * 2 }).map(String),
          }),
          { minLength: 30, maxLength: 60 },
        ),
        async (seeds) => {
          const rows = Array.from({ length: BUCKETS_ABOVE + 400 }, (_, i) => {
            const seed = seeds[i % seeds.length] ?? { line: 'a', day: 1, quantity: '1', version: '', key: '' };
            return { ...seed, key: i < seeds.length ? seed.key : `${i}` };
          });
          const text = rows.map(
            ({ line, day, quantity, version, key }) =>
              `${line},2026-03-${String(day).padStart(2, '0')},${quantity},${version},${key}`,
          );
          const read = await readDelivery(scratch.write('many.csv', `${HEADING}\n${text.join('\n')}\n`));
          expect(read.columns).toBeDefined();
          const single = rows.map(
            ({ line, day, quantity, version, key }): DeliveryFact => ({
              lineId: line,
              localDate: `2026-03-${String(day).padStart(2, '0')}`,
              quantity,
              key,
              ...(version === '' ? {} : { reportVersion: version === '1' ? 1 : 2 }),
            }),
          );
          expect(billed(read).totals).toEqual(billed({ delivery: single }).totals);
        },
      ),
      { numRuns: 5 },
    );
  });

  it('[FSRC-8] a sum beyond what a double holds stays exact', async () => {
    const rows = Array.from({ length: BUCKETS_ABOVE + 1 }, () => 'a,2026-03-01,999999999999999999');
    const mapping: DeliveryMapping = { lineId: 'l', localDate: 'd', quantities: { '': 'q' }, key: EACH_ROW };
    const read = await readDelivery(scratch.write('large.csv', `l,d,q\n${rows.join('\n')}\n`), mapping);
    const total = 999_999_999_999_999_999n * BigInt(BUCKETS_ABOVE + 1);
    expect(read.totals['']).toBe(String(total));
    expect([...(read.columns?.quantities ?? [])].reduce((sum, part) => sum + BigInt(part), 0n)).toBe(total);
  });

  it('[FSRC-9] adds amounts exactly and reports what is worth a look, without dropping it', async () => {
    const read = await readDelivery(
      scratch.write(
        'w.csv',
        'l,d,shown,seen,paid\na,2026-03-01,10,8,0.1\na,2026-03-01,0,2,0.2\na,2026-03-01,5,5,-0.30\na,2026-03-01,0,0,-0.0\n',
      ),
      {
        lineId: 'l',
        localDate: 'd',
        quantities: { IMPRESSIONS: 'shown', VIEWABLE: 'seen' },
        key: EACH_ROW,
        amounts: ['paid'],
        anomalies: [
          { name: 'negative', kind: 'NEGATIVE', column: 'paid' },
          { name: 'none', kind: 'ZERO', column: 'shown' },
          { name: 'above', kind: 'ABOVE', column: 'seen', of: 'shown' },
          { name: 'without', kind: 'WITHOUT', column: 'paid', of: 'shown' },
        ],
      },
    );
    expect(read.amounts).toEqual({ paid: '0' });
    expect(read.totals).toEqual({ IMPRESSIONS: '15', VIEWABLE: '15' });
    expect(read.anomalies.map(({ name, count, samples }) => [name, count, samples[0]])).toEqual([
      ['negative', 1, { row: 4, value: '-0.30' }],
      ['none', 2, { row: 3, value: '0' }],
      ['above', 1, { row: 3, value: '2 against 0' }],
      ['without', 1, { row: 3, value: '0.2 against 0' }],
    ]);
    expect(read.delivery).toHaveLength(8);
  });
});
