/**
 * Owns the verdict on an audit file: whose it is, that every entry in it stands in the signed log as its author signed it,
 * and whether anything that was asked for is left out. Trusts nothing but the workspace key it is given.
 */
import { BundleError, type BundleFailure } from '../bundle/failure.ts';
import type { BundleLeaf } from '../bundle/format.ts';
import {
  placeOf,
  requireCheckpoint,
  requireCompleteKeys,
  requireInclusion,
  requireKey,
  requireNoGap,
  requirePayloads,
  requireSignatures,
} from '../bundle/log.ts';
import { toHex } from '../bytes.ts';
import { type Ed25519, webCryptoEd25519 } from '../ed25519.ts';
import { WORKSPACE_DOCUMENT } from '../entry.ts';
import { jsonPart, PayloadShapeError, parsePart0 } from '../payloads.ts';
import { isEvidence } from './build.ts';
import { type AuditFile, type AuditQuery, auditMessage, auditSignature, readAuditFile } from './format.ts';

export interface AuditVerifyOptions {
  readonly vkey: string;
  readonly workspaceId?: string;
  readonly ed25519?: Ed25519;
}

/** What a good audit file proves. `complete`: nothing between its first and last entry that fits the question is left out. */
export interface AuditSummary {
  readonly workspace: string;
  readonly query: AuditQuery;
  readonly entries: number;
  readonly erased: number;
  readonly complete: boolean;
  readonly logSize: string;
  readonly logRoot: string;
}

export type AuditReport =
  | { readonly ok: true; readonly checked: readonly string[]; readonly summary: AuditSummary }
  | { readonly ok: false; readonly checked: readonly string[]; readonly failure: BundleFailure };

/** [HIST-82] Checks an audit file's bytes. Never throws for a bad file: the report says what failed and where. */
export async function verifyAuditFile(bytes: Uint8Array, options: AuditVerifyOptions): Promise<AuditReport> {
  const checked: string[] = [];
  try {
    return { ok: true, summary: await check(bytes, options, checked), checked };
  } catch (cause) {
    if (!(cause instanceof BundleError)) throw cause;
    const { code, text, where } = cause;
    return { ok: false, checked, failure: { code, text, where } };
  }
}

async function check(bytes: Uint8Array, options: AuditVerifyOptions, checked: string[]): Promise<AuditSummary> {
  const ed25519 = options.ed25519 ?? webCryptoEd25519;
  const file = readAuditFile(bytes);
  if (options.workspaceId !== undefined && file.workspace !== options.workspaceId) {
    throw new BundleError('workspace', 'workspace', `The file is of workspace ${file.workspace}.`);
  }
  const vkey = await requireKey(file, options.vkey, ed25519);
  if (!(await ed25519.verify(vkey.key, auditMessage(file), auditSignature(file)))) {
    throw new BundleError('signature', 'sig', 'The file is not signed by the workspace key as it stands.');
  }
  checked.push(`The file is a ${file.format} in its one canonical form, signed by ${vkey.name}+${vkey.keyId}.`);
  const checkpoint = await requireCheckpoint(file, vkey, ed25519);
  requireInclusion(file, checkpoint);
  checked.push(`All ${file.leaves.length} entries in it are in the log signed at ${checkpoint.size} entries.`);
  const listed = requireListed(file);
  const erased = requirePresent(file, listed);
  requirePayloads(file);
  const keyring = await requireSignatures(file, ed25519);
  requireCompleteKeys(file);
  checked.push(
    `Every entry is signed by a device that was enrolled and not revoked at its index (${keyring.devices().length} devices), and says what was signed; the content of ${erased} was erased by later entries.`,
  );
  const complete = requireComplete(file, listed);
  checked.push(completeness(file.query, listed, checkpoint.size));
  return {
    workspace: file.workspace,
    query: file.query,
    entries: listed.length,
    erased,
    complete,
    logSize: checkpoint.size.toString(),
    logRoot: toHex(checkpoint.root),
  };
}

