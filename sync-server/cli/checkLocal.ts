/**
 * `npm run check:local`: a real, dirty delivery file of 567,291 rows, read from beside the project and never copied, billed and
 * compared with its published control totals. Owns the contract it is billed against and the report. Where the file is absent it
 * fails and says what is missing: a check that was not made must not look like one that passed.
 *
 * Exit codes: 0 everything agrees; 1 something is missing or differs.
 */
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';
import { type PreviewResult, preview } from '@countersign/shared/billing';
import type { ContractVersion } from '@countersign/shared/model';
import { compare, decimalOf } from '@countersign/shared/money';
import { type DeliveryMapping, type DeliveryRead, EACH_ROW, readDelivery } from '../facts/source/index.ts';

/** Where the data lies, beside the project; another folder may be named. */
const FOLDER =
  process.argv[2] ??
  join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'shared', 'data', 'publisher_delivery_jun2019');
const ROWS = 'delivery_rows.csv.gz';
const BY_LINE = 'delivery_daily_by_line.csv.gz';
const CONTROL = 'control_totals.json';

/** A line is what the ad server booked: one order on one ad unit, sold one way. */
const LINE_COLUMNS = ['order_id', 'ad_unit_id', 'line_item_type_id'] as const;
const RATE = '2.35';
const RATE_CENTS = 235n;

const MAPPING: DeliveryMapping = {
  lineId: LINE_COLUMNS,
  localDate: 'date',
  quantities: {
    IMPRESSIONS: 'total_impressions',
    MEASURABLE: 'measurable_impressions',
    VIEWABLE: 'viewable_impressions',
  },
  key: EACH_ROW,
  amounts: ['total_revenue'],
  anomalies: [
    { name: 'negative revenue', kind: 'NEGATIVE', column: 'total_revenue' },
    { name: 'no impressions', kind: 'ZERO', column: 'total_impressions' },
    { name: 'viewable above measurable', kind: 'ABOVE', column: 'viewable_impressions', of: 'measurable_impressions' },
    { name: 'measurable above impressions', kind: 'ABOVE', column: 'measurable_impressions', of: 'total_impressions' },
    { name: 'revenue without impressions', kind: 'WITHOUT', column: 'total_revenue', of: 'total_impressions' },
  ],
};

interface Compared {
  readonly what: string;
  readonly published: string;
  readonly here: string;
  readonly same: boolean;
}

function contractOf(lines: readonly string[]): ContractVersion {
  return {
    id: 'v-check',
    contractId: 'c-check',
    number: 'CHECK-LOCAL',
    currency: 'USD',
    timeZone: 'America/New_York',
    effectiveFrom: '2019-06-01',
    recordedAt: '2019-05-20T00:00:00Z',
    lines: lines.map((id) => ({ id, rateType: 'CPM', price: { type: 'UNIT', rate: RATE } })),
  };
}

/** Impressions by line from the other file of the folder, which its publisher grouped: an answer that is not ours. */
async function publishedImpressions(): Promise<Map<string, bigint>> {
  const sums = new Map<string, bigint>();
  let columns: string[] | null = null;
  for await (const text of createInterface({ input: createReadStream(join(FOLDER, BY_LINE)).pipe(createGunzip()) })) {
    const cells = text.split(',');
    if (columns === null) {
      columns = cells;
      continue;
    }
    const of = (name: string): string => cells[columns?.indexOf(name) ?? -1] ?? '';
    const line = LINE_COLUMNS.map(of).join('/');
    sums.set(line, (sums.get(line) ?? 0n) + BigInt(of('total_impressions')));
  }
  return sums;
}

/** Cents of a CPM bill, each line rounded once and half up: written out here, apart from the kernel. */
function centsOf(impressions: ReadonlyMap<string, bigint>): bigint {
  let cents = 0n;
  for (const count of impressions.values()) cents += (count * RATE_CENTS * 2n + 1000n) / 2000n;
  return cents;
}

function dollars(cents: bigint): string {
  return `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`;
}

