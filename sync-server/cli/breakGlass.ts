/** `countersign break-glass`: lists, asks for, agrees to and ends a role held in an emergency. Owns the command line and its words. */
import { parseArgs } from 'node:util';
import { EMERGENCY_ROLES, MOST_EMERGENCY_MINUTES } from '@countersign/shared/access';
import { toBase64, utf8, WORKSPACE_DOCUMENT } from '@countersign/shared/history';
import type { ActDone, EmergencyLine, EmergencyLines } from '@countersign/shared/protocol/api';
import { cliDevice } from './workspace/cliDevice.ts';
import type { WorkspaceClient } from './workspace/client.ts';
import { workspaceCommand } from './workspace/command.ts';
import { UsageError, WORKSPACE_HELP, WORKSPACE_OPTIONS, withWorkspace } from './workspace/open.ts';

const USAGE = `Usage: countersign break-glass list (--server URL | --data DIR) [options]
       countersign break-glass ask --role ROLE --reason TEXT [--for USER-ID] [--minutes N] (--server URL | --data DIR) [options]
       countersign break-glass agree --request N (--server URL | --data DIR) [options]
       countersign break-glass end --request N (--server URL | --data DIR) [options]

When nobody who approves, exports or looks after people can be reached: one person asks, another one agrees, and the person named holds the
role for an hour at most. Both sign with their device key; the history, the access report and every bundle say so.

  --role ROLE    ${EMERGENCY_ROLES.join(', ')}
  --reason TEXT  why, in a sentence; it stays in the history
  --for USER-ID  who gains the role (default yourself)
  --minutes N    for how long, 1 to ${MOST_EMERGENCY_MINUTES} (default 30)
  --request N    number of the request, as "list" shows it
  --key FILE     device key to sign with (default in ~/.countersign/devices)
${WORKSPACE_HELP}Exit codes: 0 done; 1 refused; 64 wrong command line; 69 server not reachable.
`;

const OPTIONS = {
  ...WORKSPACE_OPTIONS,
  role: { type: 'string' },
  reason: { type: 'string' },
  for: { type: 'string' },
  minutes: { type: 'string', default: '30' },
  request: { type: 'string' },
  key: { type: 'string' },
} as const;

interface Act {
  readonly path: string;
  readonly part0: unknown;
  readonly parts: readonly Uint8Array[];
}

/** Runs the subcommand. Resolves to the exit code. */
export function run(args: string[]): Promise<number> {
  return workspaceCommand('break-glass', USAGE, () => parsed(args), breakGlass);
}

function parsed(args: string[]) {
  return parseArgs({ args, strict: true, allowPositionals: true, options: OPTIONS });
}

type Parsed = ReturnType<typeof parsed>;

async function breakGlass({ values, positionals }: Parsed): Promise<number> {
  const [name = '', ...rest] = positionals;
  if (!['list', 'ask', 'agree', 'end'].includes(name) || rest.length > 0)
    throw new UsageError('Give one of list, ask, agree and end.');
  await withWorkspace(values, 'u-ops', async (client) => {
    if (name !== 'list') await act(client, await actOf(client, name, values), values.key);
    tell(await client.get<EmergencyLines>('/break-glass'), values.json);
  });
  return 0;
}

async function actOf(client: WorkspaceClient, name: string, values: Parsed['values']): Promise<Act> {
  if (name === 'ask') {
    const { role, reason, minutes } = values;
    if (role === undefined || reason === undefined) throw new UsageError('--role and --reason are needed.');
    if (!(EMERGENCY_ROLES as readonly string[]).includes(role))
      throw new UsageError(`There is no emergency role “${role}”. Give ${EMERGENCY_ROLES.join(', ')}.`);
    if (!/^[1-9]\d?$/.test(minutes))
      throw new UsageError(`--minutes is “${minutes}”. Give 1 to ${MOST_EMERGENCY_MINUTES}.`);
    const part0 = { action: 'ask', userId: values.for ?? client.userId, role, minutes: Number.parseInt(minutes, 10) };
    return { path: '/break-glass', part0, parts: [utf8(reason.trim())] };
  }
  const asked = values.request;
  if (asked === undefined) throw new UsageError('--request is needed.');
  const { lines } = await client.get<EmergencyLines>('/break-glass');
  const line = lines.find((each) => each.asked === asked);
  if (line === undefined)
    throw new UsageError(`There is no request ${asked} of the last 30 days. See "break-glass list".`);
  const part0 = name === 'agree' ? { action: name, asked, askedHash: line.askedHash } : { action: name, asked };
  return { path: `/break-glass/${asked}/${name}`, part0, parts: [] };
}

async function act(client: WorkspaceClient, { path, part0, parts }: Act, keyFile: string | undefined): Promise<void> {
  if (client.userId === null)
    throw new UsageError('A service token does not act in an emergency. Sign in as a person.');
  const device = cliDevice(client.workspace.id, client.userId, keyFile);
  await client.enrol(device, 'Command line');
  const signed = device.sign('breakGlass', WORKSPACE_DOCUMENT, part0, parts);
  await client.post<ActDone>(path, {
    entry: toBase64(signed.bytes),
    signature: toBase64(signed.signature),
    payload: toBase64(signed.payload),
  });
}

function tell({ now, lines }: EmergencyLines, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify({ now, lines })}\n`);
  else if (lines.length === 0) process.stdout.write('Nobody asked for an emergency role in the last 30 days.\n');
  else process.stdout.write(`${lines.map(lineOf).join('\n')}\n`);
}

function lineOf({
  asked,
  person,
  role,
  minutes,
  state,
  request,
  agreement,
  until,
  end,
  reason,
}: EmergencyLine): string {
  const words = [
    `${asked}  ${state.toUpperCase()}  ${person.name} (${person.userId}), ${role} for ${minutes} minutes: ${reason}`,
    `  ${request.by.name} asked ${request.at}`,
    agreement === null
      ? '  nobody agreed'
      : `  ${agreement.by.name} agreed ${agreement.at}, until ${until} at the latest`,
  ];
  return [...words, ...(end === null ? [] : [`  ${end.by.name} ended it ${end.at}`])].join('\n');
}
