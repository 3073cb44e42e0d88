// `countersign verify`: checks an export bundle offline against the workspace key. Owns finding the key and the words on
// screen; what is checked is decided in shared/history.
import { parseArgs } from 'node:util';
import {
  type AuditReport,
  type AuditSummary,
  type BundleReport,
  type BundleSummary,
  verifyAuditFile,
  verifyBundle,
  webCryptoEd25519,
} from '@countersign/shared/history';
import { isCheckpointFile, verifyCheckpoint, verifyGrowth } from './verifyCheckpoints.ts';
import { embeddedKey, type FoundKey, findKey, read, UsageError } from './verifyKey.ts';
import { type CheckedKind, kindOf, notVerified } from './verifyVerdict.ts';

const USAGE = `countersign verify FILE [--key VKEY|FILE] [--data DIR] [--workspace ID] [--witness-policy FILE] [--json]
countersign verify --from OLD --to NEW (--proof FILE | --data DIR) [--key VKEY|FILE] [--witness-policy FILE] [--json]

Checks an export bundle, an audit file or a signed checkpoint, and says in words what was checked. With --from and --to it
checks that the log of the newer checkpoint only appended to that of the older one.
  --key                 the workspace key, or a file that holds it (default: the one *.vkey file beside the bundle)
  --data                a data folder, to take its workspace.vkey
  --workspace           also require this workspace id
  --witness-policy      also require the quorum of this C2SP policy file
  --proof               consistency proof: hashes in hex or base64, or the answer of GET /log/consistency
  --trust-embedded-key  accept the key inside the bundle when no other is at hand
Exit codes: 0 the file is good; 1 it is not, or no key vouches for it; 2 wrong usage or a file that cannot be read.
`;

const OPTIONS = {
  key: { type: 'string' },
  data: { type: 'string' },
  workspace: { type: 'string' },
  'witness-policy': { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  proof: { type: 'string' },
  'trust-embedded-key': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const SELF_VOUCHED =
  'No workspace key was given, so the file was checked with the key inside it. That shows that it agrees with itself, not whose it is.';

/** What no file of its kind can show, for whoever has to rely on it. */
const NOT_SHOWN = {
  bundle:
    'Not shown: that approvers held their role (their role entries are carried without content; fsck checks them), what the workspace did after this export, and that others were shown the same log.',
  audit: 'Not shown: what the log says after its checkpoint, and that others were shown the same log.',
} as const;

const notShownBy = ({ summary }: { readonly summary: BundleSummary | AuditSummary }): string =>
  NOT_SHOWN['versionId' in summary ? 'bundle' : 'audit'];

function words(
  kind: CheckedKind,
  report: BundleReport | AuditReport,
  key: FoundKey | undefined,
  good: boolean,
): string {
  const lines = [`Workspace key: ${key === undefined ? 'none' : `${key.vkey} (from ${key.from})`}`];
  lines.push(...report.checked.map((sentence) => `  ok    ${sentence}`));
  if (!report.ok)
    lines.push(`  FAIL  ${report.failure.text}`, `        at ${report.failure.where} [${report.failure.code}]`);
  if (report.ok && key?.embedded === true) lines.push(`  note  ${SELF_VOUCHED}`);
  if (good && report.ok) {
    const { summary } = report;
    lines.push(`  note  ${notShownBy(report)}`);
    lines.push(
      'versionId' in summary
        ? `Good: version ${summary.versionId} of contract ${summary.contractId}, content ${summary.contentHash}.`
        : `Good: ${summary.entries} entries of the history of workspace ${summary.workspace}${summary.complete ? ', complete' : ''}.`,
    );
  } else if (report.ok) {
    lines.push('Not verified: name the workspace key with --key, or accept the key inside with --trust-embedded-key.');
  } else lines.push(notVerified(kind, report.failure));
  return `${lines.join('\n')}\n`;
}

async function verify(args: string[]): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help === true) {
    process.stdout.write(USAGE);
    return 0;
  }
  const [file, ...more] = positionals;
  const { from, to } = values;
  const policy = values['witness-policy'] === undefined ? undefined : textOf(values['witness-policy'], 'policy file');
  if (from !== undefined || to !== undefined) {
    if (from === undefined || to === undefined || file !== undefined) {
      throw new UsageError('Name two checkpoint files with --from and --to, and no other file.');
    }
    return verifyGrowth({ from, to, policy, ...values });
  }
  if (file === undefined || more.length > 0) throw new UsageError('Name one file.');
  const bytes = new Uint8Array(read(file, 'file'));
  if (isCheckpointFile(bytes)) return verifyCheckpoint({ file, policy, ...values });
  const key = findKey(file, values.key, values.data) ?? embeddedKey(bytes);
  const pinned = values.workspace === undefined ? {} : { workspaceId: values.workspace };
  const options = { vkey: key?.vkey ?? '', ed25519: webCryptoEd25519, ...pinned };
  const kind = kindOf(bytes);
  if (kind === 'audit' && policy !== undefined)
    throw new UsageError('An audit file carries no signatures of witnesses. Ask for them on a checkpoint or a bundle.');
  const report =
    kind === 'audit'
      ? await verifyAuditFile(bytes, options)
      : await verifyBundle(bytes, { ...options, ...(policy === undefined ? {} : { witnessPolicy: policy }) });
  const vouched = key?.embedded === false || values['trust-embedded-key'] === true;
  const good = report.ok && vouched;
  if (values.json === true) {
    const keyFacts = key === undefined ? null : { vkey: key.vkey, from: key.from, embedded: key.embedded };
    const selfVouched = report.ok && key?.embedded === true ? { note: SELF_VOUCHED } : {};
    const notShown = report.ok ? { notShown: notShownBy(report) } : {};
    process.stdout.write(
      `${JSON.stringify({ good, key: keyFacts, ...report, ...notShown, ...selfVouched }, null, 2)}\n`,
    );
  } else process.stdout.write(words(kind, report, key, good));
  return good ? 0 : 1;
}

const textOf = (path: string, what: string): string => new TextDecoder().decode(read(path, what));

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new UsageError(cause.message);
  }
}

/** Runs the subcommand; resolves to its exit code. */
export async function run(args: string[]): Promise<number> {
  try {
    return await verify(args);
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    process.stderr.write(`${cause.message}\n\n${USAGE}`);
    return 2;
  }
}
