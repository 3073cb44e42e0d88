/**
 * `countersign contract`: contract versions as files that a person fills in. Owns the command line and the words; reading and
 * writing are contractFiles', what a version may say is the model's.
 *
 * Exit codes: 0 written, or nothing to look at; 1 refused, or something to look at; 2 wrong usage or a file that cannot be read or written.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { parseArgs } from 'node:util';
import { contractDoubts } from '@countersign/shared/model';
import { DomainError } from '@countersign/shared/money';
import { writeBook, writeTemplate } from '../contractFiles/writeBook.ts';
import { readVersions, UsageError } from './contractFile.ts';

const USAGE = `countersign contract template --out FILE.xlsx|FOLDER
       countersign contract check FILE [--json]
       countersign contract convert FILE --out FILE.json|FILE.xlsx|FOLDER

A contract version is a workbook (.xlsx), a folder with one CSV file a sheet, or JSON; all three say the same.
  template   writes an empty workbook with every column; its sheet Guide says what each takes
  check      reads a version as the preview does and names what probably is not meant: links to nothing, rules that never act, clauses that
             nothing rests on
  convert    writes the same version in another form
Exit codes: 0 written, or nothing to look at; 1 refused, or something to look at; 2 wrong usage or a file that cannot be read or written.
`;

/** Runs the subcommand. Resolves to the exit code. */
export async function run(args: string[]): Promise<number> {
  try {
    return await contract(args);
  } catch (error) {
    if (error instanceof DomainError) {
      process.stderr.write(`countersign contract: ${error.message}\n`);
      return 1;
    }
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`countersign contract: ${error.message}\n\n${USAGE}`);
    return 2;
  }
}

async function contract(args: string[]): Promise<number> {
  const { values, positionals } = parsed(args);
  const [action, file, ...more] = positionals;
  if (values.help === true) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (action === 'template' && file === undefined) return template(freeOut(values.out));
  if (file === undefined || more.length > 0 || (action !== 'check' && action !== 'convert'))
    throw new UsageError('Say template, or check or convert and one file.');
  return action === 'check' ? check(file, values.json === true) : convert(file, freeOut(values.out));
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      strict: true,
      allowPositionals: true,
      options: { out: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function freeOut(out: string | undefined): string {
  if (out === undefined) throw new UsageError('--out is needed.');
  if (existsSync(out)) throw new UsageError(`${out} is there already and was not changed. Name another.`);
  return out;
}

function template(out: string): number {
  written(out, () => writeTemplate(out));
  process.stdout.write(
    `${out} is written. Fill in Terms and Lines first; "countersign contract check ${out}" says what is missing.\n`,
  );
  return 0;
}

async function check(file: string, json: boolean): Promise<number> {
  const versions = await readVersions([file]);
  const doubts = versions.flatMap((version) => contractDoubts(version));
  if (json) process.stdout.write(`${JSON.stringify(doubts)}\n`);
  else if (doubts.length === 0) process.stdout.write(`${file} can be billed. Nothing to look at.\n`);
  else {
    const listed = doubts.map(({ path, what, cure }) => `  ${path}: ${what} ${cure}`);
    process.stdout.write([`${file} can be billed. To look at:`, ...listed, ''].join('\n'));
  }
  return doubts.length === 0 ? 0 : 1;
}

async function convert(file: string, out: string): Promise<number> {
  const [version, ...more] = await readVersions([file]);
  if (version === undefined || more.length > 0)
    throw new UsageError(`${file} holds ${more.length + 1} versions. Give each its own file.`);
  if (extname(out).toLowerCase() === '.json')
    written(out, () => writeFileSync(out, `${JSON.stringify(version, null, 2)}\n`, { flag: 'wx' }));
  else written(out, () => writeBook(version, out));
  process.stdout.write(`${out} is written.\n`);
  return 0;
}

function written(out: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new UsageError(`${out} cannot be written: ${error.message}.`);
  }
}
