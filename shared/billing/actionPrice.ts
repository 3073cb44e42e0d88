/** The payout of one action: price, rounding, split and trace. Must not: count or limit. */
import { allHold, type Credit, splitCredit } from '@countersign/shared/attribution';
import {
  type ActionFact,
  type DayNumber,
  isoDate,
  localDay,
  type PartnerOverride,
  type PayoutRule,
  type Price,
  type RateType,
} from '@countersign/shared/model';
import {
  add,
  divide,
  exactText,
  type Fraction,
  isZero,
  multiply,
  ONE,
  type RoundingMode,
  roundedText,
  roundTo,
  sum,
  ZERO,
} from '@countersign/shared/money';
import { clauseFields } from './clauses.ts';
import type { Frozen } from './freeze.ts';
import type { FrozenVersion } from './frozenVersion.ts';
import { type Count, priceExact } from './price/price.ts';
import type { PayableAction, RefusedAction } from './qualify.ts';
import { moreSpecific, overrideHolds, overrideSpecificity } from './rate.ts';
import type { ActionOutcome } from './result.ts';
import type { TraceStep } from './trace.ts';
import { grouped, groupedExact, rateText } from './words.ts';

export interface ShareValue {
  readonly partnerId: string;
  readonly amount: Fraction;
}

/** One action priced, with its shares. */
export interface ActionValue {
  readonly action: ActionFact;
  readonly day: DayNumber;
  readonly version: FrozenVersion | null;
  readonly rule: PayoutRule | null;
  readonly rateType: RateType;
  readonly clause: { clauseId?: string; clauseText?: string };
  readonly exact: Fraction;
  readonly payout: Fraction;
  readonly shares: readonly ShareValue[];
  readonly outcome: ActionOutcome;
  readonly reason: string;
  readonly locksOn: DayNumber | null;
  readonly paysOn: DayNumber | null;
  readonly trace: TraceStep;
}

/** Whether a price counts amounts of money or actions. */
function countsAmounts(price: Price, rateType: RateType): boolean {
  return price.type === 'PERCENT' || price.type === 'PERCENT_TIERS' || (price.rateType ?? rateType) === 'CPS';
}

function rateTypeOf(price: Price): RateType {
  return price.rateType ?? (price.type === 'PERCENT' || price.type === 'PERCENT_TIERS' ? 'CPS' : 'CPA');
}

/** Running counters of one rule in one counter period. */
export interface Counter {
  actions: Fraction;
  amounts: Fraction;
  readonly totalActions: Fraction;
  readonly totalAmounts: Fraction;
}

/** The result of an action that is not paid: nothing to its partners, and why. */
export function refused(c: RefusedAction, digits: number, mode: RoundingMode): ActionValue {
  const { refusal } = c;
  const credits: readonly Pick<Credit, 'partnerId'>[] =
    c.attribution.credits.length > 0 ? c.attribution.credits : [{ partnerId: c.action.partnerId ?? '' }];
  const clause = c.version === null ? {} : clauseFields(c.version.doc, refusal.clauseId ?? c.rule?.clauseId);
  const kind = refusal.outcome === 'REVERSED' || refusal.outcome === 'REVERSED_AFTER_LOCK' ? 'REVERSAL' : 'ELIGIBILITY';
  return {
    action: c.action,
    day: c.day,
    version: c.version,
    rule: c.rule,
    rateType: c.rule === null ? 'CPA' : rateTypeOf(c.rule.payout),
    clause,
    exact: ZERO,
    payout: ZERO,
    shares: credits.map((credit) => ({ partnerId: credit.partnerId, amount: ZERO })),
    outcome: refusal.outcome,
    reason: refusal.reason,
    locksOn: c.locksOn,
    paysOn: c.paysOn,
    trace: {
      kind: 'ACTION',
      title: `Action ${c.action.id}`,
      text: refusal.reason,
      amount: roundedText(ZERO, digits, mode),
      ...clause,
      children: [{ kind, title: 'Not paid', text: refusal.reason, ...clause, children: [] }],
    },
  };
}

function countsFor(
  c: PayableAction,
  counter: Counter,
): (rateType: RateType, metric: string | undefined, price: Price) => Count {
  return (rateType, _metric, price) => {
    const amounts = countsAmounts(price, rateType);
    const units = amounts ? c.basis : ONE;
    const from = amounts ? counter.amounts : counter.actions;
    const opens = isZero(counter.actions);
    return {
      from: opens ? null : from,
      to: add(from, units),
      units,
      total: amounts ? counter.totalAmounts : counter.totalActions,
      carried: null,
      events: 1n,
      values: [c.basis],
    };
  };
}

const WHOLE_PERIOD = { served: 1n, of: 1n, opens: true } as const;

/**
 * The result of an action that its rule pays: priced at its place in `counter`, which moves on past it, rounded, then split over its partners;
 * partners with prices of their own each get their part of their own price.
 */
