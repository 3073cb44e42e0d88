/**
 * (a) A billing preview of many delivery rows against 1,000 lines, beside programs that only add the same rows up.
 * `node bench/preview.ts [ROWS] [--growth]`: each size of the growth table runs in a process of its own, so that its memory is its own.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Facts, type PreviewResult, preview, previewJson } from '@countersign/shared/billing';
import type { DeliveryFact } from '@countersign/shared/model';
import { bucketsOf, columnsOf, contract, factsOf, lineName, rateOf } from './delivery.ts';
import { count, megabytes, ms, ratio, say, sayMachine, spread, type Timed } from './measure.ts';
import {
  floatByLine,
  floatByLineAndDay,
  floatByLineColumns,
  floatColumns,
  floatFacts,
  LIBRARIES,
  type Rate,
} from './rivals.ts';
import { inTurns } from './rounds.ts';

const version = contract();
const PERIOD = '2026-03';
const ROUNDS = 9;

const rates: Rate[] = Array.from({ length: 1000 }, (_, i) => [lineName(i), rateOf(i)]);
const numbers = rates.map(([, rate]) => Number(rate));
const byName = new Map(rates.map(([lineId, rate]) => [lineId, Number(rate)]));

function bill(facts: Partial<Facts>): PreviewResult {
  return preview({ versions: [version], facts: { delivery: [], touches: [], actions: [], ...facts }, period: PERIOD });
}

const net = (facts: Partial<Facts>): string => bill(facts).totals.net;

function sideBySide(rows: number): void {
  const columns = columnsOf(rows);
  const buckets = bucketsOf(columns);
  // Through JSON, as any file or request brings them: what a program holds after parsing.
  const facts = JSON.parse(JSON.stringify(factsOf(rows))) as DeliveryFact[];
  const shapes = { columns: { columns }, sums: { columns: buckets }, rows: { delivery: facts } };
  const bytes = new Set(Object.values(shapes).map((shape) => net(shape)));
  if (bytes.size !== 1) throw new Error(`the three shapes give different bills: ${[...bytes].join(', ')}`);
  const hashes = new Set([shapes.columns, shapes.rows].map((shape) => bill(shape).inputHash));
  if (hashes.size !== 1) throw new Error('rows and columns give different input hashes');

  const found = inTurns(ROUNDS, {
    rows: () => net(shapes.rows),
    rowsTraced: () => previewJson(bill(shapes.rows)),
    floatRows: () => floatFacts(facts, byName),
    floatRowsByLine: () => floatByLine(facts, byName),
    floatRowsByDay: () => floatByLineAndDay(facts, byName),
    columns: () => net(shapes.columns),
    columnsTraced: () => previewJson(bill(shapes.columns)),
    floatColumns: () => floatColumns(columns, numbers),
    floatColumnsByLine: () => floatByLineColumns(columns, numbers),
    sums: () => net(shapes.sums),
    none: () => net({}),
  });
  const libraries = inTurns(
    3,
    Object.fromEntries(Object.entries(LIBRARIES).map(([name, sum]) => [name, () => sum(facts, rates)])),
    1,
  );
  say(`## ${count(rows)} rows, 1,000 lines, 30 days; every preview ${[...bytes][0]} USD, exact`);
  const line = (name: string, time: Timed): void => say(`${name.padEnd(64)} ${spread(time)}`);
  say('Countersign');
  line('  preview, rows as parsed', found.rows);
  line('  the same with every trace written, as canonical JSON', found.rowsTraced);
  line('  preview, rows as columns (after an import)', found.columns);
  line('  the same with every trace written, as canonical JSON', found.columnsTraced);
  line('  preview, daily sums (what an import keeps)', found.sums);
  line('  preview without any delivery: 1,000 lines alone', found.none);
  say('Plain programs over the same rows, which do far less');
  line('  float, one total, rows as parsed', found.floatRows);
  line('  float by line, rows as parsed', found.floatRowsByLine);
  line('  float by line and day, rows as parsed', found.floatRowsByDay);
  line('  float, one total, columns', found.floatColumns);
  line('  float by line, columns', found.floatColumnsByLine);
  for (const [name, time] of Object.entries(libraries)) line(`  ${name} at every row, one total, rows as parsed`, time);
  say('Ratios (preview ÷ other; medians, then least times)');
  const against = (name: string, ours: Timed, theirs: Timed): void =>
    say(`  ${name.padEnd(62)} ${ratio(ours.median, theirs.median)}  ${ratio(ours.least, theirs.least)}`);
  against('rows as parsed ÷ float, one total, the same rows', found.rows, found.floatRows);
  against('rows as parsed ÷ float by line, the same rows', found.rows, found.floatRowsByLine);
  against('rows as parsed ÷ float by line and day, the same rows', found.rows, found.floatRowsByDay);
  against('columns ÷ float, one total, rows as parsed', found.columns, found.floatRows);
  against('columns ÷ float by line, rows as parsed', found.columns, found.floatRowsByLine);
  against('columns ÷ float by line and day, rows as parsed', found.columns, found.floatRowsByDay);
  against('columns ÷ float by line, columns', found.columns, found.floatColumnsByLine);
  for (const [name, time] of Object.entries(libraries)) {
    against(`rows as parsed ÷ ${name} at every row`, found.rows, time);
    against(`columns ÷ ${name} at every row`, found.columns, time);
  }
  say(`The float total is ${floatFacts(facts, byName)}, unrounded and with the error of ${count(rows)} additions.`);
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
  sideBySide(Number(first ?? 1_000_000));
  growth();
}
