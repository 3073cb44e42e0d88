/**
 * Payable actions: eligibility, attribution, payout rule, rounding per action, split, limits, locks and reversals.
 * Owns: the rows and the single actions of a period. Must not: adjust contract-wide amounts (adjust.ts).
 *
 * One formula for everything that happens late: what all actions up to this period are worth, less what all actions up
 * to the period before were worth. An edit before lock changes both sides; a reversal after lock only the first.
 */

import { byText, dayNumber, isoDate, type PayoutRule, type Period } from '@countersign/shared/model';
import {
  add,
  exactText,
  type Fraction,
  isNegative,
  isZero,
  minorDigits,
  negate,
  ONE,
  roundedText,
  subtract,
  sum,
  ZERO,
} from '@countersign/shared/money';
import type { ActionValue, ShareValue } from './actionPrice.ts';
import { evaluateActions } from './actions.ts';
import type { Frozen } from './freeze.ts';
import type { NotBilled, ResultAction, Warning } from './result.ts';
import { type BillRow, NO_ADJUSTMENTS } from './row.ts';
import type { TraceStep } from './trace.ts';
import { grouped, rateText, unitOf } from './words.ts';

export interface PayoutRows {
  readonly rows: readonly BillRow[];
  readonly actions: readonly ResultAction[];
  readonly notBilled: readonly NotBilled[];
  readonly warnings: readonly Warning[];
}

/** An action that a payout rule matched. */
type Ruled = ActionValue & { readonly rule: PayoutRule };

function isRuled(value: ActionValue): value is Ruled {
  return value.rule !== null;
}

/** Pays the actions of a period and books what changed for locked actions of earlier ones. */
export function payActions(frozen: Frozen, period: Period): PayoutRows {
  const { currency } = frozen.head;
  const digits = minorDigits(currency);
  const text = (value: Fraction): string => roundedText(value, digits, frozen.mode);
  const now = evaluateActions(frozen, period.to);
  const before = evaluateActions(frozen, period.from);
  const actions: ResultAction[] = [];
  const own = new Map<string, Ruled[]>();
  const late = new Map<string, { value: Ruled; delta: Fraction }[]>();
  for (const value of now.values) {
    if (value.day >= period.from) {
      actions.push(...value.shares.map((share) => resultAction(value, share, share.amount, text)));
      if (isRuled(value)) push(own, value.rule.id, value);
      continue;
    }
    // It occurred before the period, so it was evaluated before it too.
    const earlier = before.byId.get(value.action.id) as ActionValue;
    const delta = subtract(value.payout, earlier.payout);
    if (isZero(delta)) continue;
    for (const share of changedShares(value, earlier)) actions.push(resultAction(value, share, share.amount, text));
    // An action that no rule matches any more gives back what its earlier rule paid.
    const rule = value.rule ?? earlier.rule;
    if (rule !== null) push(late, rule.id, { value: { ...value, rule }, delta });
  }
  const rows: BillRow[] = [];
  for (const ruleId of [...new Set([...own.keys(), ...late.keys()])].sort()) {
    const paid = own.get(ruleId) ?? [];
    if (paid.length > 0) rows.push(ownRow(frozen, period, ruleId, paid, text));
    const changed = late.get(ruleId) ?? [];
    if (changed.length > 0) rows.push(lateRow(frozen, period, ruleId, changed, text));
  }
  const notBilled = now.values
    .filter((v) => v.day >= period.from && v.outcome === 'UNATTRIBUTED')
    .map((v) => ({ clauseId: null, key: v.action.id, text: `Action ${v.action.id}`, why: v.reason }));
  const warnings = now.warnings.filter((w) => w.day >= period.from && w.day < period.to).map((w) => w.warning);
  return {
    rows,
    // They come by instant and id (actions.ts): those of one text stay by id.
    actions: actions.sort((a, b) => byText(a.occurredAt, b.occurredAt)),
    notBilled,
    warnings,
  };
}

