/**
 * What every action up to a day is worth, knowing the changes up to that day.
 * Owns: eligibility, payout rule, counters, limits, locks and reversals of single actions. Must not: make rows.
 */
import {
  type Attribution,
  allHold,
  allowedReversals,
  attribute,
  type Credit,
  lockDay,
  payDay,
  splitCredit,
  type TimedTouch,
  touchesByActor,
} from '@countersign/shared/attribution';
import {
  type ActionFact,
  type DayNumber,
  instantMs,
  isoDate,
  localDay,
  type PartnerOverride,
  type PayoutRule,
  type Price,
  periodLike,
  type RateType,
} from '@countersign/shared/model';
import {
  add,
  compare,
  decimalOf,
  divide,
  exactText,
  type Fraction,
  isZero,
  minorDigits,
  multiply,
  ONE,
  type RoundingMode,
  roundedText,
  roundTo,
  subtract,
  sum,
  ZERO,
} from '@countersign/shared/money';
import { clauseFields } from './clauses.ts';
import type { Frozen, FrozenVersion } from './freeze.ts';
import { governing } from './govern.ts';
import { type Count, priceExact } from './price/price.ts';
import { moreSpecific, overrideHolds, overrideSpecificity } from './rate.ts';
import type { ActionOutcome, TraceStep, Warning } from './result.ts';
import { counterStart } from './segments.ts';
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

export interface Evaluation {
  readonly values: readonly ActionValue[];
  readonly byId: ReadonlyMap<string, ActionValue>;
  readonly warnings: readonly { day: DayNumber; warning: Warning }[];
}

/** An action with its state: which amounts count, and whether it is reversed in place or after its lock. */
interface Standing {
  readonly action: ActionFact;
  readonly day: DayNumber;
  readonly atMs: number;
  readonly version: FrozenVersion | null;
  readonly amounts: Readonly<Record<string, string>>;
  readonly reversed: 'NO' | 'BEFORE_LOCK' | 'AFTER_LOCK';
  readonly outside: boolean;
  readonly extended: boolean;
  readonly paid: boolean;
  readonly locksOn: DayNumber | null;
  readonly paysOn: DayNumber | null;
}

/** Values of all actions that occurred before `until`, with the changes recorded for days before it. */
export function evaluateActions(frozen: Frozen, until: DayNumber): Evaluation {
  const touches = touchesByActor(frozen.touches);
  const warnings: { day: DayNumber; warning: Warning }[] = [];
  const standing = frozen.actions
    .map((action) => ({ action, atMs: instantMs(action.occurredAt) }))
    .sort((a, b) => a.atMs - b.atMs || (a.action.id < b.action.id ? -1 : a.action.id > b.action.id ? 1 : 0))
    .map(({ action, atMs }) => stand(frozen, action, atMs, until))
    .filter((s) => s.day < until);
  const limited = limitReversals(frozen, standing, warnings);
  const candidates = limited.map((s) => qualify(frozen, s, touches));
  const values = priceAll(frozen, candidates);
  return { values, byId: new Map(values.map((v) => [v.action.id, v])), warnings };
}

/** Applies the dated status events: before the lock they edit the action, after it they wait for their own period. */
function stand(frozen: Frozen, action: ActionFact, atMs: number, until: DayNumber): Standing {
  const { table, dayStartMs } = frozen;
  const day = localDay(table, atMs, dayStartMs);
  const version = governing(frozen.versions, day);
  const events = [...(action.statusEvents ?? [])].sort((a, b) => instantMs(a.at) - instantMs(b.at));
  const extended = events.some((e) => e.status === 'EXTENDED');
  const rule = version?.doc.locks?.find((l) => l.eventType === undefined || l.eventType === action.eventType) ?? null;
  const ruled = rule === null ? null : lockDay(rule, day, extended);
  const approved = events.find((e) => e.status === 'APPROVED');
  const approvedOn = approved === undefined ? null : localDay(table, instantMs(approved.at), dayStartMs);
  const locksOn = ruled === null ? approvedOn : approvedOn === null ? ruled : Math.min(ruled, approvedOn);
  let amounts = action.amounts ?? {};
  let reversed: Standing['reversed'] = 'NO';
  let outside = false;
  for (const event of events) {
    const on = localDay(table, instantMs(event.at), dayStartMs);
    const late = locksOn !== null && on >= locksOn;
    if (late && on >= until) continue;
    if (event.status === 'REVERSED') reversed = late ? 'AFTER_LOCK' : 'BEFORE_LOCK';
    if (event.status === 'OUTSIDE_TERMS') outside = true;
    if (event.amounts !== undefined) amounts = { ...amounts, ...event.amounts };
  }
  return {
    action,
    day,
    atMs,
    version,
    amounts,
    reversed,
    outside,
    extended,
    paid: events.some((e) => e.status === 'PAID'),
    locksOn,
    paysOn: rule === null || locksOn === null ? null : payDay(rule, locksOn),
  };
}

