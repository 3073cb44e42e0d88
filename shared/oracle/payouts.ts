/**
 * Test-only. What each action pays to whom, when it locks and what a reversal after lock books (DOMAIN §3 CPA and Locks;
 * settled 18, 19). Must not: say what discounts or taxes come to.
 */
import type { ActionFact, PartnerOverride, Price } from '@countersign/shared/model';
import { meets } from './credit.ts';
import { dayOf, isoOf, monthDay, type Span, yearAndMonth } from './days.ts';
import { least, magnitude, most, signOf } from './order.ts';
import { costOf, isAllUnits } from './prices.ts';
import { minus, negate, over, percentOf, plus, type Q, q, sum, times, whole, ZERO } from './rational.ts';
import { largestRemainder, rounded } from './rounding.ts';
import { type LineBill, rowOf } from './rows.ts';
import { type PeriodBill, Settlement } from './settle.ts';
import { Actions, type Rule, type Standing } from './standing.ts';
import type { World } from './world.ts';

type Override = ReturnType<typeof PartnerOverride.parse>;
type Limit = NonNullable<Rule['limits']>[number];

export interface Share {
  readonly ruleId: string;
  readonly actionId: string;
  readonly partnerId: string;
  readonly payout: Q;
}

export interface PayoutBill {
  readonly shares: readonly Share[];
  /** What the period books: its own actions, and what changed after its lock. */
  readonly settled: PeriodBill;
  readonly changedAfterLock: boolean;
  readonly locksOn: ReadonlyMap<string, string | null>;
  readonly paysOn: ReadonlyMap<string, string | null>;
}

export class Payouts {
  private readonly world: World;
  private readonly actions: Actions;

  constructor(world: World) {
    this.world = world;
    this.actions = new Actions(world);
  }

  /** Actions of a period in time order that pay, as they stand; the quantity limits of their rule passed over. */
  private payable(period: Span, until: number): Standing[] {
    // A limit of the term counts the actions of all periods so far.
    const mine = this.actions.actions.filter((a) => this.world.localDay(a.occurredAt) < period.to);
    const standing = mine.map((a) => this.actions.standing(a, until)).filter((s) => s !== null);
    const earning = standing.filter((s) => s.rule !== undefined && s.credits.length > 0 && !s.reversed);
    const used = new Map<string, number>();
    const paying = earning.filter((s) => {
      const counted = (s.rule?.limits ?? []).flatMap((limit, i) =>
        limit.quantity === undefined ? [] : [[this.limitKey(s, limit, i), Number(limit.quantity)] as const],
      );
      const pays = counted.every(([key, most]) => (used.get(key) ?? 0) < most);
      // An action that one limit refuses uses up none of the others.
      if (pays) for (const [key] of counted) used.set(key, (used.get(key) ?? 0) + 1);
      return pays;
    });
    return paying.filter((s) => within(s.day, period));
  }

  /** What one use of a limit counts together: a day, a billing period or the term; all partners or one. */
  private limitKey(s: Standing, limit: Limit, place: number): string {
    const span = { DAY: s.day, TERM: '', BILLING_PERIOD: this.world.periodOf(s.day).key };
    const partner = limit.per === 'PARTNER' ? s.credits[0]?.partnerId : '';
    return JSON.stringify([s.rule?.id, place, span[limit.period ?? 'BILLING_PERIOD'], partner]);
  }

  private basisOf(s: Standing): Q {
    const basis = s.rule?.orderBasis ?? { include: ['order'] };
    const named = (names: readonly string[] | undefined): Q =>
      sum((names ?? []).map((name) => q(s.action.amounts?.[name] ?? '0')));
    return minus(named(basis.include), named(basis.subtract));
  }

  /** Exact price of the action at this place among those of its rule. */
  private priceOf(price: Price, s: Standing, among: readonly Standing[]): Q {
    if (price.type === 'COMBINE') {
      const parts = price.of.map((part) => this.priceOf(part, s, among));
      return price.op === 'SUM' ? sum(parts) : parts.reduce(price.op === 'GREATER_OF' ? most : least);
    }
    if (price.type === 'FLAT') return q(price.amount);
    if (price.type === 'PERCENT') {
      // A return of the whole order takes back what the order paid, its fixed part and its bounds as well.
      const basis = this.basisOf(s);
      let value = plus(percentOf(magnitude(basis), price.percent), q(price.fixed ?? '0'));
      if (price.minPer !== undefined) value = most(value, q(price.minPer));
      if (price.maxPer !== undefined) value = least(value, q(price.maxPer));
      return signOf(basis) < 0 ? negate(value) : value;
    }
    const measure = (x: Standing): Q => (price.type === 'PERCENT_TIERS' ? this.basisOf(x) : whole(1));
    const place = among.indexOf(s);
    const before = sum(among.slice(0, place).map(measure));
    const total = sum(among.map(measure));
    if (isAllUnits(price)) return costOf(price, measure(s), total, whole(1));
    const cost = (quantity: Q): Q => costOf(price, quantity, total, whole(1));
    return minus(cost(plus(before, measure(s))), place === 0 ? ZERO : cost(before));
  }

