/**
 * Test-only. From the gross of lines to the total (DOMAIN §3 steps 6 to 11; settled 10 to 15), one period after another
 * from the contract's start, so that running commitments see all periods before.
 * Must not: price facts.
 */
import type { Commission, Commitment, Discount, Line, TaxRule } from '@countersign/shared/model';
import { addMonths, dayOf, type Span } from './days.ts';
import { least, magnitude, most, signOf } from './order.ts';
import { minus, negate, percentOf, plus, type Q, q, ratio, sum, times, whole, ZERO } from './rational.ts';
import { largestRemainder, rounded } from './rounding.ts';
import { type Priced, pricedSegments } from './segments.ts';
import type { World } from './world.ts';

export const PARTS = ['gross', 'cap', 'minimum', 'discount', 'commission', 'tax'] as const;
export type Part = (typeof PARTS)[number];
export type Amounts = Record<Part, Q>;

export interface LineBill {
  readonly lineId: string;
  readonly line: Line;
  readonly segments: readonly Priced[];
  readonly amounts: Amounts;
  /** What is left of the line after the steps so far. */
  running: Q;
}

export interface PeriodBill {
  readonly period: Span;
  readonly lines: readonly LineBill[];
  readonly totals: Record<Part | 'net' | 'total', Q>;
}

/** What a commitment counted in each period before, and what it added. */
interface Memory {
  readonly period: Span;
  readonly counted: Q;
  readonly change: Q;
}

export class Settlement {
  private readonly memories = new Map<string, Memory[]>();
  private readonly world: World;
  private readonly lineIds: readonly string[];

  constructor(world: World) {
    this.world = world;
    const ids = world.versions.flatMap((version) => (version.lines ?? []).map((line) => line.id));
    this.lineIds = [...new Set(ids)].sort();
  }

  private round(amount: Q): Q {
    return rounded(amount, this.world.digits, this.world.mode);
  }

  /** Bills every period up to the one asked for, and gives that one. */
  billOf(period: Span): PeriodBill {
    const before = this.world.periodsUpTo(period).filter((span) => span.from < period.from);
    const needsPast = (this.world.any.commitments ?? []).some(
      (c) => c.rollover === 'CARRY' || (c.period ?? 'BILLING_PERIOD') !== 'BILLING_PERIOD',
    );
    if (needsPast) for (const span of before) this.settle(span);
    return this.settle(period);
  }

  private settle(period: Span): PeriodBill {
    const lines = this.lineIds.flatMap((lineId): LineBill[] => {
      const segments = pricedSegments(this.world, lineId, period);
      const last = segments.at(-1);
      if (last === undefined) return [];
      const gross = sum(segments.map((segment) => segment.gross));
      const amounts = { gross, cap: ZERO, minimum: ZERO, discount: ZERO, commission: ZERO, tax: ZERO };
      return [{ lineId, line: last.line, segments, amounts, running: gross }];
    });
    if (lines.length === 0) lines.push(nobody());
    const { adjustments = [], commitments = [] } = this.world.any;
    const bind = (kind: string, basis: string): void => {
      const all = commitments.filter((c) => c.kind === kind && c.basis === basis);
      const ordered = [...all.filter((c) => c.scope === 'LINE'), ...all.filter((c) => c.scope === 'CONTRACT')];
      for (const commitment of ordered) this.commit(commitment, period, lines);
    };
    bind('CAP', 'GROSS');
    bind('MINIMUM', 'GROSS');
    const discounts = adjustments.filter((a): a is Discount => a.kind === 'DISCOUNT');
    discounts.sort((a, b) => (a.order ?? 0) - (b.order ?? 0) || (a.id < b.id ? -1 : 1));
    for (const discount of discounts)
      for (const scope of scopesOf(lines, discount.lineIds)) this.discount(discount, scope);
    bind('CAP', 'NET_OF_DISCOUNT');
    bind('MINIMUM', 'NET_OF_DISCOUNT');
    const beforeCommission = new Map(lines.map((line) => [line.lineId, line.running]));
    const commissions = adjustments.filter((a): a is Commission => a.kind === 'COMMISSION');
    for (const commission of commissions) {
      for (const scope of scopesOf(lines, commission.lineIds)) {
        const bases = scope.map((line) => beforeCommission.get(line.lineId) ?? ZERO);
        this.share('commission', negate(this.round(percentOf(sum(bases), commission.percent))), scope, bases);
      }
    }
    for (const rule of adjustments.filter((a): a is TaxRule => a.kind === 'TAX')) {
      for (const line of lines.filter((l) => taxes(rule, l.line))) {
        const base = rule.base === 'BEFORE_COMMISSION' ? beforeCommission.get(line.lineId) : afterCommission(line);
        line.amounts.tax = plus(line.amounts.tax, this.round(percentOf(base ?? ZERO, rule.percent)));
      }
    }
    const part = (name: Part): Q => sum(lines.map((line) => line.amounts[name]));
    const net = sum(lines.map(afterCommission));
    const totals = Object.fromEntries(PARTS.map((name) => [name, part(name)])) as Record<Part, Q>;
    return {
      period,
      lines: lines.filter((line) => line.lineId !== ''),
      totals: { ...totals, net, total: plus(net, totals.tax) },
    };
  }