/** Holds reversals within maxReversalPercent of the actions of a billing period, earliest actions first. */
function limitReversals(
  frozen: Frozen,
  standing: readonly Standing[],
  warnings: { day: DayNumber; warning: Warning }[],
): Standing[] {
  const out = [...standing];
  const byPeriod = new Map<string, number[]>();
  standing.forEach((s, i) => {
    if (s.version?.doc.locks?.some((l) => l.maxReversalPercent !== undefined) !== true) return;
    const key = periodLike(frozen.period, s.day, frozen.calendar).key;
    byPeriod.set(key, [...(byPeriod.get(key) ?? []), i]);
  });
  for (const [key, indexes] of byPeriod) {
    const first = standing[indexes[0] as number] as Standing;
    const rule = first.version?.doc.locks?.find((l) => l.maxReversalPercent !== undefined);
    if (rule?.maxReversalPercent === undefined) continue;
    const requested = indexes.filter((i) => (standing[i] as Standing).reversed !== 'NO');
    const allowed = allowedReversals(
      BigInt(indexes.length),
      decimalOf(rule.maxReversalPercent),
      BigInt(requested.length),
    );
    const refused = requested.slice(Number(allowed));
    for (const i of refused) out[i] = { ...(out[i] as Standing), reversed: 'NO' };
    if (refused.length > 0)
      warnings.push({
        day: first.day,
        warning: {
          code: 'REVERSAL_LIMIT',
          text: `${refused.length} of ${requested.length} reversals of ${key} are refused: at most ${rule.maxReversalPercent}% of ${indexes.length} actions may be reversed.`,
        },
      });
  }
  return out;
}

interface Candidate extends Standing {
  readonly rule: PayoutRule | null;
  readonly attribution: Attribution;
  readonly refusal: { outcome: ActionOutcome; reason: string; clauseId?: string | undefined } | null;
  readonly basis: Fraction;
  readonly basisText: string;
}

