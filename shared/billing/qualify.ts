/** Which actions are payable, to whom and by which rule. Must not: price. */
import { type Attribution, allHold, attribute, type TimedTouch } from '@countersign/shared/attribution';
import type { ActionFact, PayoutRule } from '@countersign/shared/model';
import { decimalOrZero, type Fraction, subtract, sum, ZERO } from '@countersign/shared/money';
import type { Standing } from './actionStanding.ts';
import type { Frozen } from './freeze.ts';
import type { FrozenVersion } from './frozenVersion.ts';
import type { ActionOutcome } from './result.ts';

/** Why an action is not paid. */
export interface Refusal {
  readonly outcome: ActionOutcome;
  readonly reason: string;
  readonly clauseId?: string | undefined;
}

interface Considered extends Standing {
  readonly attribution: Attribution;
  readonly basis: Fraction;
  readonly basisText: string;
}
/** It is paid by its rule and credited to somebody. */
export interface PayableAction extends Considered {
  readonly version: FrozenVersion;
  readonly rule: PayoutRule;
  readonly refusal: null;
}
export interface RefusedAction extends Considered {
  readonly rule: PayoutRule | null;
  readonly refusal: Refusal;
}
export type Candidate = PayableAction | RefusedAction;

/** Amounts that make the base of a percentage: included less subtracted. */
export function orderBasis(
  amounts: Readonly<Record<string, string>>,
  include: readonly string[],
  subtracted: readonly string[],
): Fraction {
  const of = (name: string): Fraction => decimalOrZero(amounts[name]);
  return subtract(sum(include.map(of)), sum(subtracted.map(of)));
}

/** First matching rule: lower priority number, then lower id. */
export function matchingRule(
  rules: readonly PayoutRule[],
  action: ActionFact,
  partnerId: string | undefined,
): PayoutRule | null {
  return (
    [...rules]
      .sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0) || (a.id < b.id ? -1 : 1))
      .find(
        (rule) =>
          (rule.eventType === undefined || rule.eventType === action.eventType) &&
          allHold(rule.conditions, action, partnerId),
      ) ?? null
  );
}

/** Whether an action is paid and by which rule, partner and basis; else why not. It is judged as it stands after its status events. */
export function qualify(
  frozen: Frozen,
  standing: Standing,
  touches: ReadonlyMap<string, readonly TimedTouch[]>,
  byActor: ReadonlyMap<string, readonly ActionFact[]>,
): Candidate {
  const { action, version } = standing;
  const none = { ...standing, rule: null, attribution: { credits: [], text: '' }, basis: ZERO, basisText: '' };
  if (version === null)
    return { ...none, refusal: { outcome: 'OUTSIDE_TERMS', reason: 'No executed version governs its day.' } };
  const current = { ...action, amounts: { ...standing.amounts } };
  const attribution = attribute(
    current,
    touches.get(action.actorId ?? '') ?? [],
    version.doc.attribution,
    frozen.table,
    byActor.get(action.actorId ?? '') ?? [],
  );
  const partner = attribution.credits.length === 1 ? attribution.credits[0]?.partnerId : undefined;
  const rule = matchingRule(version.doc.payoutRules ?? [], current, partner);
  const basisNames = rule?.orderBasis ?? { include: ['order'], subtract: [] };
  const basis = orderBasis(standing.amounts, basisNames.include, basisNames.subtract ?? []);
  const basisText = `${basisNames.include.join(' + ')}${(basisNames.subtract ?? []).map((s) => ` − ${s}`).join('')}`;
  const found = { ...standing, rule, attribution, basis, basisText };
  for (const eligibility of version.doc.eligibility ?? []) {
    if (!allHold(eligibility.conditions, current, partner)) continue;
    if (eligibility.outcome === 'PAY') break;
    const outcome = eligibility.outcome === 'REJECT' ? 'REJECTED' : 'OUTSIDE_TERMS';
    return {
      ...found,
      refusal: {
        outcome,
        reason: eligibility.reason ?? `The eligibility rule ${eligibility.id} applies.`,
        clauseId: eligibility.clauseId,
      },
    };
  }
  if (standing.outside)
    return { ...found, refusal: { outcome: 'OUTSIDE_TERMS', reason: 'It was marked outside of terms.' } };
  if (rule === null) return { ...found, refusal: { outcome: 'OUTSIDE_TERMS', reason: 'No payout rule matches it.' } };
  if (attribution.credits.length === 0)
    return { ...found, refusal: { outcome: 'UNATTRIBUTED', reason: attribution.text } };
  if (standing.reversed !== 'NO') {
    const late = standing.reversed === 'AFTER_LOCK';
    return {
      ...found,
      refusal: {
        outcome: late ? 'REVERSED_AFTER_LOCK' : 'REVERSED',
        reason: late ? 'It was reversed after its lock.' : 'It was reversed before its lock.',
      },
    };
  }
  return { ...found, version, rule, refusal: null };
}
