/**
 * Test-only. Actions as they stand: edited until their lock, what came later only up to a day (DOMAIN §3 Locks; settled
 * 19), upgraded and reversed as far as the contract lets them.
 * Must not: price.
 */
import type { ActionFact, ContractVersion, LockRule, PayoutRule } from '@countersign/shared/model';
import { type Credit, creditsOf, meets } from './credit.ts';
import { addMonths, monthDay, nextMonthStart, yearAndMonth } from './days.ts';
import { percentOf, type Q, whole } from './rational.ts';
import { floor } from './rounding.ts';
import type { World } from './world.ts';

type Lock = ReturnType<typeof LockRule.parse>;
export type Rule = ReturnType<typeof PayoutRule.parse>;

/** An action as it stands after the events up to some day. */
export interface Standing {
  readonly action: ActionFact;
  readonly day: number;
  readonly version: ContractVersion;
  readonly rule: Rule | undefined;
  readonly credits: readonly { partnerId: string; weight: Q }[];
  readonly reversed: boolean;
}

const earliest = (a: ActionFact, b: ActionFact): number =>
  Date.parse(a.occurredAt) - Date.parse(b.occurredAt) || (a.id < b.id ? -1 : 1);

export class Actions {
  private readonly world: World;
  /** Those that are known, in time order. */
  readonly actions: readonly ActionFact[];

  constructor(world: World) {
    this.world = world;
    this.actions = world.input.facts.actions.filter((a) => world.known(a.recordedAt)).sort(earliest);
  }

  lockRule(action: ActionFact): Lock | undefined {
    const locks = this.world.governs(this.world.localDay(action.occurredAt))?.locks ?? [];
    return locks.find((l) => l.eventType === action.eventType) ?? locks.find((l) => l.eventType === undefined);
  }

  /** The local day from which an action is locked, extended or not. */
  private lockDay(action: ActionFact, extended: boolean): number | undefined {
    const rule = this.lockRule(action);
    if (rule === undefined) return undefined;
    const day = this.world.localDay(action.occurredAt);
    const more = extended ? (rule.extensionMonths ?? 1) : 0;
    if (rule.dayOfMonth !== undefined) {
      const [year, month] = yearAndMonth(day);
      return monthDay(year, month + 1 + more, rule.dayOfMonth);
    }
    if (rule.months !== undefined || rule.afterMonthEnd)
      return addMonths(nextMonthStart(day), (rule.months ?? 0) + more) + (rule.days ?? 0);
    return addMonths(day, more) + (rule.days ?? 0);
  }

  eventsOf(action: ActionFact) {
    const events = (action.statusEvents ?? []).filter((event) => this.world.known(event.recordedAt));
    return [...events].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  }

  lockOf(action: ActionFact): number | undefined {
    const plain = this.lockDay(action, false);
    const extended = this.eventsOf(action).some(
      (e) => e.status === 'EXTENDED' && plain !== undefined && this.world.localDay(e.at) < plain,
    );
    return extended ? this.lockDay(action, true) : plain;
  }

  /** The action with its edits before lock, and those after lock up to (not including) `until`; null when refused. */
  standing(action: ActionFact, until: number): Standing | null {
    const day = this.world.localDay(action.occurredAt);
    const version = this.world.governs(day);
    if (version === undefined) return null;
    const [lock, lockRule] = [this.lockOf(action) ?? Number.POSITIVE_INFINITY, this.lockRule(action)];
    let [amounts, eventType, reversed] = [action.amounts, action.eventType, false];
    for (const event of this.eventsOf(action)) {
      const on = this.world.localDay(event.at);
      if (on >= lock && on >= until) continue;
      if (event.status === 'UPGRADED') {
        if (this.admits(version, day, on, eventType, event.eventType)) eventType = event.eventType;
        continue;
      }
      if (event.status === 'REVERSED' && this.isRefused(action, lockRule, until)) continue;
      if (event.amounts !== undefined) amounts = { ...amounts, ...event.amounts };
      if (event.status === 'REVERSED' || event.status === 'OUTSIDE_TERMS') reversed = true;
    }
    const now: ActionFact = { ...action, eventType, ...(amounts === undefined ? {} : { amounts }) };
    const verdict = version.eligibility?.find((rule) => meets(rule.conditions, now))?.outcome ?? 'PAY';
    const rules = [...(version.payoutRules ?? [])].sort(
      (a, b) => (a.priority ?? 0) - (b.priority ?? 0) || (a.id < b.id ? -1 : 1),
    );
    const rule = rules.find(
      (r) => (r.eventType === undefined || r.eventType === now.eventType) && meets(r.conditions, now),
    );
    const found: Pick<Credit, 'weight' | 'touch'>[] =
      version.attribution === undefined ? [] : creditsOf(this.world, version.attribution, now);
    const credits =
      now.partnerId === undefined
        ? found.map((c) => ({ partnerId: c.touch.partnerId, weight: c.weight }))
        : [{ partnerId: now.partnerId, weight: whole(1) }];
    return { action: now, day, version, rule: verdict === 'PAY' ? rule : undefined, credits, reversed };
  }

  /** Whether an upgrade counts: its rule names both types, and action and upgrade lie in the same span (ATTR-13). */
  private admits(version: ContractVersion, day: number, on: number, from?: string, to?: string): boolean {
    return (version.upgrades ?? []).some((rule) => {
      if (rule.to !== to || (rule.from !== undefined && rule.from !== from)) return false;
      const span = (at: number): number =>
        rule.within === 'BILLING_PERIOD' ? this.world.periodOf(at).from : this.world.window(rule.within, at).from;
      return span(day) === span(on);
    });
  }

  /** Beyond the largest share of a billing period that may be reversed; the earliest actions come first (ATTR-10). */
  private isRefused(action: ActionFact, rule: Lock | undefined, until: number): boolean {
    if (rule?.maxReversalPercent === undefined) return false;
    const period = this.world.periodOf(this.world.localDay(action.occurredAt));
    const beside = this.actions.filter((other) => {
      const day = this.world.localDay(other.occurredAt);
      const held = this.lockRule(other);
      return day >= period.from && day < period.to && held !== undefined && held.eventType === rule.eventType;
    });
    const allowed = floor(percentOf(whole(beside.length), rule.maxReversalPercent));
    const reversed = beside.filter((other) => {
      const lock = this.lockOf(other) ?? Number.POSITIVE_INFINITY;
      return this.eventsOf(other).some((event) => {
        const on = this.world.localDay(event.at);
        return event.status === 'REVERSED' && (on < lock || on < until);
      });
    });
    return BigInt(reversed.indexOf(action)) >= allowed;
  }
}