/** Amounts that make the base of a percentage: included less subtracted. */
export function orderBasis(
  amounts: Readonly<Record<string, string>>,
  include: readonly string[],
  subtracted: readonly string[],
): Fraction {
  const of = (name: string): Fraction => decimalOf(amounts[name] ?? '0');
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

function qualify(frozen: Frozen, standing: Standing, touches: ReadonlyMap<string, readonly TimedTouch[]>): Candidate {
  const { action, version } = standing;
  const none: Candidate = {
    ...standing,
    rule: null,
    attribution: { credits: [], text: '' },
    refusal: null,
    basis: ZERO,
    basisText: '',
  };
  if (version === null)
    return { ...none, refusal: { outcome: 'OUTSIDE_TERMS', reason: 'No executed version governs its day.' } };
  const current = { ...action, amounts: { ...standing.amounts } };
  const attribution = attribute(
    current,
    touches.get(action.actorId ?? '') ?? [],
    version.doc.attribution,
    frozen.table,
  );
  const partner = attribution.credits.length === 1 ? attribution.credits[0]?.partnerId : undefined;
  const rule = matchingRule(version.doc.payoutRules ?? [], current, partner);
  const basisNames = rule?.orderBasis ?? { include: ['order'], subtract: [] };
  const basis = orderBasis(standing.amounts, basisNames.include, basisNames.subtract ?? []);
  const basisText = `${basisNames.include.join(' + ')}${(basisNames.subtract ?? []).map((s) => ` − ${s}`).join('')}`;
  const found = { ...none, rule, attribution, basis, basisText };
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
  return found;
}

/** Whether a price counts amounts of money or actions. */
function countsAmounts(price: Price, rateType: RateType): boolean {
  return price.type === 'PERCENT' || price.type === 'PERCENT_TIERS' || (price.rateType ?? rateType) === 'CPS';
}

function rateTypeOf(price: Price): RateType {
  return price.rateType ?? (price.type === 'PERCENT' || price.type === 'PERCENT_TIERS' ? 'CPS' : 'CPA');
}

/** Running counters of one rule in one counter period. */
interface Counter {
  actions: Fraction;
  amounts: Fraction;
  readonly totalActions: Fraction;
  readonly totalAmounts: Fraction;
}

function counterKey(frozen: Frozen, candidate: Candidate): string {
  const rule = candidate.rule as PayoutRule;
  const price = rule.payout;
  const kind = 'counter' in price ? (price.counter ?? 'PERIOD') : 'PERIOD';
  const period = periodLike(frozen.period, candidate.day, frozen.calendar);
  const start = kind === 'PERIOD' ? period.key : isoDate(counterStart(frozen, kind, period));
  const reset = candidate.version?.doc.tierCounters === 'RESET' ? candidate.version.ref.versionId : '';
  return `${rule.id}\u0000${start}\u0000${reset}`;
}

function priceAll(frozen: Frozen, candidates: readonly Candidate[]): ActionValue[] {
  const digits = minorDigits(frozen.head.currency);
  const mode = frozen.head.roundingMode ?? 'HALF_UP';
  const limited = applyCountLimits(frozen, candidates);
  const live = limited.filter((c) => c.refusal === null && c.rule !== null);
  const counters = new Map<string, Counter>();
  for (const c of live) {
    const key = counterKey(frozen, c);
    const counter = counters.get(key);
    counters.set(key, {
      actions: ZERO,
      amounts: ZERO,
      totalActions: add(counter?.totalActions ?? ZERO, ONE),
      totalAmounts: add(counter?.totalAmounts ?? ZERO, c.basis),
    });
  }
  const spent = new Map<string, Fraction>();
  return limited.map((c) => {
    if (c.refusal !== null || c.rule === null) return refused(c, digits);
    const value = priceOne(frozen, c, counters.get(counterKey(frozen, c)) as Counter, digits, mode);
    return limitAmount(frozen, c, value, spent, digits);
  });
}

/** Actions beyond a rule's count limit are outside of terms, in order of time and id. */
function applyCountLimits(frozen: Frozen, candidates: readonly Candidate[]): Candidate[] {
  const used = new Map<string, bigint>();
  return candidates.map((c) => {
    if (c.refusal !== null || c.rule === null) return c;
    for (const [i, limit] of (c.rule.limits ?? []).entries()) {
      if (limit.quantity === undefined) continue;
      const key = `${c.rule.id}\u0000${i}\u0000${limitSpan(frozen, c, limit)}`;
      const count = (used.get(key) ?? 0n) + 1n;
      if (compare({ n: count, d: 1n }, decimalOf(limit.quantity)) > 0)
        return {
          ...c,
          refusal: {
            outcome: 'OUTSIDE_TERMS' as const,
            reason: `The limit of ${grouped(limit.quantity)} actions was reached.`,
            clauseId: c.rule.clauseId,
          },
        };
      used.set(key, count);
    }
    return c;
  });
}

function limitSpan(
  frozen: Frozen,
  c: Candidate,
  limit: { period?: string | undefined; per?: string | undefined },
): string {
  const span =
    limit.period === 'DAY'
      ? isoDate(c.day)
      : limit.period === 'TERM'
        ? 'term'
        : periodLike(frozen.period, c.day, frozen.calendar).key;
  return limit.per === 'PARTNER' ? `${span}\u0000${c.attribution.credits[0]?.partnerId ?? ''}` : span;
}

/** A payout that would pass an amount limit is cut to what is left. */
function limitAmount(
  frozen: Frozen,
  c: Candidate,
  value: ActionValue,
  spent: Map<string, Fraction>,
  digits: number,
): ActionValue {
  let payout = value.payout;
  for (const [i, limit] of (c.rule?.limits ?? []).entries()) {
    if (limit.amount === undefined) continue;
    const key = `${c.rule?.id ?? ''}\u0000${i}\u0000${limitSpan(frozen, c, limit)}`;
    const left = subtract(decimalOf(limit.amount), spent.get(key) ?? ZERO);
    if (compare(payout, left) > 0) payout = left.n < 0n ? ZERO : left;
    spent.set(key, add(spent.get(key) ?? ZERO, payout));
  }
  if (compare(payout, value.payout) === 0) return value;
  const shares = splitCredit(
    payout,
    value.shares.map((s) => s.amount),
    digits,
  );
  const reason = `${value.reason} The limit of the payout rule leaves ${groupedExact(payout)}.`;
  return {
    ...value,
    payout,
    reason,
    outcome: isZero(payout) ? 'OUTSIDE_TERMS' : value.outcome,
    shares: value.shares.map((s, i) => ({ ...s, amount: shares[i] as Fraction })),
  };
}

function refused(c: Candidate, digits: number): ActionValue {
  const refusal = c.refusal ?? { outcome: 'OUTSIDE_TERMS' as const, reason: 'No payout rule matches it.' };
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
      amount: roundedText(ZERO, digits, 'HALF_UP'),
      ...clause,
      children: [{ kind, title: 'Not paid', text: refusal.reason, ...clause, children: [] }],
    },
  };
}