async function compareAll(read: DeliveryRead, bill: PreviewResult): Promise<Compared[]> {
  // The numbers of the control file keep their written digits: they are compared as text, never as doubles.
  const control = readFileSync(join(FOLDER, CONTROL), 'utf8');
  const published = (name: string): string =>
    new RegExp(`"${name}"\\s*:\\s*(-?[0-9.]+)`).exec(control)?.[1] ?? 'not stated';
  const anomaly = (name: string): string =>
    String(read.anomalies.find((found) => found.name === name)?.count ?? 'not looked for');
  const rows: [what: string, published: string, here: string][] = [
    ['rows', published('rows'), String(read.rows)],
    ['impressions', published('total_impressions'), read.totals.IMPRESSIONS ?? ''],
    ['measurable impressions', published('measurable'), read.totals.MEASURABLE ?? ''],
    ['viewable impressions', published('viewable'), read.totals.VIEWABLE ?? ''],
    ['revenue', published('total_revenue'), read.amounts.total_revenue ?? ''],
    ['rows with negative revenue', published('rows_negative_revenue'), anomaly('negative revenue')],
    ['rows without impressions', published('rows_zero_impressions'), anomaly('no impressions')],
    [
      'rows with revenue and no impressions',
      published('rows_zero_impressions_with_revenue'),
      anomaly('revenue without impressions'),
    ],
    [
      'rows with viewable above measurable',
      published('rows_viewable_gt_measurable'),
      anomaly('viewable above measurable'),
    ],
    ['bill at a CPM of 2.35, grouped file', dollars(centsOf(await publishedImpressions())), bill.totals.net],
  ];
  return rows.map(([what, expected, here]) => ({ what, published: expected, here, same: equal(expected, here) }));
}

/** Equal as exact decimals: 39563.1192 and 39563.11920 are one amount. */
function equal(a: string, b: string): boolean {
  const decimal = /^-?\d+(\.\d+)?$/;
  return decimal.test(a) && decimal.test(b) && compare(decimalOf(a), decimalOf(b)) === 0;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function check(): Promise<number> {
  const missing = [ROWS, BY_LINE, CONTROL].filter((name) => !existsSync(join(FOLDER, name)));
  if (missing.length > 0) {
    process.stderr.write(
      `check:local could not be made: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing from ` +
        `shared/data/publisher_delivery_jun2019 beside the project. The data may not be copied into it. Nothing was checked.\n`,
    );
    return 1;
  }
  const begun = performance.now();
  const read = await readDelivery(join(FOLDER, ROWS), MAPPING);
  const readMs = performance.now() - begun;
  const names = read.columns?.names ?? [];
  const lines = [...new Set(names.map(({ lineId }) => lineId))];
  const started = performance.now();
  const bill = preview({
    versions: [contractOf(lines)],
    facts: { delivery: read.delivery, columns: read.columns, touches: [], actions: [] },
    period: '2019-06',
  });
  const billMs = performance.now() - started;

  say(
    `${read.rows.toLocaleString('en-US')} rows read in ${(readMs / 1000).toFixed(1)} s as ${read.columns?.quantities.length ?? 0} daily sums of ${lines.length} lines; billed in ${billMs.toFixed(0)} ms.`,
  );
  const compared = await compareAll(read, bill);
  for (const { what, published, here, same } of compared) {
    say(
      `${same ? 'same   ' : 'DIFFERS'}  ${what.padEnd(40)} published ${published.padStart(12)}   here ${here.padStart(12)}`,
    );
  }
  say('Rows worth a look (they are billed as they stand):');
  for (const { name, count, samples } of read.anomalies) {
    const shown = samples.slice(0, 2).map(({ row, value }) => `row ${row}: ${value}`);
    say(`  ${name}: ${count.toLocaleString('en-US')}${shown.length === 0 ? '' : ` (${shown.join('; ')})`}`);
  }
  say(read.rejected.length === 0 ? 'No row was rejected.' : 'Rejected rows:');
  for (const { what, column, count } of read.rejected) say(`  ${count} in column ${column}: ${what}`);
  const differs = compared.filter(({ same }) => !same).length + read.rejected.length + bill.rejectedFacts.length;
  say(differs === 0 ? 'Everything agrees.' : `${differs} differ.`);
  return differs === 0 ? 0 : 1;
}

process.exitCode = await check();
