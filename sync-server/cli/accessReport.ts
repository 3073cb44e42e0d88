/** `countersign access-report`: who may do what since when, by whose decision, and who has not been here for long. Owns the command line and words. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { AccessReport, AccessReportLine } from '@countersign/shared/protocol/api';
import { replaceFile } from '../storage/index.ts';
import { workspaceCommand } from './workspace/command.ts';
import { UsageError, WORKSPACE_HELP, WORKSPACE_OPTIONS, withWorkspace } from './workspace/open.ts';

const USAGE = `Usage: countersign access-report (--server URL | --data DIR) [--csv FILE] [--dormant-days N] [options]

Lists everybody and every service token: roles with the day, the entry of the log and the person who gave each, last sign-in, last signed
entry, and accounts without either for 90 days. For the access review of a quarter; that it was read is an entry of the log.

  --csv FILE          write CSV, one line a role
  --dormant-days N    days after which an account is called dormant (default 90)
${WORKSPACE_HELP}Exit codes: 0 done; 1 refused; 64 wrong command line; 69 server not reachable; 73 file not writable.
`;

/** Runs the subcommand. Resolves to the exit code. */
export function run(args: string[]): Promise<number> {
  return workspaceCommand('access-report', USAGE, () => parsed(args), accessReport);
}

function parsed(args: string[]) {
  return parseArgs({
    args,
    strict: true,
    allowPositionals: false,
    options: { ...WORKSPACE_OPTIONS, csv: { type: 'string' }, 'dormant-days': { type: 'string', default: '90' } },
  });
}

async function accessReport({ values }: ReturnType<typeof parsed>): Promise<number> {
  const { csv } = values;
  const days = values['dormant-days'];
  if (!/^[1-9]\d{0,3}$/.test(days)) throw new UsageError(`--dormant-days is “${days}”. Give a whole number of days.`);
  const path = `/access-report?dormantDays=${days}&format=${csv === undefined ? 'json' : 'csv'}`;
  const text = await withWorkspace(values, 'u-auditor', async (client) =>
    new TextDecoder().decode(await client.bytes(path)),
  );
  if (csv === undefined) process.stdout.write(values.json ? `${text}\n` : words(JSON.parse(text) as AccessReport));
  else {
    replaceFile(resolve(csv), text, 0o600);
    process.stdout.write(`Wrote ${resolve(csv)}.\n`);
  }
  return 0;
}

function words({ at, workspace, logSize, dormantDays, lines, emergencies }: AccessReport): string {
  const head = `Access to ${workspace} at ${at}, entry ${logSize} of its log. Dormant: nothing for ${dormantDays} days.`;
  const terms = emergencies.map(
    ({ name, id, role, from, until, askedBy, agreedByName, reason, entry }) =>
      `In an emergency ${name} (${id}) was ${role} from ${from} to ${until}: ${askedBy} asked, ${agreedByName} agreed (entry ${entry}): ${reason}`,
  );
  return `${[head, ...lines.map(lineOf), ...terms].join('\n')}\n`;
}

function lineOf({ id, name, kind, state, roles, lastSignIn, lastEntry, dormant, expiresAt }: AccessReportLine): string {
  const held = roles.map((role) => `  ${role.role} since ${role.since} by ${role.byName} (entry ${role.entry})`);
  const times =
    kind === 'program'
      ? `token until ${expiresAt ?? ''}`
      : `signed in ${lastSignIn ?? 'never'}, signed an entry ${lastEntry ?? 'never'}`;
  const marks = [state === 'active' ? '' : `, ${state === 'noRole' ? 'no role' : state}`, dormant ? ', DORMANT' : ''];
  return [`${name} (${id}): ${times}${marks.join('')}`, ...held].join('\n');
}