export function priceOne(
  frozen: Frozen,
  c: PayableAction,
  counter: Counter,
  digits: number,
  mode: RoundingMode,
): ActionValue {
  const { rule, version } = c;
  const rateType = rateTypeOf(rule.payout);
  const count = countsFor(c, counter);
  const priced = priceExact(rule.payout, { rateType, count, days: WHOLE_PERIOD });
  const ownPrices = c.attribution.credits.map((credit) => overrideFor(version, rule, c, credit.partnerId));
  const exactOf = (override: PartnerOverride | null): Fraction =>
    override === null
      ? priced.exact
      : priceExact(override.price, {
          rateType: rateTypeOf(override.price),
          count,
          days: WHOLE_PERIOD,
        }).exact;
  counter.actions = add(counter.actions, ONE);
  counter.amounts = add(counter.amounts, c.basis);
  const differ = new Set(ownPrices).size > 1;
  const { credits } = c.attribution;
  const weights = credits.map((credit) => credit.weight);
  let exact: Fraction;
  let payout: Fraction;
  let shares: { partnerId: string; amount: Fraction }[];
  if (differ) {
    // Partners have prices of their own: each gets round(weight × own price), and no remainder moves between them. The
    // weight of a partner is that of all its touches.
    const total = sum(weights);
    const exacts = new Map<string, Fraction>();
    for (const [i, { partnerId, weight }] of credits.entries()) {
      const own = divide(multiply(exactOf(ownPrices[i] ?? null), weight), total);
      exacts.set(partnerId, add(exacts.get(partnerId) ?? ZERO, own));
    }
    shares = [...exacts].map(([partnerId, own]) => ({ partnerId, amount: roundTo(own, digits, mode) }));
    exact = sum(exacts.values());
    payout = sum(shares.map((share) => share.amount));
  } else {
    exact = exactOf(ownPrices[0] ?? null);
    payout = roundTo(exact, digits, mode);
    const amounts = splitCredit(payout, weights, digits);
    shares = credits.map(({ partnerId }, i) => ({ partnerId, amount: amounts[i] as Fraction }));
  }
  const override = ownPrices[0] ?? null;
  const price = differ || override === null ? rule.payout : override.price;
  const clause = clauseFields(version.doc, (differ ? undefined : override?.clauseId) ?? rule.clauseId);
  const amountText = roundedText(payout, digits, mode);
  const locked = c.locksOn !== null && referenceDay(frozen) >= c.locksOn;
  const reason = `${rateText(price, rateTypeOf(price))}.`;
  const children: TraceStep[] = [
    { kind: 'ATTRIBUTION', title: 'Credit', text: c.attribution.text, children: [] },
    {
      kind: 'RATE',
      title: override === null ? `Payout rule ${rule.id}` : `Partner override ${override.id}`,
      text: `${reason}${countsAmounts(price, rateType) ? ` The base is ${c.basisText}: ${groupedExact(c.basis)}.` : ''}`,
      ...clause,
      versionRef: version.ref,
      rateRow: {
        layer: override === null ? 'PAYOUT_RULE' : 'OVERRIDE',
        id: override?.id ?? rule.id,
        rateType: rateTypeOf(price),
      },
      children: [],
    },
    ...(override === null ? priced.steps() : []),
    {
      kind: 'ROUND',
      title: 'Rounding',
      text: `${exactText(exact)} rounded for this action to ${grouped(amountText)}.`,
      exact: exactText(exact),
      rounding: { mode, minorDigits: digits, from: exactText(exact), to: amountText },
      children: [],
    },
    ...(c.locksOn === null
      ? []
      : [
          {
            kind: 'LOCK' as const,
            title: 'Lock',
            text: `It locks on ${isoDate(c.locksOn)}${c.paysOn === null ? '' : ` and is paid on ${isoDate(c.paysOn)}`}.`,
            children: [],
          },
        ]),
  ];
  return {
    action: c.action,
    day: c.day,
    version,
    rule,
    rateType,
    clause,
    exact,
    payout,
    shares,
    outcome: c.paid ? 'PAID' : locked ? 'LOCKED' : 'PENDING',
    reason,
    locksOn: c.locksOn,
    paysOn: c.paysOn,
    trace: {
      kind: 'ACTION',
      title: `Action ${c.action.id}`,
      text: `${reason} ${c.attribution.text}`,
      exact: exactText(exact),
      ...clause,
      versionRef: version.ref,
      children,
    },
  };
}

/** The day as of which PENDING and LOCKED are told apart: asOf, else the end of the period. */
function referenceDay(frozen: Frozen): DayNumber {
  return frozen.asOfMs === null ? frozen.period.to : localDay(frozen.table, frozen.asOfMs, frozen.dayStartMs);
}

function overrideFor(
  version: FrozenVersion,
  rule: PayoutRule,
  c: PayableAction,
  partnerId: string,
): PartnerOverride | null {
  const partners = new Set([partnerId]);
  const current = { ...c.action, amounts: { ...c.amounts } };
  return (
    (version.doc.overrides ?? [])
      .filter((o) => o.lineId === undefined && o.productKey === undefined)
      .filter(
        (o) =>
          (o.payoutRuleId === undefined || o.payoutRuleId === rule.id) &&
          (o.eventType === undefined || o.eventType === c.action.eventType),
      )
      .filter((o) => Object.entries(o.dimensions ?? {}).every(([key, value]) => c.action.dimensions?.[key] === value))
      .filter((o) => allHold(o.conditions, current, partnerId) && overrideHolds(o, partners, c.day))
      .sort((a, b) => moreSpecific(overrideSpecificity(a), overrideSpecificity(b)))[0] ?? null
  );
}
