/**
 * Owns the verdict on an export bundle: runs every check in a fixed order, writes down in words what was checked, and stops
 * at the first that fails. Trusts nothing but the workspace key it is given.
 */
import { toHex } from '../bytes.ts';
import { type Ed25519, webCryptoEd25519 } from '../ed25519.ts';
import { PolicyError, parseWitnessPolicy, type WitnessPolicy } from '../witness/policy.ts';
import { type EmergencyStep, emergencySentences, requireEmergencies } from './emergency.ts';
import { BundleError, type BundleFailure } from './failure.ts';
import { type Bundle, readBundle } from './format.ts';
import {
  finalLeafHash,
  type ProvenLife,
  requireDuties,
  requireHashes,
  requireLife,
  requirePayloadPlaces,
} from './lifecycle.ts';
import {
  requireCheckpoint,
  requireCompleteKeys,
  requireInclusion,
  requireKey,
  requirePayloads,
  requireSignatures,
} from './log.ts';

/** What a verification is told from outside the bundle. `vkey` is the workspace key; `workspaceId` may pin the workspace too. */
export interface VerifyOptions {
  readonly vkey: string;
  readonly workspaceId?: string;
  /** C2SP policy of whoever checks the bundle, demanded on top of the workspace's own. */
  readonly witnessPolicy?: string;
  readonly ed25519?: Ed25519;
}

/** What a good bundle proves, for whoever imports it. */
export interface BundleSummary {
  readonly workspace: string;
  readonly origin: string;
  readonly versionId: string;
  readonly contractId: string;
  readonly contentHash: string;
  readonly policyHash: string;
  readonly logSize: string;
  readonly logRoot: string;
  readonly authors: readonly string[];
  readonly submittedBy: string;
  readonly approvers: readonly string[];
  readonly executedBy: string;
  readonly exportedBy: string;
  readonly target: string;
  readonly idempotencyKey: string;
  readonly exportLeaf: string;
  /** Steps taken under a role that was held in an emergency; empty for nearly every bundle. */
  readonly emergencies: readonly EmergencyStep[];
  readonly content: unknown;
}

/** The verdict. `checked` lists in order, in sentences, everything that was found good. */
export type BundleReport =
  | { readonly ok: true; readonly checked: readonly string[]; readonly summary: BundleSummary }
  | { readonly ok: false; readonly checked: readonly string[]; readonly failure: BundleFailure };

/** [HIST-41] Checks a bundle's bytes. Never throws for a bad bundle: the report says what failed and where. */
export async function verifyBundle(bytes: Uint8Array, options: VerifyOptions): Promise<BundleReport> {
  const checked: string[] = [];
  try {
    const summary = await check(bytes, options, checked);
    return { ok: true, checked, summary };
  } catch (cause) {
    if (!(cause instanceof BundleError)) throw cause;
    const { code, text, where } = cause;
    return { ok: false, checked, failure: { code, text, where } };
  }
}

async function check(bytes: Uint8Array, options: VerifyOptions, checked: string[]): Promise<BundleSummary> {
  const ed25519 = options.ed25519 ?? webCryptoEd25519;
  const bundle = readBundle(bytes);
  checked.push(`The file is a ${bundle.format} in its one canonical form, ${bytes.length} bytes.`);
  requireWorkspace(bundle, options.workspaceId);
  const vkey = await requireKey(bundle, options.vkey, ed25519);
  const own = options.witnessPolicy === undefined ? undefined : readPolicy(options.witnessPolicy, 'the given policy');
  const demand = { policy: witnessPolicyOf(bundle.policy), own };
  const checkpoint = await requireCheckpoint(bundle, vkey, ed25519, demand);
  const cosigned =
    checkpoint.witnesses.length === 0 ? 'nothing else' : `the witnesses ${checkpoint.witnesses.join(', ')}`;
  checked.push(
    `The checkpoint of ${checkpoint.origin} at ${checkpoint.size} entries is signed by the workspace key ${vkey.name}+${vkey.keyId}, and by ${cosigned}.`,
  );
  requireInclusion(bundle, checkpoint);
  checked.push(
    `All ${bundle.leaves.length} log entries in the bundle belong to workspace ${bundle.workspace} and are in that log at their index.`,
  );
  requirePayloadPlaces(bundle);
  requirePayloads(bundle);
  checked.push('Every payload in the bundle is the one that its entry signs.');
  const keyring = await requireSignatures(bundle, ed25519);
  requireCompleteKeys(bundle);
  checked.push(
    `Every entry is signed by a device that was enrolled and not revoked at its index (${keyring.devices().length} devices; the key entries have no gap).`,
  );
  requireHashes(bundle);
  checked.push(`The content hashes to ${bundle.contentHash} and the approval policy to ${bundle.policyHash}.`);
  const life = requireLife(bundle);
  checked.push(...lifeSentences(life));
  requireDuties(bundle, life);
  checked.push(
    'Nobody who wrote or submitted approved, no approver counts twice, and the exporter is not the only approver.',
  );
  checked.push(...unnamedSentences(life));
  const emergencies = requireEmergencies(bundle, life);
  checked.push(...emergencySentences(emergencies));
  return summaryOf(bundle, { ...life, emergencies }, toHex(checkpoint.root), checkpoint.size.toString());
}

