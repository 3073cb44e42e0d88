/**
 * Test-only. From the gross of lines to the total (DOMAIN §3 steps 6 to 11; settled 10 to 15), one period after another
 * from the contract's start, so that running rules see all periods before.
 * Must not: price facts.
 */
import type { Commission, Commitment, Discount, Guarantee, Line, TaxRule, Trigger } from '@countersign/shared/model';
import { capChange, trueUp } from './commit.ts';
import type { Span } from './days.ts';
import { type GuaranteeMemory, guaranteeEffect, NOTHING_DUE } from './guarantees.ts';
import { least, magnitude, most, signOf } from './order.ts';
import { minus, negate, percentOf, plus, type Q, q, sum, times, whole, ZERO } from './rational.ts';
import { rounded } from './rounding.ts';
import { type LineBill, type Memory, PARTS, type Part, reduce, rowOf, share } from './rows.ts';
import { pricedSegments } from './segments.ts';
import { agreedOn, type World } from './world.ts';

export interface PeriodBill {
  readonly period: Span;
  readonly lines: readonly LineBill[];
  readonly totals: Record<Part | 'net' | 'total', Q>;
  /** What each rule changed, by its part and id. */
  readonly adjustments: ReadonlyMap<string, Q>;
  /** Minimums whose window is not known to have closed, or closed when their line was not in flight. */
  readonly waiting: readonly Commitment[];
}

/** Lines of a period with their gross, in the order of their ids. */
export type GrossOf = (period: Span) => LineBill[];

/** The gross of every line a version has. */
export function measuredLines(world: World): GrossOf {
  const ids = world.versions.flatMap((version) => (version.lines ?? []).map((line) => line.id));
  const sorted = [...new Set(ids)].sort();
  return (period) =>
    sorted.flatMap((lineId): LineBill[] => {
      const segments = pricedSegments(world, lineId, period);
      const last = segments.at(-1);
      return last === undefined ? [] : [rowOf(last.line, sum(segments.map((segment) => segment.gross)), segments)];
    });
}

export class Settlement {
  private readonly memories = new Map<string, Memory[]>();
  private readonly guaranteed = new Map<string, GuaranteeMemory>();
  private readonly world: World;
  private readonly grossOf: GrossOf;
  private adjustments = new Map<string, Q>();
  private waiting: Commitment[] = [];

  constructor(world: World, grossOf: GrossOf) {
    this.world = world;
    this.grossOf = grossOf;
  }

  private round(amount: Q): Q {
    return rounded(amount, this.world.digits, this.world.mode);
  }

  /** Bills every period up to the one asked for, and gives that one. */
  billOf(period: Span): PeriodBill {
    const { commitments = [], guarantees = [], triggers = [] } = this.world.any;
    const needsPast =
      guarantees.length > 0 ||
      triggers.some((t) => t.on === 'ON_AMOUNT') ||
      commitments.some((c) => c.rollover === 'CARRY' || (c.period ?? 'BILLING_PERIOD') !== 'BILLING_PERIOD');
    const before = this.world.periodsUpTo(period).filter((span) => span.from < period.from);
    if (needsPast) for (const span of before) this.settle(span);
    return this.settle(period);
  }

  private settle(period: Span): PeriodBill {
    [this.adjustments, this.waiting] = [new Map(), []];
    const lines = this.grossOf(period);
    // A minimum of the contract falls due also when no line is in flight: then no line carries it.
    if (lines.length === 0) lines.push(rowOf({ id: '', rateType: 'FLAT' }, ZERO));
    this.amounts(period, lines);
    this.parts(lines);
    this.bind('CAP', 'GROSS', period, lines);
    this.bind('MINIMUM', 'GROSS', period, lines);
    this.guarantees(period, lines);
    this.discounts(lines);
    this.bind('CAP', 'NET_OF_DISCOUNT', period, lines);
    this.bind('MINIMUM', 'NET_OF_DISCOUNT', period, lines);
    this.commissionsAndTaxes(lines);
    const net = sum(lines.map(afterCommission));
    const totals = Object.fromEntries(
      PARTS.map((name) => [name, sum(lines.map((line) => line.amounts[name]))]),
    ) as Record<Part, Q>;
    return {
      period,
      lines: lines.filter((line) => line.lineId !== ''),
      totals: { ...totals, net, total: plus(net, totals.tax) },
      adjustments: this.adjustments,
      waiting: this.waiting,
    };
  }

  private note(part: Part, id: string, amount: Q): void {
    const key = `${part} ${id}`;
    this.adjustments.set(key, plus(this.adjustments.get(key) ?? ZERO, amount));
  }

