/**
 * `npx node checks/mutation/score.ts [file]` adds up Stryker's report by folder, as the table of docs/MUTATION.md; with
 * `--survivors` it lists every mutant that no test killed, with its line. Must not: leave any out.
 */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';

interface Mutant {
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: Place; readonly end: Place };
}
interface Place {
  readonly line: number;
  readonly column: number;
}
interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

const KILLED = ['Killed', 'Timeout'];
const ALIVE = ['Survived', 'NoCoverage'];
const { values, positionals } = parseArgs({ options: { survivors: { type: 'boolean' } }, allowPositionals: true });
const report = JSON.parse(readFileSync(positionals[0] ?? '.stryker-tmp/mutation.json', 'utf8')) as Report;

/** The part of the line that the mutant changed. */
function original(source: string, { start, end }: Mutant['location']): string {
  const line = source.split('\n')[start.line - 1] ?? '';
  return line.slice(start.column - 1, start.line === end.line ? end.column - 1 : undefined);
}

const folders = Map.groupBy(Object.entries(report.files), ([name]) => dirname(name));
const everything = Object.values(report.files).flatMap(({ mutants }) => mutants);

function row(name: string, mutants: readonly Mutant[]): string {
  const count = (...of: string[]): number => mutants.filter(({ status }) => of.includes(status)).length;
  const [killed, alive] = [count(...KILLED), count(...ALIVE)];
  const score = ((100 * killed) / Math.max(killed + alive, 1)).toFixed(1);
  const cells = [name, killed + alive, killed, count('Survived'), count('NoCoverage'), count('Ignored'), `${score} %`];
  return `| ${cells.join(' | ')} |`;
}

console.log('| folder | mutants | killed | survived | not reached | not judged | score |');
console.log('|---|---|---|---|---|---|---|');
for (const [folder, files] of folders)
  console.log(
    row(
      folder,
      files.flatMap(([, { mutants }]) => mutants),
    ),
  );
console.log(row('all', everything));
if (values.survivors)
  for (const [name, { source, mutants }] of Object.entries(report.files))
    for (const { status, mutatorName, replacement = '', location } of mutants.filter((m) => ALIVE.includes(m.status)))
      console.log(
        `${name}:${location.start.line} ${status} ${mutatorName}: ${original(source, location)} → ${replacement}`,
      );
