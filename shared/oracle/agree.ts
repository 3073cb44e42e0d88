/**
 * Test-only. The long comparison: `npx node shared/oracle/agree.ts [contracts] [seed] [family]`.
 * Prints each disagreement, shrunk, with its family and seed; exits with 1 when there is any.
 */

import { FAMILIES } from './families.ts';
import { search } from './search.ts';

const [contracts = '10000', seed = '1', only] = process.argv.slice(2);
const names = Object.keys(FAMILIES).filter((name) => only === undefined || name.includes(only));
const each = Math.ceil(Number(contracts) / names.length);
let compared = 0;
let found = 0;
for (const name of names) {
  const outcome = search(name, each, Number(seed) + names.indexOf(name));
  compared += outcome.compared;
  found += outcome.found.length;
  console.log(`${name}: ${outcome.compared} contracts compared, ${outcome.found.length} disagreements`);
  for (const text of outcome.found) console.log(text);
}
console.log(`${compared} contracts compared, ${found} disagreements.`);
process.exitCode = found === 0 ? 0 : 1;