  /** By largest remainder over what is left of the lines. */
  private give(part: Part, id: string, amount: Q, scope: readonly LineBill[]): void {
    this.note(part, id, amount);
    const weights = scope.map((line) => line.running);
    share(this.world, part, amount, scope, weights);
  }

  private take(id: string, change: Q, scope: readonly LineBill[], from: 'LATEST' | 'EARLIEST' = 'LATEST'): void {
    this.note('cap', id, change);
    reduce(this.world, scope, change, from);
  }

  /**
   * Starts and ends by amount (BILL-34, BILL-49): of the running gross, what lies before the one or after the other. Of one
   * scope the latest start and the earliest end hold; the contract's counts what those of its lines leave.
   */
  private amounts(period: Span, lines: readonly LineBill[]): void {
    const mine = (this.world.any.triggers ?? []).filter((t) => t.on === 'ON_AMOUNT' && t.amount !== undefined);
    const strictest = (applies: string, lineId: string | undefined): Trigger[] => {
      const scope = mine
        .filter((t) => t.applies === applies && t.lineId === lineId)
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      const amounts = scope.map((t) => q(t.amount ?? '0'));
      const [first = ZERO] = amounts;
      const limit = amounts.reduce(applies === 'START' ? most : least, first);
      return scope.filter((_, n) => signOf(minus(amounts[n] ?? ZERO, limit)) === 0).slice(0, 1);
    };
    const scopes = [...new Set(mine.map((t) => t.lineId))].sort(
      (a, b) => Number(a === undefined) - Number(b === undefined),
    );
    for (const applies of ['START', 'END']) {
      const taken = new Map<LineBill, Q>();
      for (const lineId of scopes) {
        const scope = lineId === undefined ? lines : lines.filter((l) => l.lineId === lineId);
        for (const trigger of strictest(applies, lineId)) {
          const key = `trigger ${trigger.id}`;
          const counted = sum(scope.map((line) => plus(line.amounts.gross, taken.get(line) ?? ZERO)));
          const past = this.memories.get(key) ?? [];
          const before = sum(past.map((memory) => memory.counted));
          const outside = minus(outsideOf(trigger, plus(before, counted)), outsideOf(trigger, before));
          // Where a start and an end overlap nothing is taken twice.
          const left = most(sum(scope.map((line) => line.running)), ZERO);
          const change = this.round(negate(signOf(outside) > 0 ? least(outside, left) : outside));
          this.memories.set(key, [...past, { period, counted, change }]);
          const were = new Map(scope.map((line) => [line, line.running]));
          this.take(trigger.id, change, scope, applies === 'START' ? 'EARLIEST' : 'LATEST');
          for (const [line, was] of were) taken.set(line, plus(taken.get(line) ?? ZERO, minus(line.running, was)));
        }
      }
    }
  }