/** The entries of the answer, each of which must fit the question; what else is carried must be there as evidence. */
function requireListed(file: AuditFile): BundleLeaf[] {
  const byIndex = new Map(file.leaves.map((item) => [item.index, item]));
  const wanted = new Set(file.listed);
  const inOrder = file.listed.every((index, i) => i === 0 || Number(file.listed[i - 1]) < Number(index));
  if (!inOrder) throw new BundleError('leaf', 'listed', 'The listed entries are not in log order, each once.');
  for (const item of file.leaves) {
    if (wanted.has(item.index)) continue;
    const { doc } = item.leaf.entry;
    if (doc === WORKSPACE_DOCUMENT || item.leaf.entry.kind === 'erase') continue;
    throw new BundleError('leaf', placeOf(file, item), 'The entry is neither asked for nor needed to check others.');
  }
  return file.listed.map((index) => {
    const item = byIndex.get(index);
    if (item === undefined) throw new BundleError('leaf', 'listed', `Entry ${index} is listed and not in the file.`);
    const { entry, env } = item.leaf;
    const { from, to, doc, user } = file.query;
    const fits =
      (from === null || env.serverTime >= from) &&
      (to === null || env.serverTime < to) &&
      (doc === null || entry.doc === doc) &&
      (user === null || authorsOf(item).includes(user));
    if (!fits) throw new BundleError('leaf', placeOf(file, item), 'The entry is listed and does not fit the question.');
    return item;
  });
}

/** Who an entry is by: its signer, and the person on whose behalf the server signed. */
function authorsOf({ leaf, payload }: BundleLeaf): readonly string[] {
  const part0 = payload?.part0;
  const by = typeof part0 === 'object' && part0 !== null && 'by' in part0 ? part0.by : undefined;
  return typeof by === 'string' ? [leaf.entry.user, by] : [leaf.entry.user];
}

/** Payloads of listed entries are there, or an erase leaf says that they are gone; others are carried only as evidence. */
function requirePresent(file: AuditFile, listed: readonly BundleLeaf[]): number {
  const wanted = new Set(listed);
  const erasures = new Map<string, string>();
  for (const item of file.leaves) {
    const where = placeOf(file, item);
    if (item.payload !== null && !wanted.has(item) && !isEvidence(item.leaf)) {
      throw new BundleError('payload', where, 'The file carries a payload that it has no use for.');
    }
    if (item.leaf.entry.kind !== 'erase' || item.payload === null) continue;
    try {
      const { index, payHash } = parsePart0('erase', jsonPart(item.payload.part0));
      erasures.set(index, payHash);
    } catch (cause) {
      if (!(cause instanceof PayloadShapeError)) throw cause;
      throw new BundleError('payload', where, `The payload cannot be read: ${cause.message}.`);
    }
  }
  const missing = listed.filter(({ payload }) => payload === null);
  for (const item of missing) {
    if (erasures.get(item.index) !== item.leaf.entry.payHash) {
      const text = 'The content of this entry is missing and no erase entry accounts for it.';
      throw new BundleError('payload', placeOf(file, item), text);
    }
  }
  return missing.length;
}

/**
 * [HIST-83] One document's entries must name each other; without a document and a person the indexes must follow each
 * other; asked for from the start, they begin there. A person's entries, or none, cannot show that none is left out.
 */
function requireComplete(file: AuditFile, listed: readonly BundleLeaf[]): boolean {
  const { doc, user, from } = file.query;
  if (user !== null) return false;
  if (doc !== null) {
    requireNoGap(file, listed, from === null ? '' : undefined);
    return listed.length > 0;
  }
  const [first] = listed;
  if (from === null && first?.index !== '0')
    throw new BundleError('chain', 'listed', 'The history was asked for from its start, and entry 0 is missing.');
  listed.forEach((item, i) => {
    if (Number(item.index) === Number(first?.index) + i) return;
    throw new BundleError('chain', placeOf(file, item), 'An entry before this one is missing.');
  });
  return listed.length > 0;
}

/** What the file shows of what is left out, and what it does not. */
function completeness({ doc, user, from }: AuditQuery, listed: readonly BundleLeaf[], size: bigint): string {
  if (user !== null) return 'The entries of one person were asked for: the log cannot show that none was left out.';
  const last = listed.at(-1);
  if (last === undefined) return 'No entry is listed. The log cannot show that there is none.';
  const what = doc === null ? 'The entries' : `The entries of ${doc}`;
  const start = from === null ? ', from the first one on' : ', and those before the first are not in the file';
  const after = size - BigInt(last.index) - 1n;
  const end =
    after === 0n
      ? 'The last is the last of the signed log.'
      : `Whether one of the ${after} entries of the signed log after the last (${last.index}) belongs to them is not shown.`;
  return `${what} follow each other without a gap${start}. ${end}`;
}