  /** Gives an amount to lines by largest remainder, ties to the lowest id. */
  private share(part: Part, amount: Q, scope: readonly LineBill[], weights: readonly Q[]): void {
    if (signOf(amount) === 0 || scope.length === 0) return;
    const none = weights.every((weight) => signOf(weight) === 0);
    const shares = largestRemainder(amount, none ? weights.map(() => whole(1)) : weights, this.world.digits);
    for (const [index, line] of scope.entries()) add(line, part, shares[index] ?? ZERO);
  }

  private discount(discount: Discount, scope: readonly LineBill[]): void {
    const weights = scope.map((line) => line.running);
    const all = sum(weights);
    const percent = discount.percent === undefined ? undefined : this.round(percentOf(all, discount.percent));
    const amount = percent ?? times(whole(signOf(all)), least(q(discount.amount ?? '0'), magnitude(all)));
    this.share('discount', negate(amount), scope, weights);
  }

  private commit(commitment: Commitment, period: Span, lines: readonly LineBill[]): void {
    const scope = commitment.scope === 'LINE' ? lines.filter((l) => l.lineId === commitment.lineId) : lines;
    const counted = sum(scope.map((line) => line.running));
    const past = this.memories.get(commitment.id) ?? [];
    const change =
      commitment.kind === 'CAP'
        ? this.capChange(commitment, period, counted, past)
        : this.trueUp(commitment, period, counted, past);
    this.memories.set(commitment.id, [...past, { period, counted, change }]);
    const weights = scope.map((line) => line.running);
    if (commitment.kind === 'MINIMUM') this.share('minimum', change, scope, weights);
    else if (signOf(change) > 0) this.share('cap', change, scope, weights);
    else this.reduce(scope, change);
  }

  /** Takes from the latest lines first (settled 12). */
  private reduce(scope: readonly LineBill[], change: Q): void {
    let left = negate(change);
    for (const line of [...scope].sort(latestFirst(this.world))) {
      const taken = least(left, most(line.running, ZERO));
      add(line, 'cap', negate(taken));
      left = minus(left, taken);
    }
  }

  /** The stated amount, risen by its percentage on each anniversary that has passed when the window begins. */
  private statedAmount(commitment: Commitment, window: Span): Q {
    const { escalator } = commitment;
    let amount = q(commitment.amount);
    if (escalator === undefined) return amount;
    const start = escalator.from === undefined ? this.world.firstDay : dayOf(escalator.from);
    const begins = Math.max(window.from, this.world.firstDay);
    for (let years = 1; addMonths(start, 12 * years) <= begins; years += 1)
      amount = plus(amount, percentOf(amount, escalator.percent));
    return amount;
  }

  /** The amount of one window; of a part of it by days, when the commitment says so (settled 15). */
  private amountOf(commitment: Commitment, window: Span): Q {
    const amount = this.statedAmount(commitment, window);
    const { term } = commitment;
    const ended = dayOf(this.world.any.effectiveTo ?? '9999-01-01');
    if (term !== undefined && commitment.prorateOnTermination && ended < dayOf(term.to)) {
      const lived = ended - Math.max(dayOf(term.from), this.world.firstDay);
      return times(amount, ratio(BigInt(lived), BigInt(dayOf(term.to) - dayOf(term.from))));
    }
    if (!commitment.proratePartPeriods || !Number.isFinite(window.to)) return amount;
    const days = Math.max(Math.min(window.to, ended) - Math.max(window.from, this.world.firstDay), 0);
    return times(amount, ratio(BigInt(days), BigInt(window.to - window.from)));
  }