/** What each partner's share of an action changed by; the changes sum to that of its payout. */
function changedShares(value: ActionValue, earlier: ActionValue): ShareValue[] {
  const change = new Map<string, Fraction>();
  const book = (partnerId: string, amount: Fraction): void => {
    change.set(partnerId, add(change.get(partnerId) ?? ZERO, amount));
  };
  for (const share of value.shares) book(share.partnerId, share.amount);
  for (const share of earlier.shares) book(share.partnerId, negate(share.amount));
  return [...change].map(([partnerId, amount]) => ({ partnerId, amount })).filter((share) => !isZero(share.amount));
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function resultAction(
  value: ActionValue,
  share: ShareValue,
  amount: Fraction,
  text: (value: Fraction) => string,
): ResultAction {
  return {
    actionId: value.action.id,
    orderId: value.action.orderId ?? value.action.id,
    partnerId: share.partnerId,
    eventType: value.action.eventType ?? '',
    occurredAt: value.action.occurredAt,
    localDate: isoDate(value.day),
    payout: text(amount),
    status: value.outcome,
    locksOn: value.locksOn === null ? null : isoDate(value.locksOn),
    paysOn: value.paysOn === null ? null : isoDate(value.paysOn),
    reason: value.reason,
    trace: { ...value.trace, amount: text(amount) },
  };
}

function baseRow(
  frozen: Frozen,
  period: Period,
  key: string,
  label: string,
  first: Ruled,
): Omit<BillRow, 'quantity' | 'exact' | 'gross' | 'factsCount' | 'trace'> {
  const { rule, rateType } = first;
  return {
    key,
    lineId: key,
    label,
    productKey: rule.eventType ?? '',
    from: period.from,
    to: period.to,
    quantityUnit: unitOf('CPA'),
    rateType,
    rateText: rateText(rule.payout, rateType),
    warnings: [],
    taxCode: undefined,
    flightFrom: dayNumber(frozen.head.effectiveFrom),
    flightTo: null,
    ...NO_ADJUSTMENTS,
  };
}

function sumStep(title: string, sentence: string, amount: string): TraceStep {
  return { kind: 'ACTION', title, text: sentence, amount, children: [] };
}

function ownRow(
  frozen: Frozen,
  period: Period,
  ruleId: string,
  values: readonly Ruled[],
  text: (value: Fraction) => string,
): BillRow {
  const first = values[0] as Ruled;
  const paid = values.filter((v) => !isZero(v.payout));
  const gross = sum(values.map((v) => v.payout));
  const exact = sum(values.map((v) => v.exact));
  const label = first.rule.label ?? first.rule.eventType ?? ruleId;
  const amount = text(gross);
  const unpaid = values.length - paid.length;
  const sentence = `${paid.length} actions paid, each rounded on its own, sum to ${grouped(amount)}; ${unpaid} carry nothing. Each is listed under actions.`;
  return {
    ...baseRow(frozen, period, ruleId, label, first),
    quantity: { n: BigInt(paid.length), d: 1n },
    exact,
    gross,
    factsCount: values.length,
    trace: () => ({
      kind: 'LINE',
      title: label,
      text: sentence,
      amount,
      exact: exactText(exact),
      ...first.clause,
      ...(first.version === null ? {} : { versionRef: first.version.ref }),
      rateRow: { layer: 'PAYOUT_RULE', id: ruleId, rateType: first.rateType },
      children: [sumStep('Actions', sentence, amount)],
    }),
  };
}

function lateRow(
  frozen: Frozen,
  period: Period,
  ruleId: string,
  changed: readonly { value: Ruled; delta: Fraction }[],
  text: (value: Fraction) => string,
): BillRow {
  const first = (changed[0] as { value: Ruled }).value;
  const gross = changed.reduce((total, c) => add(total, c.delta), ZERO);
  const amount = text(gross);
  const label = `${first.rule.label ?? first.rule.eventType ?? ruleId}, changes to locked actions`;
  const sentence = `${changed.length} locked actions of earlier periods changed by ${grouped(amount)}. They stand as paid; the difference is booked here.`;
  return {
    ...baseRow(frozen, period, `${ruleId}#late`, label, first),
    quantity: sum(changed.map((c) => (isNegative(c.delta) ? negate(ONE) : ONE))),
    exact: gross,
    gross,
    factsCount: changed.length,
    trace: () => ({
      kind: 'LINE',
      title: label,
      text: sentence,
      amount,
      exact: exactText(gross),
      rateRow: { layer: 'PAYOUT_RULE', id: ruleId, rateType: first.rateType },
      children: [sumStep('Changes after lock', sentence, amount)],
    }),
  };
}
