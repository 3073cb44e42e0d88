// `countersign conformance FILE…`: runs vector files through the product's own functions. Owns the words and exit codes.
//
// Exit codes: 0 every vector passed; 1 at least one failed; 2 wrong usage, or a file that cannot be read or is of no
// known schema. The last line of the plain output is "N passed, N failed" and nothing else.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseVectorFile, runVectors, type VectorOutcome } from '@countersign/shared/conformance';

const USAGE = `countersign conformance FILE… [--json]

Runs every vector of the files (schemas of shared/vectors) and counts what passes.
  --json   print {passed, failed, files: [{file, passed, failed, outcomes}]}
Exit codes: 0 all passed; 1 a vector failed; 2 wrong usage, or a file that cannot be read.
`;

interface FileReport {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly outcomes: readonly VectorOutcome[];
}

async function runFile(file: string): Promise<FileReport | string> {
  try {
    const outcomes = await runVectors(parseVectorFile(readFileSync(file, 'utf8')));
    const passed = outcomes.filter((outcome) => outcome.pass).length;
    return { file, passed, failed: outcomes.length - passed, outcomes };
  } catch (error) {
    return `${file}: ${error instanceof Error ? error.message : String(error)} Give a JSON file of vectors.`;
  }
}

function report({ file, passed, failed, outcomes }: FileReport): void {
  process.stdout.write(`${file}: ${passed} of ${passed + failed} passed\n`);
  for (const outcome of outcomes) {
    if (outcome.pass) continue;
    process.stdout.write(
      `  failed ${outcome.id} (${outcome.kind})${outcome.note === undefined ? '' : `: ${outcome.note}`}\n`,
    );
    process.stdout.write(
      `    expected ${JSON.stringify(outcome.expected)}\n    actual   ${JSON.stringify(outcome.actual)}\n`,
    );
  }
}

/** Runs the subcommand. Resolves to the exit code. */
export async function run(args: string[]): Promise<number> {
  let files: string[];
  let json: boolean;
  try {
    const parsed = parseArgs({
      args,
      options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    if (parsed.values.help === true) {
      process.stdout.write(USAGE);
      return 0;
    }
    files = parsed.positionals;
    json = parsed.values.json === true;
  } catch (error) {
    process.stderr.write(
      `countersign conformance: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`,
    );
    return 2;
  }
  if (files.length === 0) {
    process.stderr.write(`countersign conformance: name at least one vector file.\n\n${USAGE}`);
    return 2;
  }
  const reports: FileReport[] = [];
  let unreadable = false;
  for (const file of files) {
    const result = await runFile(file);
    if (typeof result === 'string') {
      process.stderr.write(`countersign conformance: ${result}\n`);
      unreadable = true;
    } else reports.push(result);
  }
  const passed = reports.reduce((total, r) => total + r.passed, 0);
  const failed = reports.reduce((total, r) => total + r.failed, 0);
  if (json) process.stdout.write(`${JSON.stringify({ passed, failed, files: reports })}\n`);
  else {
    for (const each of reports) report(each);
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
  }
  if (unreadable) return 2;
  return failed > 0 ? 1 : 0;
}
