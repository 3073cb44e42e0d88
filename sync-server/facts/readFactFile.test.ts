import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFactStore } from './factStore.ts';
import { readFactFile } from './readFactFile.ts';
import { duckFactSource } from './source/index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const NAME = 'march.csv';
const left = () => readdirSync(folder).filter((name) => name.startsWith('countersign-facts-'));

const { TMPDIR } = process.env;
let folder = '';
let parquet: Buffer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-parquet-'));
  // Folders of this file only, so that other tests on this machine are not counted.
  process.env.TMPDIR = folder;
  const path = join(folder, 'rows.parquet');
  const db = await DuckDBInstance.create(':memory:');
  const connection = await db.connect();
  await connection.run(
    `COPY (SELECT 'a' AS line, DATE '2026-03-01' + CAST(i AS INTEGER) AS day, i AS units FROM range(20) t(i)) TO '${path}' (FORMAT parquet)`,
  );
  connection.closeSync();
  db.closeSync();
  parquet = await readFile(path);
});
afterAll(async () => {
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
  await rm(folder, { recursive: true });
});

describe('a fact file sent to the server', () => {
  it('[FSRC-13] a packed file that unpacks to more than is let in is refused before it is read, and no other while it may', async () => {
    const csv = `line,date,quantity\n${'a,2026-03-01,5\n'.repeat(2000)}`;
    const path = join(folder, 'packed.csv.gz');
    await writeFile(path, gzipSync(csv));
    const refused = await duckFactSource({ unpacked: csv.length - 1 })
      .delivery(path)
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'TOO_LARGE',
      what: expect.stringContaining(`more than ${csv.length - 1} bytes`),
    });
    expect((await duckFactSource({ unpacked: csv.length }).delivery(path)).delivery.length).toBeGreaterThan(0);
  });

  it('[FSRC-12] CSV, packed CSV, JSON and Parquet become rows with their place in the file', async () => {
    const csv = 'line,date,quantity\na,2026-03-01,5\na,2026-03-02,6\n';
    const json = JSON.stringify([{ line: 'a', date: '2026-03-01', quantity: '5' }]);
    expect((await readFactFile('delivery', bytes(csv), NAME)).delivery).toEqual([
      [2, { lineId: 'a', localDate: '2026-03-01', quantity: '5' }],
      [3, { lineId: 'a', localDate: '2026-03-02', quantity: '6' }],
    ]);
    expect((await readFactFile('delivery', gzipSync(csv), NAME)).delivery).toHaveLength(2);
    expect((await readFactFile('delivery', bytes(json), NAME)).delivery?.[0]?.[0]).toBe(1);
    expect((await readFactFile('delivery', parquet, 'rows.parquet')).delivery).toHaveLength(20);
    const touches = await readFactFile(
      'touches',
      bytes('id,actor id,type,partner,at\nt1,u,CLICK,p,2026-03-01T12:00:00Z\n'),
      NAME,
    );
    expect(touches.touches).toEqual([
      [2, { id: 't1', actorId: 'u', touchType: 'CLICK', partnerId: 'p', at: '2026-03-01T12:00:00Z' }],
    ]);
  });

  it('[FSRC-12] rows that the file gives again are counted, and a contradiction is told once, by the store', async () => {
    const head = 'line,date,quantity,report version\n';
    const file = bytes(
      `${head}a,2026-03-01,5,1\na,2026-03-01,5,1\na,2026-03-02,1,1\na,2026-03-02,2,2\nb,2026-03-01,7,1\nb,2026-03-01,8,1\n`,
    );
    const store = openFactStore(':memory:');
    const batch = { contractId: 'c', fileName: NAME, fileHash: 'aa', at: '2026-04-01T00:00:00.000Z' };
    const kept = store.keep({ ...batch, ...(await readFactFile('delivery', file, NAME)) });
    expect(kept).toMatchObject({ added: 3, replaced: 1, same: 1, rejected: [{ row: 7 }] });
    expect(store.facts('c').delivery.map(({ quantity }) => quantity)).toEqual(['5', '2', '7']);
  });

  it('[FSRC-12] many rows stay rows: a later file may replace any of them', async () => {
    const rows = Array.from({ length: 6_000 }, (_, i) => `a,2026-03-01,1,k${i}`);
    const read = await readFactFile('delivery', bytes(`line,date,quantity,key\n${rows.join('\n')}\n`), NAME);
    expect(read.delivery).toHaveLength(6_000);
  });

  it('[FSRC-12] every rejected row is listed with its reason, however many', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => `a,2026-03-01,${i % 2 === 0 ? 'oops' : '1.5.2'}`);
    const { rejected, delivery } = await readFactFile(
      'delivery',
      bytes(`line,date,quantity\n${rows.join('\n')}\n`),
      NAME,
    );
    expect(delivery).toEqual([]);
    expect(rejected).toHaveLength(300);
    expect(rejected.map(({ row }) => row)).toEqual(Array.from({ length: 300 }, (_, i) => i + 2));
  });

  const latin1 = Buffer.from('line,date,quantity\nMünchen,2026-03-01,5\n', 'latin1');
  const utf16 = Buffer.from('line,date,quantity\na,2026-03-01,5\n', 'utf16le');
  it.each([
    ['an empty file', () => new Uint8Array(), 'EMPTY_FILE'],
    ['a heading alone', () => bytes('line,date,quantity\n'), 'NO_ROWS'],
    ['a heading without a needed column', () => bytes('line,date\na,2026-03-01\n'), 'MISSING_COLUMN'],
    ['one heading twice', () => bytes('line,date,quantity,Date\na,2026-03-01,5,2026-03-02\n'), 'SAME_HEADING'],
    ['text that is not UTF-8', () => latin1, 'BAD_CSV'],
    ['text in UTF-16', () => utf16, 'NOT_A_FACT_FILE'],
    ['a row with a cell too many', () => bytes('line,date,quantity\na,2026-03-01,5,6,7\n'), 'BAD_CSV'],
    ['an open quote', () => bytes('line,date,quantity\n"a,2026-03-01,5\n'), 'BAD_CSV'],
    ['broken JSON', () => bytes('[{"line":"a","date":'), 'BAD_JSON'],
    [
      'a packed file that was cut off',
      () => gzipSync('line,date,quantity\na,2026-03-01,5\n').subarray(0, 30),
      'BAD_GZIP',
    ],
    ['a Parquet file that was cut off', () => parquet.subarray(0, parquet.length - 200), 'BAD_PARQUET'],
    ['a Parquet file of its first bytes', () => parquet.subarray(0, 8), 'BAD_PARQUET'],
    ['too many rows', () => bytes(`line,date,quantity\n${'a,2026-03-01,5\n'.repeat(100_001)}`), 'TOO_LARGE'],
  ])('[FSRC-12] %s is refused with its name, and nothing is left behind', async (_, make, code) => {
    const failure: unknown = await readFactFile('delivery', make(), NAME).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code, place: { file: NAME } });
    expect(String(failure)).not.toContain(tmpdir());
    expect(left()).toEqual([]);
  });

  it.each([
    ['a workbook', '504b0304140000000800', /This is a workbook or a zip archive, and no CSV/],
    ['an old workbook', 'd0cf11e0a1b11ae10000', /This is an old Excel file or one with a password, and no CSV/],
    ['what Excel calls Unicode text', 'fffe6c0069006e006500', /This is text in UTF-16, and no UTF-8 CSV/],
    ['anything else', '6c00ff', /This is no CSV, JSON or Parquet file\. Save its table as CSV/],
  ])('[FSRC-1] %s is refused with what it is', async (_, hex, words) => {
    await expect(readFactFile('delivery', Buffer.from(hex, 'hex'), NAME)).rejects.toThrow(words);
  });
});
