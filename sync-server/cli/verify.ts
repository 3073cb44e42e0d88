// `countersign verify`: checks an export bundle offline against the workspace key. Owns finding the key and the words on
// screen; what is checked is decided in shared/history.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  BundleError,
  type BundleReport,
  KeyFormatError,
  parseVkey,
  readBundle,
  verifyBundle,
  webCryptoEd25519,
} from '@countersign/shared/history';

const USAGE = `countersign verify BUNDLE [--key VKEY|FILE] [--data DIR] [--workspace ID] [--trust-embedded-key] [--json]

Checks an export bundle and says in words what was checked.
  --key                 the workspace key, or a file that holds it (default: the one *.vkey file beside the bundle)
  --data                a data folder, to take its workspace.vkey
  --workspace           also require this workspace id
  --trust-embedded-key  accept the key inside the bundle when no other is at hand
Exit codes: 0 the bundle is good; 1 it is not, or no key vouches for it; 2 wrong usage or a file that cannot be read.
`;

const OPTIONS = {
  key: { type: 'string' },
  data: { type: 'string' },
  workspace: { type: 'string' },
  'trust-embedded-key': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Wrong usage or an unreadable file: exit code 2. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A workspace key and where it came from. */
interface FoundKey {
  readonly vkey: string;
  readonly from: string;
  readonly embedded: boolean;
}

const isFileError = (cause: unknown): cause is NodeJS.ErrnoException => cause instanceof Error && 'code' in cause;

function read(path: string, what: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    if (!isFileError(cause)) throw cause;
    throw new UsageError(`The ${what} ${path} cannot be read (${cause.code ?? cause.message}).`);
  }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

function keyFromFile(path: string): FoundKey {
  return { vkey: new TextDecoder().decode(read(path, 'key file')).trim(), from: path, embedded: false };
}

function parsesAsVkey(text: string): boolean {
  try {
    parseVkey(text);
    return true;
  } catch (cause) {
    if (cause instanceof KeyFormatError) return false;
    throw cause;
  }
}

/** The key that was given, else the data folder's, else the one beside the bundle. */
function findKey(bundle: string, key: string | undefined, data: string | undefined): FoundKey | undefined {
  if (key !== undefined) {
    return !isFile(key) && parsesAsVkey(key) ? { vkey: key, from: '--key', embedded: false } : keyFromFile(key);
  }
  if (data !== undefined) return keyFromFile(join(data, 'workspace.vkey'));
  const folder = dirname(bundle);
  const beside = readdirSync(folder).filter((name) => name.endsWith('.vkey'));
  const [only] = beside;
  if (beside.length > 1) {
    throw new UsageError(
      `${beside.length} key files lie beside the bundle (${beside.join(', ')}). Name one with --key.`,
    );
  }
  return only === undefined ? undefined : keyFromFile(join(folder, only));
}

/** The bundle's own key: proves only that the bundle agrees with itself. Undefined when the file is not a bundle. */
function embeddedKey(bytes: Uint8Array): FoundKey | undefined {
  try {
    return { vkey: readBundle(bytes).vkey, from: 'the bundle itself', embedded: true };
  } catch (cause) {
    if (cause instanceof BundleError) return undefined;
    throw cause;
  }
}

const SELF_VOUCHED =
  'No workspace key was given, so the bundle was checked with the key inside it. That shows that the bundle agrees with itself, not whose it is.';

function words(report: BundleReport, key: FoundKey | undefined, good: boolean): string {
  const lines = [`Workspace key: ${key === undefined ? 'none' : `${key.vkey} (from ${key.from})`}`];
  lines.push(...report.checked.map((sentence) => `  ok    ${sentence}`));
  if (!report.ok)
    lines.push(`  FAIL  ${report.failure.text}`, `        at ${report.failure.where} [${report.failure.code}]`);
  if (report.ok && key?.embedded === true) lines.push(`  note  ${SELF_VOUCHED}`);
  if (good && report.ok) {
    lines.push(
      `Good: version ${report.summary.versionId} of contract ${report.summary.contractId}, content ${report.summary.contentHash}.`,
    );
  } else if (report.ok) {
    lines.push('Not verified: name the workspace key with --key, or accept the key inside with --trust-embedded-key.');
  } else lines.push('Not verified. Do not import this file; ask the workspace for a fresh export.');
  return `${lines.join('\n')}\n`;
}

async function verify(args: string[]): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help === true) {
    process.stdout.write(USAGE);
    return 0;
  }
  const [bundle, ...more] = positionals;
  if (bundle === undefined || more.length > 0) throw new UsageError('Name one bundle file.');
  const bytes = new Uint8Array(read(bundle, 'bundle'));
  const key = findKey(bundle, values.key, values.data) ?? embeddedKey(bytes);
  const pinned = values.workspace === undefined ? {} : { workspaceId: values.workspace };
  const report = await verifyBundle(bytes, { vkey: key?.vkey ?? '', ed25519: webCryptoEd25519, ...pinned });
  const vouched = key?.embedded === false || values['trust-embedded-key'] === true;
  const good = report.ok && vouched;
  if (values.json === true) {
    const keyFacts = key === undefined ? null : { vkey: key.vkey, from: key.from, embedded: key.embedded };
    const selfVouched = report.ok && key?.embedded === true ? { note: SELF_VOUCHED } : {};
    process.stdout.write(`${JSON.stringify({ good, key: keyFacts, ...report, ...selfVouched }, null, 2)}\n`);
  } else process.stdout.write(words(report, key, good));
  return good ? 0 : 1;
}

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