  private overrideFor(s: Standing, partnerId: string): Override | undefined {
    const fits = (o: Override): boolean =>
      (o.partnerIds === undefined || o.partnerIds.length === 0 || o.partnerIds.includes(partnerId)) &&
      Object.entries(o.dimensions ?? {}).every(([name, value]) => s.action.dimensions?.[name] === value) &&
      meets(o.conditions, s.action) &&
      (o.from === undefined || dayOf(o.from) <= s.day) &&
      (!o.to || s.day < dayOf(o.to)) &&
      (o.eventType === undefined || o.eventType === s.action.eventType) &&
      (o.payoutRuleId === undefined || o.payoutRuleId === s.rule?.id);
    const rank = (o: Override): (number | string)[] => [
      -(Object.keys(o.dimensions ?? {}).length + (o.conditions ?? []).length),
      o.partnerIds !== undefined && o.partnerIds.length > 0 ? 0 : 1,
      o.from !== undefined || o.to ? 0 : 1,
      -(o.from === undefined ? Number.NEGATIVE_INFINITY : dayOf(o.from)),
      o.id,
    ];
    return (s.version.overrides ?? []).filter(fits).sort((a, b) => byRank(rank(a), rank(b)))[0];
  }

  private round(value: Q): Q {
    return rounded(value, this.world.digits, this.world.mode);
  }

  private sharesOf(s: Standing, among: readonly Standing[]): Share[] {
    const priced = s.credits.map(({ partnerId, weight }) => {
      const override = this.overrideFor(s, partnerId);
      const price = override?.price ?? s.rule?.payout;
      return { partnerId, weight, override, exact: price === undefined ? ZERO : this.priceOf(price, s, among) };
    });
    const first = priced[0];
    if (first === undefined) return [];
    const all = sum(priced.map((p) => p.weight));
    const differ = priced.some((p) => p.override !== first.override);
    const weights = priced.map((p) => p.weight);
    const parts = differ ? undefined : largestRemainder(this.round(first.exact), weights, this.world.digits);
    const byPartner = new Map<string, { weight: Q; exact: Q; part: Q }>();
    priced.forEach((p, i) => {
      const old = byPartner.get(p.partnerId) ?? { weight: ZERO, exact: p.exact, part: ZERO };
      byPartner.set(p.partnerId, {
        weight: plus(old.weight, p.weight),
        exact: p.exact,
        part: plus(old.part, parts?.[i] ?? ZERO),
      });
    });
    return [...byPartner].map(([partnerId, { weight, exact, part }]) => ({
      ruleId: s.rule?.id ?? '',
      actionId: s.action.id,
      partnerId,
      payout: parts === undefined ? this.round(times(exact, over(weight, all))) : part,
    }));
  }

  private worth(period: Span, until: number): Share[] {
    const payable = this.payable(period, until);
    const shares = payable.flatMap((s) =>
      this.sharesOf(
        s,
        payable.filter((other) => other.rule?.id === s.rule?.id),
      ),
    );
    return this.withinAmounts(payable, shares);
  }

  /** Cuts the payout that passes an amount limit, and what comes after it; such actions have one partner. */
  private withinAmounts(payable: readonly Standing[], shares: readonly Share[]): Share[] {
    const used = new Map<string, Q>();
    return shares.map((share) => {
      const s = payable.find((one) => one.action.id === share.actionId);
      const limits = (s?.rule?.limits ?? []).flatMap((limit, place) =>
        s === undefined || limit.amount === undefined
          ? []
          : [[this.limitKey(s, limit, place), q(limit.amount)] as const],
      );
      const left = limits.map(([key, limit]) => most(minus(limit, used.get(key) ?? ZERO), ZERO));
      const payout = left.reduce(least, share.payout);
      for (const [key] of limits) used.set(key, plus(used.get(key) ?? ZERO, payout));
      return { ...share, payout };
    });
  }

  /** What a period books by rule: its own actions as they stand before their lock, and later changes of all actions so far. */
  private rowsOf(period: Span): LineBill[] {
    const booked = new Map<string, Q>();
    const book = (shares: readonly Share[], sign: Q): void => {
      for (const { ruleId, payout } of shares)
        booked.set(ruleId, plus(booked.get(ruleId) ?? ZERO, times(sign, payout)));
    };
    book(this.worth(period, Number.NEGATIVE_INFINITY), whole(1));
    for (const past of this.world.periodsUpTo(period)) {
      book(this.worth(past, period.to), whole(1));
      book(this.worth(past, period.from), whole(-1));
    }
    return [...booked].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, gross]) => rowOf({ id, rateType: 'CPA' }, gross));
  }

  billOf(period: Span): PayoutBill {
    const shares = this.worth(period, Number.NEGATIVE_INFINITY);
    const locks = this.actions.actions.map((a) => [a, this.actions.lockOf(a)] as const);
    const iso = (day: number | undefined): string | null => (day === undefined ? null : isoOf(day));
    return {
      shares,
      settled: new Settlement(this.world, (span) => this.rowsOf(span)).billOf(period),
      changedAfterLock: this.actions.actions.some((action) => this.changesAfterLock(action, period)),
      locksOn: new Map(locks.map(([a, day]) => [a.id, iso(day)])),
      paysOn: new Map(locks.map(([a, day]) => [a.id, iso(this.payDay(a, day))])),
    };
  }

  private changesAfterLock(action: ActionFact, period: Span): boolean {
    const lock = this.actions.lockOf(action) ?? Number.POSITIVE_INFINITY;
    return this.actions.eventsOf(action).some((event) => {
      const on = this.world.localDay(event.at);
      return on >= lock && within(on, period);
    });
  }

  private payDay(action: ActionFact, lock: number | undefined): number | undefined {
    const rule = this.actions.lockRule(action);
    if (rule?.payDay === undefined || lock === undefined) return undefined;
    const [year, month] = yearAndMonth(lock);
    return monthDay(year, month + (rule.payMonthsAfterLock ?? 1), rule.payDay);
  }
}

const within = (day: number, span: Span): boolean => day >= span.from && day < span.to;

function byRank(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (let i = 0; i < a.length; i += 1) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}
