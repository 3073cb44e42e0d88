/** (b) One preview of the 65-line television contract, as the grid asks for it after an edit: compile and bill, then the bill alone. */
import { preview, previewJson } from '@countersign/shared/billing';
import { compileVersion } from '@countersign/shared/model/compile';
import { tvContract } from '../sync-server/demo/tvContract.ts';
import { contentOfSheets } from '../sync-server/testKit/demoContent.ts';
import { ms, percentile, say, sayMachine } from './measure.ts';

const RUNS = 300;

const document = tvContract();
const content = contentOfSheets(document.contractId, document.kind, document.versions.at(-1)?.sheets ?? {});
const meta = { versionId: 'v-3', contractId: document.contractId, kind: 'ORIGINAL', sequence: 1 } as const;
const facts = { delivery: [], touches: [], actions: [] };

function compiled() {
  const { version } = compileVersion(content, meta);
  if (version === null) throw new Error('the contract does not compile');
  return version;
}

function times(work: () => unknown): number[] {
  for (let i = 0; i < 30; i += 1) work();
  const found: number[] = [];
  for (let i = 0; i < RUNS; i += 1) {
    const begun = performance.now();
    work();
    found.push(performance.now() - begun);
  }
  return found.sort((a, b) => a - b);
}

sayMachine('One preview of the 65-line contract');
const version = compiled();
const bill = (given = version) => preview({ versions: [given], facts, period: '2016-11' });
say(
  `${version.lines?.length ?? 0} lines, ${version.clauses?.length ?? 0} clauses; net ${bill().totals.net} USD with a trace of every amount.`,
);
for (const [name, work] of [
  ['compile the sheets and bill', () => bill(compiled())],
  ['bill alone', () => bill()],
  ['bill and its canonical bytes', () => previewJson(bill())],
] as const) {
  const found = times(work);
  say(
    `${name.padEnd(32)} median ${ms(percentile(found, 50))}, p95 ${ms(percentile(found, 95))}, p99 ${ms(percentile(found, 99))} (${RUNS} runs)`,
  );
}
say('One frame at 60 a second is 16.7 ms.');
