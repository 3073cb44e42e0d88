/** `countersign audit`: writes who changed what, when and why, as CSV or as a signed file. Owns the command line and the file. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { verifyAuditFile } from '@countersign/shared/history';
import { replaceFile } from '../storage/index.ts';
import { workspaceCommand } from './workspace/command.ts';
import { UsageError, WORKSPACE_HELP, WORKSPACE_OPTIONS, withWorkspace } from './workspace/open.ts';

const USAGE = `Usage: countersign audit (--server URL | --data DIR) (--csv | --bundle) FILE [options]

Writes the readable history: who, when, which cell, from, to, why. --csv is for spreadsheets, --bundle is signed and is
checked offline with "countersign verify FILE".

  --from DAY     entries of this day (YYYY-MM-DD, UTC) or instant, and later
  --to DAY       entries up to and with this day, or before this instant
  --doc ID       entries of this version; "workspace", "reads" and "facts" are documents too
  --person ID    entries by this person, or in their name
${WORKSPACE_HELP}Exit codes: 0 written; 1 refused; 64 wrong command line; 69 server not reachable; 73 file not writable.
`;

/** Runs the subcommand. Resolves to the exit code. */
export function run(args: string[]): Promise<number> {
  return workspaceCommand('audit', USAGE, () => parsed(args), audit);
}

function parsed(args: string[]) {
  return parseArgs({
    args,
    strict: true,
    allowPositionals: false,
    options: {
      ...WORKSPACE_OPTIONS,
      from: { type: 'string' },
      to: { type: 'string' },
      doc: { type: 'string' },
      person: { type: 'string' },
      csv: { type: 'string' },
      bundle: { type: 'string' },
    },
  });
}

async function audit({ values }: ReturnType<typeof parsed>): Promise<number> {
  const { csv, bundle, from, to, doc, person } = values;
  const out = csv ?? bundle;
  if (out === undefined || (csv !== undefined && bundle !== undefined))
    throw new UsageError('Give --csv FILE or --bundle FILE, one of them.');
  const file = resolve(out);
  const asked = { from, to, doc, user: person, format: csv === undefined ? 'bundle' : 'csv' };
  const query = new URLSearchParams(
    Object.entries(asked).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  const written = await withWorkspace(values, 'u-auditor', async (client) => {
    const bytes = await client.bytes(`/audit?${query}`);
    const entries = csv === undefined ? await signedEntries(bytes, client.workspace) : linesIn(bytes);
    replaceFile(file, new TextDecoder().decode(bytes), 0o644);
    return { file, bytes: bytes.length, [csv === undefined ? 'entries' : 'lines']: entries };
  });
  if (values.json) process.stdout.write(`${JSON.stringify(written)}\n`);
  else {
    const what = csv === undefined ? `${written.entries} entries` : `${written.lines} lines`;
    const next = csv === undefined ? ' Check it with "countersign verify".' : '';
    process.stdout.write(`Wrote ${file}: ${what}, ${written.bytes} bytes.${next}\n`);
  }
  return 0;
}

/** Entries of a signed file. @throws UsageError when it does not verify: nothing is written then. */
async function signedEntries(
  bytes: Uint8Array,
  { vkey, id }: { readonly vkey: string; readonly id: string },
): Promise<number> {
  const report = await verifyAuditFile(bytes, { vkey, workspaceId: id });
  if (report.ok) return report.summary.entries;
  throw new UsageError(`The server's file does not verify: ${report.failure.text} Nothing was written.`);
}

/** Data lines of a CSV: line ends outside quotes, without the heading. */
function linesIn(bytes: Uint8Array): number {
  let quoted = false;
  let lines = 0;
  for (const byte of bytes) {
    if (byte === 0x22) quoted = !quoted;
    else if (byte === 0x0a && !quoted) lines += 1;
  }
  return lines - 1;
}
