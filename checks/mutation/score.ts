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
/** Not in the sample (kernelRunner.ts). */
const LEFT = ['RuntimeError'];
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

/**
 * Of a sample, killed and survived are of the judged mutants, those that no test reaches are of all. The score is then
 * estimated: what share of the reached would be killed, times the share that is reached, with its 95 % margin.
 */
function row(name: string, mutants: readonly Mutant[]): string {
  const count = (...of: string[]): number => mutants.filter(({ status }) => of.includes(status)).length;
  const [killed, survived, unreached, left] = [
    count(...KILLED),
    count('Survived'),
    count('NoCoverage'),
    count(...LEFT),
  ];
  const judged = Math.max(killed + survived, 1);
  const reached = judged + left;
  const share = killed / judged;
  const percent = (100 * reached) / (reached + unreached);
  const margin = 1.96 * Math.sqrt(((share * (1 - share)) / judged) * (left / reached));
  const score = `${(percent * share).toFixed(1)}${left === 0 ? '' : ` ± ${(percent * margin).toFixed(1)}`} %`;
  const cells = [name, reached + unreached, judged, killed, survived, unreached, count('Ignored'), score];
  return `| ${cells.join(' | ')} |`;
}

console.log('| folder | mutants | judged | killed | survived | not reached | constants | score |');
console.log('|---|---|---|---|---|---|---|---|');
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
