/** `countersign export`: exports an executed version and writes its bundle. Owns the command line and the two files. */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { followKeyChanges, KeyChangeError, toBase64, verifyBundle } from '@countersign/shared/history';
import type { CommandDone, Export, KeyChangesAnswer, VersionDetail } from '@countersign/shared/protocol/api';
import { replaceFile } from '../storage/index.ts';
import { cliDevice } from './workspace/cliDevice.ts';
import type { WorkspaceClient } from './workspace/client.ts';
import { workspaceCommand } from './workspace/command.ts';
import { UsageError, WORKSPACE_HELP, WORKSPACE_OPTIONS, withWorkspace } from './workspace/open.ts';

const KEY_FILE = 'workspace.vkey';

const USAGE = `Usage: countersign export --version ID --out FILE (--server URL | --data DIR) [options]

Exports an executed version, writes its signed bundle to FILE and the workspace's public key beside it (${KEY_FILE}).
A version that was exported before gives the same bundle again.

  --version ID   version to export
  --out FILE     file of the bundle
${WORKSPACE_HELP}  --target NAME  who receives it (default billing)
  --key FILE     device key to sign with (default in ~/.countersign/devices)
Exit codes: 0 written; 1 refused; 64 wrong command line; 69 server not reachable; 73 file not writable.
`;

/** Runs the subcommand. Resolves to the exit code. */
export function run(args: string[]): Promise<number> {
  return workspaceCommand('export', USAGE, () => parsed(args), exportVersion);
}

function parsed(args: string[]) {
  return parseArgs({
    args,
    strict: true,
    allowPositionals: false,
    options: {
      ...WORKSPACE_OPTIONS,
      version: { type: 'string' },
      out: { type: 'string' },
      target: { type: 'string', default: 'billing' },
      key: { type: 'string' },
    },
  });
}

async function exportVersion({ values }: ReturnType<typeof parsed>): Promise<number> {
  const { version, out } = values;
  if (version === undefined || out === undefined) throw new UsageError('--version and --out are needed.');
  const file = resolve(out);
  const written = await withWorkspace(values, 'u-exporter', async (client) => {
    await requireOneKey(file, client);
    const listed = (await client.get<Export[]>('/exports')).find(({ versionId }) => versionId === version);
    const exportId = listed?.exportId ?? (await command(client, version, values.target, values.key));
    const bytes = await client.bytes(`/exports/${exportId}/bundle`);
    const report = await verifyBundle(bytes, { vkey: client.workspace.vkey, workspaceId: client.workspace.id });
    if (!report.ok)
      throw new UsageError(`The server's bundle does not verify: ${report.failure.text} Nothing was written.`);
    replaceFile(file, new TextDecoder().decode(bytes), 0o644);
    replaceFile(join(dirname(file), KEY_FILE), `${client.workspace.vkey}\n`, 0o644);
    return {
      exportId,
      file,
      bytes: bytes.length,
      contentHash: report.summary.contentHash,
      before: listed !== undefined,
    };
  });
  if (values.json) process.stdout.write(`${JSON.stringify(written)}\n`);
  else {
    const was = written.before ? 'It was exported before; this is the same bundle. ' : '';
    process.stdout.write(
      `Wrote ${written.file}, ${written.bytes} bytes, and ${KEY_FILE} beside it. ${was}Check it with "countersign verify".\n`,
    );
  }
  return 0;
}

/** Another workspace's key beside the bundle would make a good bundle look forged, so it is not replaced. */
async function requireOneKey(file: string, client: WorkspaceClient): Promise<void> {
  const beside = join(dirname(file), KEY_FILE);
  const held = existsSync(beside) ? readFileSync(beside, 'utf8').trim() : client.workspace.vkey;
  if (held === client.workspace.vkey || (await ledTo(held, client)) === client.workspace.vkey) return;
  throw new UsageError(`${beside} is the key of another workspace. Write to another folder.`);
}

/** The key that proved changes lead to from one that was kept. @throws UsageError */
async function ledTo(vkey: string, client: WorkspaceClient): Promise<string> {
  const { changes } = await client.get<KeyChangesAnswer>('/log/key-changes');
  try {
    return (await followKeyChanges(vkey, changes)).vkey;
  } catch (error) {
    if (!(error instanceof KeyChangeError)) throw error;
    throw new UsageError(`The server's key changes do not verify: ${error.message}. Nothing was written.`);
  }
}

async function command(
  client: WorkspaceClient,
  versionId: string,
  target: string,
  keyFile: string | undefined,
): Promise<string> {
  if (client.userId === null) {
    throw new UsageError(
      `${versionId} was not exported yet, and a service token only fetches exports. Export it in the app, or with --user as an exporter.`,
    );
  }
  const device = cliDevice(client.workspace.id, client.userId, keyFile);
  await client.enrol(device, 'Command line');
  const { contentHash } = await client.get<VersionDetail>(`/versions/${versionId}`);
  const idempotencyKey = randomUUID();
  const signed = device.sign('export', versionId, { versionId, contentHash, target, idempotencyKey });
  const body = {
    entry: toBase64(signed.bytes),
    signature: toBase64(signed.signature),
    payload: toBase64(signed.payload),
  };
  const headers = { 'if-match': `"${contentHash}"`, 'idempotency-key': idempotencyKey };
  const { index } = await client.post<CommandDone>(`/versions/${versionId}/commands/export`, body, headers);
  return `x-${index}`;
}
