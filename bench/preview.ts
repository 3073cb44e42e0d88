/**
 * (a) A billing preview of many delivery rows against 1,000 lines, beside programs that only add the same rows up.
 * `node bench/preview.ts [ROWS] [--growth]`: each size of the growth table runs in a process of its own, so that its memory is its own.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Facts, preview } from '@countersign/shared/billing';
import { bucketsOf, columnsOf, contract, factsOf, lineName, rateOf } from './delivery.ts';
import { count, megabytes, ms, ratio, say, sayMachine, spread, type Timed, timed } from './measure.ts';
import { Decimal, decimalFacts, floatByLineAndDay, floatColumns, floatFacts } from './rivals.ts';

const version = contract();
const PERIOD = '2026-03';
const RUNS = 5;

const numbers = Array.from({ length: 1000 }, (_, i) => Number(rateOf(i)));
const byName = new Map(numbers.map((rate, i) => [lineName(i), rate]));
const decimals = new Map(numbers.map((_, i) => [lineName(i), new Decimal(rateOf(i))]));

function net(facts: Partial<Facts>): string {
  return preview({ versions: [version], facts: { delivery: [], touches: [], actions: [], ...facts }, period: PERIOD })
    .totals.net;
}

async function sideBySide(rows: number): Promise<void> {
  const columns = columnsOf(rows);
  const buckets = bucketsOf(columns);
  const facts = factsOf(rows);
  const totals = new Set([net({ columns }), net({ columns: buckets }), net({ delivery: facts })]);
  if (totals.size !== 1) throw new Error(`the three shapes give different bills: ${[...totals].join(', ')}`);

  const none = await timed(RUNS, () => net({}));
  const ofBuckets = await timed(RUNS, () => net({ columns: buckets }));
  const ofColumns = await timed(RUNS, () => net({ columns }));
  const ofFacts = await timed(RUNS, () => net({ delivery: facts }));
  const float = await timed(RUNS, () => floatFacts(facts, byName));
  const floatDays = await timed(RUNS, () => floatByLineAndDay(facts, byName));
  const floatTyped = await timed(RUNS, () => floatColumns(columns, numbers));
  const decimal = await timed(3, () => decimalFacts(facts, decimals));

  say(`## ${count(rows)} rows, 1,000 lines, 30 days; every preview ${[...totals][0]} USD, exact and traced`);
  const line = (name: string, time: Timed, against = ''): void => say(`${name.padEnd(58)} ${spread(time)}${against}`);
  say('Countersign');
  line('  preview, rows one by one as JSON gives them', ofFacts);
  line('  preview, rows as columns (after import)', ofColumns);
  line('  preview, daily sums (what an import keeps)', ofBuckets);
  line('  preview without any delivery: 1,000 lines alone', none);
  say('Plain programs over the same rows, which do far less');
  line('  float, one total, rows one by one', float);
  line('  float, by line and day, rows one by one', floatDays);
  line('  float, one total, columns', floatTyped);
  line('  decimal.js at every row, one total', decimal);
  say('Ratios (time of the preview ÷ time of the other; below 1 the preview is faster)');
  say(`  rows one by one ÷ float, one total                        ${ratio(ofFacts.median, float.median)}`);
  say(`  rows one by one ÷ float by line and day                   ${ratio(ofFacts.median, floatDays.median)}`);
  say(`  columns ÷ float over the same rows one by one             ${ratio(ofColumns.median, float.median)}`);
  say(`  columns ÷ float over the same columns                     ${ratio(ofColumns.median, floatTyped.median)}`);
  say(`  rows one by one ÷ decimal.js at every row                 ${ratio(ofFacts.median, decimal.median)}`);
  say(`  columns ÷ decimal.js at every row                         ${ratio(ofColumns.median, decimal.median)}`);
  say(`The float total is ${floatFacts(facts, byName)}, unrounded and with the error of ${count(rows)} additions.`);
  say('big.js and bignumber.js are not installed here and were not measured.');
  say();
}

interface Grown {
  readonly rows: number;
  readonly columnsMs: number;
  readonly factsMs: number | null;
  readonly floatMs: number;
  readonly dataBytes: number;
  readonly peakBytes: number;
}

/** One size in this process: what the rows take, and how far the process grew in all. */
function grow(rows: number): Grown {
  const before = process.memoryUsage.rss();
  const columns = columnsOf(rows);
  const dataBytes = columns.series.byteLength + columns.days.byteLength + columns.quantities.byteLength;
  const once = (work: () => unknown): number => {
    work();
    const begun = performance.now();
    work();
    return performance.now() - begun;
  };
  const columnsMs = once(() => net({ columns }));
  const peakBytes = process.resourceUsage().maxRSS * 1024 - before;
  const floatMs = once(() => floatColumns(columns, numbers));
  const facts = rows > 1_000_000 ? null : factsOf(rows);
  const factsMs = facts === null ? null : once(() => net({ delivery: facts }));
  return { rows, columnsMs, factsMs, floatMs, dataBytes, peakBytes };
}

function growth(): void {
  say('## Growth; second run of each, every size in a process of its own');
  say('rows         preview, columns   preview, one by one   float, columns   the columns   process grew by');
  for (const rows of [10_000, 100_000, 1_000_000, 10_000_000]) {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [fileURLToPath(import.meta.url), '--one', String(rows)],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`the run with ${rows} rows failed: ${stderr}`);
    const grown = JSON.parse(stdout) as Grown;
    const single = grown.factsMs === null ? 'not run' : ms(grown.factsMs);
    say(
      `${count(rows).padEnd(12)} ${ms(grown.columnsMs).padStart(16)} ${single.padStart(21)} ${ms(grown.floatMs).padStart(16)} ${megabytes(grown.dataBytes).padStart(13)} ${megabytes(grown.peakBytes).padStart(17)}`,
    );
  }
  say('10,000,000 rows one by one would hold several gigabytes of objects; nothing here keeps them so.');
}

const [first, second] = process.argv.slice(2);
if (first === '--one') say(JSON.stringify(grow(Number(second))));
else {
  sayMachine('Billing preview');
  await sideBySide(Number(first ?? 1_000_000));
  growth();
}
