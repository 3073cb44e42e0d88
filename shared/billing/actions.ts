/**
 * What every action up to a day is worth, knowing the changes up to that day.
 * Owns: eligibility, payout rule, counters, limits, locks and reversals of single actions. Must not: make rows.
 */
import { touchesByActor } from '@countersign/shared/attribution';
import { type DayNumber, instantMs, isoDate } from '@countersign/shared/model';
import { add, type Fraction, minorDigits, ONE, sum, ZERO } from '@countersign/shared/money';
import { applyCountLimits, limitAmount } from './actionLimits.ts';
import { type ActionValue, type Counter, priceOne, refused } from './actionPrice.ts';
import { limitReversals, stand } from './actionStanding.ts';
import { counterStart, trailingYear } from './counterWindows.ts';
import { periodOfDay } from './cycle.ts';
import type { Frozen } from './freeze.ts';
import { counterReset } from './govern.ts';
import { type Candidate, type PayableAction, qualify } from './qualify.ts';
import type { Warning } from './result.ts';

export interface Evaluation {
  readonly values: readonly ActionValue[];
  readonly byId: ReadonlyMap<string, ActionValue>;
  readonly warnings: readonly { day: DayNumber; warning: Warning }[];
}

/** Values of all actions that occurred before `until`, with the changes recorded for days before it. */
export function evaluateActions(frozen: Frozen, until: DayNumber): Evaluation {
  const touches = touchesByActor(frozen.touches);
  const warnings: { day: DayNumber; warning: Warning }[] = [];
  const standing = frozen.actions
    .map((action) => ({ action, atMs: instantMs(action.occurredAt) }))
    // They come by ascending id (freeze.ts): of one instant, the lower id stays first.
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ action, atMs }) => stand(frozen, action, atMs, until))
    .filter((s) => s.day < until);
  const limited = limitReversals(frozen, standing, warnings);
  for (const s of standing) if (s.refusedUpgrade !== null) warnings.push(s.refusedUpgrade);
  const byActor = Map.groupBy(frozen.actions, (action) => action.actorId ?? '');
  byActor.delete('');
  const candidates = limited.map((s) => qualify(frozen, s, touches, byActor));
  const values = priceAll(frozen, candidates);
  return { values, byId: new Map(values.map((v) => [v.action.id, v])), warnings };
}

function counterKey(frozen: Frozen, candidate: PayableAction): string {
  const { rule } = candidate;
  const price = rule.payout;
  const kind = 'counter' in price ? (price.counter ?? 'PERIOD') : 'PERIOD';
  const period = periodOfDay(frozen, candidate.day);
  const start =
    kind === 'PERIOD' || kind === 'TRAILING_YEAR' ? period.key : isoDate(counterStart(frozen, kind, period));
  return `${rule.id}\u0000${start}\u0000${counterReset(frozen.versions, candidate.day)}`;
}

/** A trailing tier is chosen by what the same rule paid for in the twelve full months before, not by its own period. */
function chooseByTrailingYear(
  frozen: Frozen,
  c: PayableAction,
  counters: Map<string, Counter>,
  live: readonly PayableAction[],
): void {
  const { rule } = c;
  if (!('counter' in rule.payout) || rule.payout.counter !== 'TRAILING_YEAR') return;
  const { from, to } = trailingYear(frozen, periodOfDay(frozen, c.day));
  const earlier = live.filter((o) => o.rule.id === rule.id && o.day >= from && o.day < to);
  const key = counterKey(frozen, c);
  const totalActions = { n: BigInt(earlier.length), d: 1n };
  counters.set(key, { actions: ZERO, amounts: ZERO, totalActions, totalAmounts: sum(earlier.map((o) => o.basis)) });
}

function priceAll(frozen: Frozen, candidates: readonly Candidate[]): ActionValue[] {
  const digits = minorDigits(frozen.head.currency);
  const mode = frozen.head.roundingMode ?? 'HALF_UP';
  const limited = applyCountLimits(frozen, candidates);
  const live = limited.filter((c) => c.refusal === null);
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
  const firstOfKey = new Map(live.map((c) => [counterKey(frozen, c), c]));
  for (const c of firstOfKey.values()) chooseByTrailingYear(frozen, c, counters, live);
  const spent = new Map<string, Fraction>();
  return limited.map((c) => {
    if (c.refusal !== null) return refused(c, digits, mode);
    const value = priceOne(frozen, c, counters.get(counterKey(frozen, c)) as Counter, digits, mode);
    return limitAmount(frozen, c, value, spent, digits);
  });
}