function countsFor(
  c: Candidate,
  counter: Counter,
  rateType: RateType,
): (type: RateType, metric: string | undefined, price: Price) => Count {
  return (type, _metric, price) => {
    const amounts = countsAmounts(price, type ?? rateType);
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

function priceOne(frozen: Frozen, c: Candidate, counter: Counter, digits: number, mode: RoundingMode): ActionValue {
  const rule = c.rule as PayoutRule;
  const rateType = rateTypeOf(rule.payout);
  const version = c.version as FrozenVersion;
  const count = countsFor(c, counter, rateType);
  const priced = priceExact(rule.payout, { rateType, count, days: WHOLE_PERIOD });
  const ownPrices = c.attribution.credits.map((credit) => overrideFor(version, rule, c, credit.partnerId));
  const exactOf = (override: PartnerOverride | null): Fraction =>
    override === null
      ? priced.exact
      : priceExact(override.price, {
          rateType: rateTypeOf(override.price),
          count: countsFor(c, counter, rateTypeOf(override.price)),
          days: WHOLE_PERIOD,
        }).exact;
  counter.actions = add(counter.actions, ONE);
  counter.amounts = add(counter.amounts, c.basis);
  const differ = new Set(ownPrices.map((o) => o?.id ?? '')).size > 1;
  const weights = c.attribution.credits.map((credit) => credit.weight);
  let exact: Fraction;
  let payout: Fraction;
  let amounts: Fraction[];
  if (differ) {
    // Partners have prices of their own: each gets round(weight × own price), and no remainder moves between them.
    const total = sum(weights);
    const exacts = ownPrices.map((o, i) => divide(multiply(exactOf(o), weights[i] as Fraction), total));
    amounts = exacts.map((e) => roundTo(e, digits, mode));
    exact = sum(exacts);
    payout = sum(amounts);
  } else {
    exact = exactOf(ownPrices[0] ?? null);
    payout = roundTo(exact, digits, mode);
    amounts = splitCredit(payout, weights, digits);
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
    ...(override === null ? priced.steps : []),
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
    shares: c.attribution.credits.map((credit, i) => ({ partnerId: credit.partnerId, amount: amounts[i] as Fraction })),
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
  c: Candidate,
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
