// What the sheets can say of a version as it stands. Owns these tests and the form in which versions are compared.
import type { ContractVersion } from '../contract.ts';
import { PARTY_TERMS } from './head.ts';

export const LOCK_TERMS: ReadonlySet<string> = new Set(['months', 'days', 'dayOfMonth']);
export const WINDOW_SIZE = /^P(?:(\d{1,5})D|T(\d{1,5})H)$/;
const POLICY_COLUMNS: ReadonlySet<string> = new Set([
  'model',
  'windows',
  'clickOverridesView',
  'halfLifeDays',
  'clauseId',
]);

/** Whether the parties are what the party terms compile to: each in its role, in their order. */
export function isTermParties(parties: ContractVersion['parties'] = []): boolean {
  const order: readonly string[] = PARTY_TERMS;
  const roles = parties.map((party) => order.indexOf(party.id));
  return parties.every(
    (party, i) =>
      (roles[i] ?? -1) > (roles[i - 1] ?? -1) &&
      Object.keys(party).length === 3 &&
      party.kind === party.id.toUpperCase() &&
      (party.legalName ?? '') !== '',
  );
}

/** Whether the Attribution sheet can say the policy. */
export function isSheetPolicy(policy: ContractVersion['attribution']): boolean {
  return (
    policy !== undefined &&
    Object.keys(policy).every((key) => POLICY_COLUMNS.has(key)) &&
    policy.windows.every((window) => WINDOW_SIZE.test(window.size) && window.conditions === undefined)
  );
}

/** Without empty lists, undefined members and null open ends, which all say nothing. */
export function normalised(value: object): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined || (member === null && (key === 'effectiveTo' || key === 'to'))) continue;
    if (Array.isArray(member)) {
      if (member.length > 0) out[key] = member.map((item: unknown) => (isPlain(item) ? normalised(item) : item));
    } else out[key] = isPlain(member) ? normalised(member) : member;
  }
  return out;
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