  /** Lines held to a percentage of what others earned (BILL-47), by id; the others as they stood before any was held. */
  private parts(lines: readonly LineBill[]): void {
    const earned = new Map(lines.map((line) => [line.lineId, line.running]));
    const rules = [...(this.world.any.ratioCaps ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const { id, lineIds, ofLineIds, percent } of rules) {
      const scope = lines.filter((line) => lineIds.includes(line.lineId));
      const base = sum(ofLineIds.map((other) => earned.get(other) ?? ZERO));
      const over = minus(sum(scope.map((line) => line.running)), most(percentOf(base, percent), ZERO));
      if (signOf(over) > 0) this.take(id, this.round(negate(over)), scope);
    }
  }

  /** Whether a start of the whole contract has not come (BILL-13). */
  private startsAreOpen(): boolean {
    return (this.world.any.triggers ?? []).some(
      (t) => t.applies === 'START' && t.lineId === undefined && agreedOn(t) === undefined,
    );
  }

  private bind(kind: Commitment['kind'], basis: Commitment['basis'], period: Span, lines: readonly LineBill[]): void {
    const all = (this.world.any.commitments ?? []).filter((c) => c.kind === kind && c.basis === basis);
    const ordered = ['LINE', 'CONTRACT'].flatMap((scope) =>
      SPANS.flatMap((span) =>
        all
          .filter((c) => c.scope === scope && (c.period ?? 'BILLING_PERIOD') === span)
          .sort((a, b) => (a.id < b.id ? -1 : 1)),
      ),
    );
    for (const commitment of ordered) {
      const scope = commitment.scope === 'LINE' ? lines.filter((l) => l.lineId === commitment.lineId) : lines;
      // A minimum of one period is not due for a line that is not in flight in it.
      if (scope.length === 0 && (commitment.period ?? 'BILLING_PERIOD') === 'BILLING_PERIOD') continue;
      const counted = sum(scope.map((line) => line.running));
      const past = this.memories.get(commitment.id) ?? [];
      const exact =
        kind === 'CAP'
          ? capChange(this.world, commitment, period, counted, past)
          : trueUp(this.world, commitment, period, counted, past);
      const unborn = scope.every((line) => line.lineId === '') && this.startsAreOpen();
      const nobodyPays = kind === 'MINIMUM' && (scope.length === 0 || unborn) && exact !== null && signOf(exact) > 0;
      if (exact === null || nobodyPays) this.waiting.push(commitment);
      if (scope.length === 0) continue;
      const change = nobodyPays ? ZERO : this.round(exact ?? ZERO);
      this.memories.set(commitment.id, [...past, { period, counted, change }]);
      if (kind === 'CAP') this.take(commitment.id, change, scope);
      else this.give('minimum', commitment.id, change, scope);
    }
  }

  /** The oldest debt recoups first; what falls due is no earning that another could recoup from (BILL-49). */
  private guarantees(period: Span, lines: readonly LineBill[]): void {
    const age = ({ due, id }: Guarantee): string => `${due.map(({ date }) => date).sort()[0]} ${id}`;
    const oldest = [...(this.world.any.guarantees ?? [])].sort((a, b) => (age(a) < age(b) ? -1 : 1));
    const dues = oldest.map((guarantee) => {
      const scope = lines.filter((line) => guarantee.lineIds === undefined || guarantee.lineIds.includes(line.lineId));
      const earned = sum(scope.map((line) => line.running));
      const before = this.guaranteed.get(guarantee.id) ?? NOTHING_DUE;
      const [effect, after] = guaranteeEffect(this.world, guarantee, period, earned, before);
      this.guaranteed.set(guarantee.id, after);
      this.take(guarantee.id, this.round(negate(effect.recouped)), scope);
      // Where none of its lines is on the bill, all carry what falls due.
      return { id: guarantee.id, due: this.round(effect.due), scope: scope.length > 0 ? scope : lines };
    });
    for (const { id, due, scope } of dues) this.give('minimum', id, due, scope);
  }

  private discounts(lines: readonly LineBill[]): void {
    const { adjustments = [] } = this.world.any;
    const discounts = adjustments.filter((a): a is Discount => a.kind === 'DISCOUNT');
    discounts.sort((a, b) => (a.order ?? 0) - (b.order ?? 0) || (a.id < b.id ? -1 : 1));
    for (const discount of discounts) {
      for (const scope of scopesOf(lines, discount.lineIds)) {
        const all = sum(scope.map((line) => line.running));
        const percent = discount.percent === undefined ? undefined : this.round(percentOf(all, discount.percent));
        const amount = percent ?? times(whole(signOf(all)), least(q(discount.amount ?? '0'), magnitude(all)));
        this.give('discount', discount.id, negate(amount), scope);
      }
    }
  }

  private commissionsAndTaxes(lines: readonly LineBill[]): void {
    const { adjustments = [] } = this.world.any;
    const before = new Map(lines.map((line) => [line.lineId, line.running]));
    for (const commission of adjustments.filter((a): a is Commission => a.kind === 'COMMISSION')) {
      for (const scope of scopesOf(lines, commission.lineIds)) {
        const bases = scope.map((line) => before.get(line.lineId) ?? ZERO);
        const amount = negate(this.round(percentOf(sum(bases), commission.percent)));
        this.note('commission', commission.id, amount);
        share(this.world, 'commission', amount, scope, bases);
      }
    }
    for (const rule of adjustments.filter((a): a is TaxRule => a.kind === 'TAX')) {
      for (const line of lines.filter((l) => taxes(rule, l.line))) {
        const base = rule.base === 'BEFORE_COMMISSION' ? before.get(line.lineId) : afterCommission(line);
        const tax = this.round(percentOf(base ?? ZERO, rule.percent));
        this.note('tax', rule.id, tax);
        line.amounts.tax = plus(line.amounts.tax, tax);
      }
    }
  }
}

const SPANS = ['BILLING_PERIOD', 'QUARTER', 'YEAR', 'TERM'];

/** How much of a running amount lies before a start or after an end. */
function outsideOf({ applies, amount = '0' }: Trigger, running: Q): Q {
  return applies === 'START' ? least(running, q(amount)) : most(minus(running, q(amount)), ZERO);
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
