/** Where an action stands: its amounts, reversal and lock after the dated changes known so far. Must not: price. */
import { allowedReversals, lockDay, payDay } from '@countersign/shared/attribution';
import { type ActionFact, type DayNumber, instantMs, type LockRule, localDay } from '@countersign/shared/model';
import { decimalOf } from '@countersign/shared/money';
import { windowOf } from './counterWindows.ts';
import { periodOfDay } from './cycle.ts';
import type { Frozen } from './freeze.ts';
import type { FrozenVersion } from './frozenVersion.ts';
import { governing } from './govern.ts';
import type { Warning } from './result.ts';
import { closestRule } from './ruleOrder.ts';

/** An action with its state: which amounts count, and whether it is reversed in place or after its lock. */
export interface Standing {
  readonly action: ActionFact;
  readonly day: DayNumber;
  readonly atMs: number;
  readonly version: FrozenVersion | null;
  readonly amounts: Readonly<Record<string, string>>;
  readonly reversed: 'NO' | 'BEFORE_LOCK' | 'AFTER_LOCK';
  /** The lock rule of the type the action occurred as, whatever it became. */
  readonly lockRule: LockRule | null;
  readonly outside: boolean;
  readonly paid: boolean;
  readonly locksOn: DayNumber | null;
  readonly paysOn: DayNumber | null;
  /** An upgrade that no rule of the contract admits, on its day. */
  readonly refusedUpgrade: { readonly day: DayNumber; readonly warning: Warning } | null;
}

/** The lock rule for the action's type, else the one for every type. */
function lockRuleOf(version: FrozenVersion | null, action: ActionFact): LockRule | null {
  return closestRule(version?.doc.locks, ({ eventType }) =>
    eventType === undefined ? 'ALL' : eventType === action.eventType ? 'IT' : 'OTHERS',
  );
}

/** Applies the dated status events: before the lock they edit the action, after it they wait for their own period. */
export function stand(frozen: Frozen, action: ActionFact, atMs: number, until: DayNumber): Standing {
  const { table, dayStartMs } = frozen;
  const day = localDay(table, atMs, dayStartMs);
  const version = governing(frozen.versions, day);
  const events = [...(action.statusEvents ?? [])].sort((a, b) => instantMs(a.at) - instantMs(b.at));
  const rule = lockRuleOf(version, action);
  const approved = events.find((e) => e.status === 'APPROVED');
  const approvedOn = approved === undefined ? null : localDay(table, instantMs(approved.at), dayStartMs);
  const lockWith = (more: boolean): DayNumber | null => {
    const ruled = rule === null ? null : lockDay(rule, day, more);
    return ruled === null ? approvedOn : approvedOn === null ? ruled : Math.min(ruled, approvedOn);
  };
  const pendingUntil = lockWith(false);
  // Only a pending action is extended: an extension at or after the lock comes too late.
  const extended = events.some(
    (e) =>
      e.status === 'EXTENDED' && (pendingUntil === null || localDay(table, instantMs(e.at), dayStartMs) < pendingUntil),
  );
  const locksOn = lockWith(extended);
  let amounts = action.amounts ?? {};
  let reversed: Standing['reversed'] = 'NO';
  let outside = false;
  let eventType = action.eventType;
  let refusedUpgrade: Standing['refusedUpgrade'] = null;
  for (const event of events) {
    const on = localDay(table, instantMs(event.at), dayStartMs);
    const late = locksOn !== null && on >= locksOn;
    if (late && on >= until) continue;
    if (event.status === 'REVERSED') reversed = late ? 'AFTER_LOCK' : 'BEFORE_LOCK';
    if (event.status === 'OUTSIDE_TERMS') outside = true;
    if (event.status === 'UPGRADED') {
      if (admitsUpgrade(frozen, version, action, event.eventType, day, on)) eventType = event.eventType;
      else refusedUpgrade = { day: on, warning: upgradeRefused(action, event.eventType) };
    }
    amounts = { ...amounts, ...event.amounts };
  }
  return {
    // An upgraded action counts as always having been what it became: counters and rules see only that.
    action: { ...action, eventType },
    refusedUpgrade,
    day,
    atMs,
    version,
    amounts,
    reversed,
    lockRule: rule,
    outside,
    paid: events.some((e) => e.status === 'PAID'),
    locksOn,
    paysOn: rule === null || locksOn === null ? null : payDay(rule, locksOn),
  };
}

/** Whether a rule lets an action become `to`: both days lie in the rule's span. */
function admitsUpgrade(
  frozen: Frozen,
  version: FrozenVersion | null,
  action: ActionFact,
  to: string | undefined,
  day: DayNumber,
  on: DayNumber,
): boolean {
  return (version?.doc.upgrades ?? []).some((rule) => {
    if (rule.to !== to || (rule.from !== undefined && rule.from !== action.eventType)) return false;
    if (rule.within === 'TERM') return true;
    const span =
      rule.within === 'BILLING_PERIOD' ? periodOfDay(frozen, day) : windowOf(frozen, rule.within, { from: day });
    return on >= span.from && on < span.to;
  });
}

function upgradeRefused(action: ActionFact, to: string | undefined): Warning {
  const text = `Action ${action.id} stays ${action.eventType ?? 'as it was'}: the contract does not let it become ${to ?? 'a type that is not named'} on that day.`;
  return { code: 'UPGRADE_REFUSED', text };
}

/** Holds reversals within maxReversalPercent of the actions of a lock rule in a billing period, earliest actions first. */
export function limitReversals(
  frozen: Frozen,
  standing: readonly Standing[],
  warnings: { day: DayNumber; warning: Warning }[],
): Standing[] {
  const out = [...standing];
  const groups = new Map<string, { period: string; percent: string; day: DayNumber; indexes: number[] }>();
  for (const [i, { lockRule, day }] of standing.entries()) {
    if (lockRule?.maxReversalPercent === undefined) continue;
    const period = periodOfDay(frozen, day).key;
    const key = `${period}\u0000${lockRule.eventType}`;
    const group = groups.get(key) ?? { period, percent: lockRule.maxReversalPercent, day, indexes: [] };
    group.indexes.push(i);
    groups.set(key, group);
  }
  for (const { period, percent, day, indexes } of groups.values()) {
    const requested = indexes.filter((i) => (standing[i] as Standing).reversed !== 'NO');
    const allowed = allowedReversals(BigInt(indexes.length), decimalOf(percent), BigInt(requested.length));
    const refused = requested.slice(Number(allowed));
    for (const i of refused) out[i] = { ...(out[i] as Standing), reversed: 'NO' };
    if (refused.length > 0)
      warnings.push({
        day,
        warning: {
          code: 'REVERSAL_LIMIT',
          text: `${refused.length} of ${requested.length} reversals of ${period} are refused: at most ${percent}% of ${indexes.length} actions may be reversed.`,
        },
      });
  }
  return out;
}
