/**
 * Test-only. The long comparison: `npm run agree -- [contracts] [seed] [family]`.
 * Prints each family with its contracts, how many of them bill and reach what it is there for, and each disagreement,
 * shrunk, with its family and seed; exits with 1 when there is any.
 */
import { FAMILIES } from './families.ts';
import { reachOf, search } from './search.ts';

/** So many contracts of each family are billed a second time without its terms, to see that they matter. */
const SAMPLE = 200;

const [contracts = '10000', seed = '1', only] = process.argv.slice(2);
const names = Object.keys(FAMILIES).filter((name) => only === undefined || name.includes(only));
const each = Math.ceil(Number(contracts) / names.length);
const begun = performance.now();
const percent = (part: number, all: number): string => `${Math.round((100 * part) / Math.max(all, 1))}%`.padStart(4);

let [compared, found, sampled, billed, reached] = [0, 0, 0, 0, 0];
console.log('contracts  disagree  bill  reach  family');
for (const [place, name] of names.entries()) {
  const outcome = search(name, each, Number(seed) + place);
  const reach = reachOf(name, Math.min(SAMPLE, each), Number(seed) + place);
  [compared, found] = [compared + outcome.compared, found + outcome.found.length];
  [sampled, billed, reached] = [sampled + reach.sampled, billed + reach.bill, reached + reach.reach];
  const shares = `${percent(reach.bill, reach.sampled)}   ${percent(reach.reach, reach.sampled)}`;
  console.log(
    `${String(outcome.compared).padStart(9)}  ${String(outcome.found.length).padStart(8)}  ${shares}  ${name}`,
  );
  for (const text of outcome.found) console.log(text);
}
const seconds = Math.round((performance.now() - begun) / 1000);
console.log(
  `${names.length} families, ${compared} contracts compared at two times each, 0 skipped, ${found} disagreements, ${seconds} s; of ${sampled} sampled ${percent(billed, sampled).trim()} bill and ${percent(reached, sampled).trim()} reach their terms.`,
);
process.exitCode = found === 0 ? 0 : 1;
