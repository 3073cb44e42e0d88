// Every rule in docs/spec is quoted by a test, and every rule a test quotes exists. Owns the cross-check, not the rules.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const RULE = /^(?:[-*]\s+)?\*\*([A-Z]+-\d+[a-z]?)\*\*/gm;
const QUOTE = /\[([A-Z]+-\d+[a-z]?)(?:[,;]\s*([A-Z]+-\d+[a-z]?))*\]/g;
const FOLDERS = ['shared', 'sync-server', 'desktop', 'e2e', 'sim', 'torture'];

const all = (text: string, pattern: RegExp, one: RegExp): string[] =>
  [...text.matchAll(pattern)].flatMap((match) => match[0].match(one) ?? []);

const defined = new Map<string, string>();
const twice: string[] = [];
for (const file of readdirSync(join(ROOT, 'docs/spec')).filter((name) => name.endsWith('.md'))) {
  for (const id of all(readFileSync(join(ROOT, 'docs/spec', file), 'utf8'), RULE, /[A-Z]+-\d+[a-z]?/)) {
    if (defined.has(id)) twice.push(`${id} in ${file} and ${defined.get(id)}`);
    defined.set(id, file);
  }
}

const quoted = new Map<string, string>();
let tests = 0;
for (const folder of FOLDERS) {
  for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })) {
    if (!/\.(test|spec)\.tsx?$|[cC]ontractSuite\.ts$/.test(name) || name.includes('node_modules')) continue;
    tests += 1;
    for (const id of all(readFileSync(join(ROOT, folder, name), 'utf8'), QUOTE, /[A-Z]+-\d+[a-z]?/g))
      quoted.set(id, name);
  }
}

const unknown = [...quoted]
  .filter(([id]) => !defined.has(id))
  .map(([id, file]) => `${id}, quoted in ${file}, is no rule`);
const untested = [...defined]
  .filter(([id]) => !quoted.has(id))
  .map(([id, file]) => `${id} in ${file} is quoted by no test`);
const problems = [...twice.map((text) => `Defined twice: ${text}`), ...unknown, ...untested];
for (const problem of problems) console.error(problem);
console.log(
  `SPEC rules: ${defined.size} rules, ${quoted.size} quoted in ${tests} test files, ${problems.length} problems.`,
);
process.exitCode = problems.length === 0 && defined.size > 0 ? 0 : 1;