interface Emergencies {
  readonly emergencies: readonly EmergencyStep[];
}

/** The witnesses that an approval policy asks for; the approvals bind the policy's hash, so no bundle can leave them out. */
function witnessPolicyOf(policy: unknown): WitnessPolicy | null {
  if (typeof policy !== 'object' || policy === null || !Object.hasOwn(policy, 'witnessPolicy')) return null;
  const { witnessPolicy } = policy as { readonly witnessPolicy: unknown };
  if (typeof witnessPolicy === 'string') return readPolicy(witnessPolicy, 'policy.witnessPolicy');
  throw new BundleError('policy', 'policy.witnessPolicy', 'The witness policy is not a text.');
}

function readPolicy(text: string, where: string): WitnessPolicy {
  try {
    return parseWitnessPolicy(text);
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause;
    throw new BundleError('policy', where, `The witness policy cannot be read: ${cause.message}.`);
  }
}

function requireWorkspace(bundle: Bundle, workspaceId: string | undefined): void {
  if (workspaceId !== undefined && bundle.workspace !== workspaceId) {
    throw new BundleError(
      'workspace',
      'workspace',
      `The bundle is of workspace ${bundle.workspace}, not ${workspaceId}.`,
    );
  }
}

function lifeSentences(life: ProvenLife): string[] {
  const user = (step: { readonly item: { readonly leaf: { readonly entry: { readonly user: string } } } }): string =>
    step.item.leaf.entry.user;
  const authors = life.submit.payload.authors.join(', ') || 'nobody';
  return [
    `${user(life.submit)} submitted this content at index ${life.submit.item.index}; its authors are ${authors}.`,
    ...life.approvals.map(
      (a) => `${user(a)} approved exactly this content under this policy at index ${a.item.index}.`,
    ),
    `${user(life.execute)} executed it at index ${life.execute.item.index}.`,
    ...life.exports.map((e) => `${user(e)} exported it to ${e.payload.target} at index ${e.item.index}.`),
    'Every entry of the version from its creation to this export is in the bundle, without a gap.',
  ];
}

/** Whoever signed an edit and is not among the authors that the submitter signed. */
function unnamedSentences({ submit, writers }: ProvenLife): string[] {
  const unnamed = writers.filter((user) => !submit.payload.authors.includes(user));
  if (unnamed.length === 0) return ['The submission names everyone who wrote.'];
  return [
    `${unnamed.join(', ')} signed entries of the version and is not named as an author, as those are who made remarks only; none of them approved.`,
  ];
}

function summaryOf(bundle: Bundle, life: ProvenLife & Emergencies, logRoot: string, logSize: string): BundleSummary {
  const last = life.exports.at(-1);
  return {
    workspace: bundle.workspace,
    origin: bundle.origin,
    versionId: bundle.versionId,
    contractId: life.create.payload.contractId,
    contentHash: bundle.contentHash,
    policyHash: bundle.policyHash,
    logSize,
    logRoot,
    authors: life.submit.payload.authors,
    submittedBy: life.submit.item.leaf.entry.user,
    approvers: life.approvals.map((step) => step.item.leaf.entry.user),
    executedBy: life.execute.item.leaf.entry.user,
    exportedBy: last?.item.leaf.entry.user ?? '',
    target: last?.payload.target ?? '',
    idempotencyKey: last?.payload.idempotencyKey ?? '',
    exportLeaf: finalLeafHash(life),
    emergencies: life.emergencies,
    content: bundle.content,
  };
}
