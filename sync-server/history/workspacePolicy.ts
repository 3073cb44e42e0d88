// The rules that approvals bind: the approval policy and, where the workspace asks for witnesses, their policy file. Owns finding
// and keeping them by hash, so that what was approved under older rules can still be shown with them.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PolicyError, parseWitnessPolicy, policyHash, type WitnessPolicy } from '@countersign/shared/history';
import { DEFAULT_POLICY, type PolicyRules } from '@countersign/shared/lifecycle';
import { canonicalJson } from '@countersign/shared/model';
import { type Storage, StorageError } from '../storage/index.ts';

/** File in the data folder: a C2SP tlog-policy. A line `quorum none` asks for no witnesses. */
export const WITNESS_POLICY_FILE = 'witness.policy';
const META = 'witness.policy';
const byHash = (hash: string): string => `policy.${hash}`;

export type PolicyValue = PolicyRules & { readonly witnessPolicy?: string };

/** The rules in force on this server. */
export interface WorkspacePolicy {
  readonly value: PolicyValue;
  /** Hex; every leaf names it. */
  readonly hash: string;
  /** null where no quorum is asked for. */
  readonly witnesses: WitnessPolicy | null;
}

/** [WIT-1] Reads the rules: the folder's policy file, else what was in force before. @throws StorageError `damaged` */
export async function loadPolicy(storage: Storage, folder: string): Promise<WorkspacePolicy> {
  const file = join(folder, WITNESS_POLICY_FILE);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : await storage.meta(META);
  const witnesses = text === null ? null : readPolicy(text, file);
  const asks = text !== null && witnesses !== null && witnesses.quorum !== null;
  const value: PolicyValue = asks ? { ...DEFAULT_POLICY, witnessPolicy: text } : DEFAULT_POLICY;
  const hash = policyHash(value);
  if (text !== null && text !== (await storage.meta(META))) await storage.setMeta(META, text);
  if ((await storage.meta(byHash(hash))) === null) await storage.setMeta(byHash(hash), canonicalJson(value));
  return { value, hash, witnesses: asks ? witnesses : null };
}

/** The rules of a hash; null when this workspace never had them. */
export async function policyOfHash(storage: Storage, hash: string): Promise<unknown> {
  const text = await storage.meta(byHash(hash));
  return text === null ? null : (JSON.parse(text) as unknown);
}

function readPolicy(text: string, file: string): WitnessPolicy {
  try {
    return parseWitnessPolicy(text);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    const words = `The witness policy ${file} cannot be read: ${error.message}.`;
    throw new StorageError('damaged', words, 'Correct that line, or write "quorum none" to ask for no witnesses.');
  }
}
