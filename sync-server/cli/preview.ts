// `countersign preview`: one period's bill from files. Owns reading the files and the words of refusals; the bill is the
// kernel's. With --json the output is the exact bytes of previewJson and one line break.
//
// Exit codes: 0 a bill was printed; 1 a contract, a fact or the request is refused, with file, row, column and cure on
// stderr; 2 wrong usage, or a file that cannot be read.
import { parseArgs } from 'node:util';
import { type Facts, type PreviewResult, preview, previewJson } from '@countersign/shared/billing';
import { DomainError } from '@countersign/shared/money';
import { readVersions, UsageError } from './contractFile.ts';
import { readPosted } from './postedFile.ts';
import { statedContract, statementText } from './statement.ts';
import { explained } from './workspace/exitCode.ts';
import { IDENTITY_HELP, IDENTITY_OPTIONS } from './workspace/identity.ts';
import { workspacePreview } from './workspace/preview.ts';

const USAGE = `countersign preview --contract FILE… --period 2026-03 [--delivery FILE] [--actions FILE] [--touches FILE]
                    [--posted FILE] [--as-of INSTANT] [--json]
       countersign preview --contract ID --period 2026-03 (--data DIR | --server URL | --database-url URL) [--as-of INSTANT] [--json]

Prints the bill of one period. FILE of --contract is a contract version: an .xlsx workbook or a folder of CSV files ("countersign contract
template" writes an empty one), or JSON; give --contract again for each amendment, or a JSON list of versions.
With --data, --server or --database-url, ID is a contract (c-…) or a version (v-…) of that workspace, billed with the workspace's facts.
  --delivery, --actions, --touches   CSV, JSON or Parquet, also packed with gzip; of any size
  --posted                           what was posted before: the saved --json of an earlier preview of this period, or a
                                     table with the columns period, lineKey and amount; the statement then says what to post now
  --period                           YYYY-MM (calendar or broadcast month; of a quarter its last month), or the Monday of a week
  --as-of                            only what was recorded by then counts: 2026-04-05, or 2026-04-05T12:00:00.000Z
  --json                             the canonical bytes of the result
Of a workspace:
${IDENTITY_HELP}Exit codes: 0 a bill was printed; 1 the contract, a fact or the request is refused; 2 wrong usage or unreadable file.
`;

type FactKind = 'delivery' | 'touches' | 'actions';
const NO_FACTS: Facts = { delivery: [], touches: [], actions: [] };

const OPTIONS = {
  contract: { type: 'string', multiple: true },
  delivery: { type: 'string' },
  actions: { type: 'string' },
  touches: { type: 'string' },
  posted: { type: 'string' },
  period: { type: 'string' },
  'as-of': { type: 'string' },
  data: { type: 'string' },
  'database-url': { type: 'string' },
  server: { type: 'string' },
  ...IDENTITY_OPTIONS,
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Facts of any size. DuckDB is loaded only where a file of facts is named. */
async function readFactFiles({ delivery, touches, actions }: Partial<Record<FactKind, string>>): Promise<Facts> {
  if (delivery === undefined && touches === undefined && actions === undefined) return NO_FACTS;
  const source = await import('../facts/source/index.ts');
  const counted = delivery === undefined ? null : await source.billableDelivery(delivery);
  return {
    delivery: counted?.delivery ?? [],
    columns: counted?.columns,
    touches: touches === undefined ? [] : [...(await source.billableTouches(touches))],
    actions: actions === undefined ? [] : [...(await source.billableActions(actions))],
  };
}

async function compute(args: string[]): Promise<string> {
  const values = parse(args);
  if (values.help === true) return USAGE;
  const { contract, period } = values;
  if (contract === undefined || period === undefined) throw new UsageError('--contract and --period are needed.');
  const versions = await readVersions(contract);
  const result = preview({
    versions,
    facts: await readFactFiles(values),
    period,
    asOf: values['as-of'],
    posted: values.posted === undefined ? undefined : await readPosted(values.posted),
  });
  if (values.json === true) return `${previewJson(result)}\n`;
  return statementText(result, statedContract(versions));
}

/** The bill of a contract or version by id, with the exact bytes that the workspace's API gives. */
async function computeById(args: string[]): Promise<string | null> {
  const { contract, period, json, 'as-of': asOf, ...where } = parse(args);
  const named = [where.data, where.server, where['database-url']].some((given) => given !== undefined);
  if (!named || contract === undefined || period === undefined) return null;
  const [id = '', ...more] = contract;
  if (more.length > 0) throw new UsageError('Name one contract or version of the workspace.');
  const bytes = await workspacePreview({ id, period, asOf, ...where });
  return json === true ? `${bytes}\n` : statementText(JSON.parse(bytes) as PreviewResult);
}

/** Runs the subcommand. Resolves to the exit code. */
export async function run(args: string[]): Promise<number> {
  try {
    process.stdout.write((await computeById(args)) ?? (await compute(args)));
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`countersign preview: ${error.message}\n\n${USAGE}`);
      return 2;
    }
    if (error instanceof DomainError) {
      process.stderr.write(`countersign preview: ${error.message}\n`);
      return error.code === 'UNREADABLE' ? 2 : 1;
    }
    return explained('preview', USAGE, error);
  }
}