  /** The amounts of all windows that have begun by this period, over the contract's term (settled 14). */
  private amountUpTo(commitment: Commitment, period: Span): Q {
    const windows = new Map<number, Span>();
    const end = dayOf(this.world.any.effectiveTo ?? '9999-01-01');
    for (const span of this.world.periodsUpTo(period).filter((past) => past.from < end)) {
      const window = this.windowOf(commitment, span);
      windows.set(window.from, window);
    }
    return sum([...windows.values()].map((window) => this.amountOf(commitment, window)));
  }

  private windowOf(commitment: Commitment, period: Span): Span {
    const length = commitment.period ?? 'BILLING_PERIOD';
    return length === 'BILLING_PERIOD' ? period : this.world.window(length, period.from);
  }

  private capChange(commitment: Commitment, period: Span, counted: Q, past: readonly Memory[]): Q {
    const carry = commitment.rollover === 'CARRY';
    const window = this.windowOf(commitment, period);
    const mine = past.filter((m) => carry || m.period.to > window.from);
    const before = sum(mine.map((m) => m.counted));
    const last = mine.at(-1);
    const limit = (span: Span): Q => (carry ? this.amountUpTo(commitment, span) : this.amountOf(commitment, window));
    const billedBefore = last === undefined ? ZERO : least(before, limit(last.period));
    const billed = minus(least(plus(before, counted), limit(period)), billedBefore);
    return this.round(minus(billed, counted));
  }

  private trueUp(commitment: Commitment, period: Span, counted: Q, past: readonly Memory[]): Q {
    const window = this.windowOf(commitment, period);
    const carry = commitment.rollover === 'CARRY';
    const termEnd = dayOf(this.world.any.effectiveTo ?? '9999-01-01');
    // The contract's last period closes what it ends within.
    const close = this.world.periodOf(Math.min(window.to, termEnd) - 1).to;
    if (period.to !== close) return ZERO;
    const mine = past.filter((m) => carry || m.period.to > window.from);
    const owed = carry ? this.amountUpTo(commitment, period) : this.amountOf(commitment, window);
    const earlier = sum(mine.map((m) => plus(m.counted, m.change)));
    return this.round(most(minus(owed, plus(earlier, counted)), ZERO));
  }
}

/** A minimum of the contract falls due also when no line is in flight: then no line carries it. */
function nobody(): LineBill {
  const amounts = { gross: ZERO, cap: ZERO, minimum: ZERO, discount: ZERO, commission: ZERO, tax: ZERO };
  return { lineId: '', line: { id: '', rateType: 'FLAT' }, segments: [], amounts, running: ZERO };
}

function add(line: LineBill, part: Part, amount: Q): void {
  line.amounts[part] = plus(line.amounts[part], amount);
  if (part === 'commission') return;
  line.running = plus(line.running, amount);
}

const afterCommission = (line: LineBill): Q => plus(line.running, line.amounts.commission);

/** All lines at once for the contract (settled 10), or each named line on its own. */
function scopesOf(lines: readonly LineBill[], ids: readonly string[] | undefined): (readonly LineBill[])[] {
  return ids === undefined ? [lines] : lines.filter((line) => ids.includes(line.lineId)).map((line) => [line]);
}

function taxes(rule: TaxRule, line: Line): boolean {
  if (rule.lineIds !== undefined) return rule.lineIds.includes(line.id);
  return line.taxCode === undefined || line.taxCode === rule.code;
}

/** Settled 12: flight end, flight start, id, all descending. */
function latestFirst(world: World): (a: LineBill, b: LineBill) => number {
  const end = (l: LineBill): number => dayOf(l.line.flight?.to ?? world.any.effectiveTo ?? '9999-01-01');
  const start = (l: LineBill): number => dayOf(l.line.flight?.from ?? world.any.effectiveFrom);
  return (a, b) => end(b) - end(a) || start(b) - start(a) || (a.lineId < b.lineId ? 1 : -1);
}
