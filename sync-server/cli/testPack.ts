/** `countersign testpack`: runs the cases that contract versions carry. Owns the command line and its words; the kernel bills. */
import { parseArgs } from 'node:util';
import { runTestPack, type TestOutcome } from '@countersign/shared/billing';
import type { ContractVersion } from '@countersign/shared/model';
import { compileVersion, versionMeta } from '@countersign/shared/model/compile';
import type { WorkbookContent } from '@countersign/shared/model/sheets';
import { DomainError } from '@countersign/shared/money';
import type { Contract, VersionContent, VersionDetail } from '@countersign/shared/protocol/api';
import { readVersions, UsageError as UnreadableFile } from './contractFile.ts';
import type { WorkspaceClient } from './workspace/client.ts';
import { explained } from './workspace/exitCode.ts';
import { UsageError, WORKSPACE_HELP, WORKSPACE_OPTIONS, withWorkspace } from './workspace/open.ts';

const EXIT_FAILED = 1;
const BILLED = new Set(['EXECUTED', 'SUPERSEDED', 'TERMINATED', 'EXPIRED']);

const USAGE = `Usage: countersign testpack --contract FILE [--json]
       countersign testpack --contract ID (--data DIR | --server URL | --database-url URL) [--json]

Bills every test case that the versions carry (testCases) and compares the totals it expects. FILE is a contract version (JSON, an .xlsx
workbook or a folder of CSV files), or a JSON list of versions; each is billed with those before it. ID is a version (v-…) of a workspace, billed with the
executed versions before it. An executed version is exported only when all its cases pass.

${WORKSPACE_HELP}  --json         one object a case
Exit codes: 0 all cases pass; 1 a case fails, there is none, or the contract is refused; 64 wrong command line; 69 server not reachable.
`;

interface Ran extends TestOutcome {
  readonly versionId: string;
}

/** Runs the subcommand. Resolves to the exit code. */
export async function run(args: string[]): Promise<number> {
  try {
    const { values } = parseArgs({
      args,
      strict: true,
      allowPositionals: false,
      options: { ...WORKSPACE_OPTIONS, contract: { type: 'string' } },
    });
    if (values.help) {
      process.stdout.write(USAGE);
      return 0;
    }
    const { contract } = values;
    if (contract === undefined) throw new UsageError('--contract is needed.');
    const inWorkspace = [values.data, values.server, values['database-url']].some((given) => given !== undefined);
    const ran = inWorkspace
      ? await withWorkspace(values, 'u-viewer', (client) => ofWorkspace(client, contract))
      : ofVersions(await readVersions([contract]));
    process.stdout.write(values.json ? `${JSON.stringify(ran)}\n` : words(ran));
    return ran.length > 0 && ran.every(({ passed }) => passed) ? 0 : EXIT_FAILED;
  } catch (error) {
    if (error instanceof DomainError) {
      process.stderr.write(`countersign testpack: ${error.message}\n`);
      return EXIT_FAILED;
    }
    if (error instanceof UnreadableFile) return explained('testpack', USAGE, new UsageError(error.message));
    return explained('testpack', USAGE, error);
  }
}

function ofVersions(versions: readonly ContractVersion[]): Ran[] {
  return versions.flatMap((version, i) =>
    runTestPack(version, versions.slice(0, i)).map((outcome) => ({ versionId: version.id, ...outcome })),
  );
}

async function ofWorkspace(client: WorkspaceClient, versionId: string): Promise<Ran[]> {
  const contracts = await client.get<Contract[]>('/contracts');
  const all = contracts.find(({ versions }) => versions.some((version) => version.versionId === versionId))?.versions;
  const own = all?.find((version) => version.versionId === versionId);
  if (all === undefined || own === undefined) throw new UsageError(`There is no version ${versionId} here.`);
  const wanted = all
    .filter(({ sequence, state }) => sequence < own.sequence && BILLED.has(state))
    .toSorted((a, b) => a.sequence - b.sequence);
  const versions = await Promise.all([...wanted, own].map((version) => compiled(client, version.versionId)));
  const version = versions.at(-1) as ContractVersion;
  return runTestPack(version, versions.slice(0, -1)).map((outcome) => ({ versionId, ...outcome }));
}

async function compiled(client: WorkspaceClient, versionId: string): Promise<ContractVersion> {
  const detail = await client.get<VersionDetail>(`/versions/${versionId}`);
  const { content } = await client.get<VersionContent>(`/versions/${versionId}/content`);
  const { version, problems } = compileVersion(content as unknown as WorkbookContent, versionMeta(detail));
  if (version !== null) return version;
  throw new DomainError(
    'NOT_BILLABLE',
    problems[0]?.text ?? 'The version cannot be billed as it stands.',
    'Correct the cell that is named.',
    { path: versionId },
  );
}

function words(ran: readonly Ran[]): string {
  if (ran.length === 0) return 'No test cases: the version carries none, so nothing is proved.\n';
  const lines = ran.map(({ title, passed, problem, differences }) => {
    if (passed) return `passes  ${title}`;
    const differs = differences.map(({ total, expected, actual }) => `${total} is ${actual}, expected ${expected}`);
    return `FAILS   ${title}: ${problem ?? differs.join('; ')}`;
  });
  const failed = ran.filter(({ passed }) => !passed).length;
  return `${lines.join('\n')}\n${ran.length} ${ran.length === 1 ? 'case' : 'cases'}, ${failed} failed.\n`;
}
