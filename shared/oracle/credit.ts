/**
 * Test-only. Which touches an action credits and with what weight (DOMAIN §3 CPA, settled 17). Must not: price.
 */
import type { ActionFact, AttributionPolicy, Condition, TouchFact } from '@countersign/shared/model';
import { halved } from './decay.ts';
import { compare } from './order.ts';
import { over, type Q, q, ratio, whole } from './rational.ts';
import type { World } from './world.ts';

type Policy = AttributionPolicyShape;
type AttributionPolicyShape = ReturnType<typeof AttributionPolicy.parse>;

export interface Credit {
  readonly touch: TouchFact;
  readonly weight: Q;
}

/** A property, a named amount or a dimension of an action. */
function fieldOf(action: ActionFact, field: string): string | undefined {
  if (field === 'eventType') return action.eventType;
  if (field === 'partnerId') return action.partnerId;
  if (field.startsWith('amounts.')) return action.amounts?.[field.slice('amounts.'.length)];
  return action.dimensions?.[field];
}

function holds(condition: Condition, action: ActionFact): boolean {
  const value = fieldOf(action, condition.field);
  const wanted = Array.isArray(condition.value) ? condition.value : [condition.value ?? ''];
  if (condition.op === 'EXISTS') return value !== undefined;
  if (condition.op === 'MISSING') return value === undefined;
  if (condition.op === 'NE' || condition.op === 'NOT_IN') return value === undefined || !wanted.includes(value);
  if (value === undefined) return false;
  if (condition.op === 'EQ' || condition.op === 'IN') return wanted.includes(value);
  const order = compare(q(value), q(wanted[0] ?? '0'));
  return { GT: order > 0, GTE: order >= 0, LT: order < 0, LTE: order <= 0 }[condition.op];
}

export const meets = (conditions: readonly Condition[] | undefined, action: ActionFact): boolean =>
  (conditions ?? []).every((condition) => holds(condition, action));

function milliseconds(duration: string): number {
  const read = (unit: string, part: string): number => Number(new RegExp(`(\\d+)${unit}`).exec(part)?.[1] ?? 0);
  const [date = '', time = ''] = duration.slice(1).split('T');
  const days = read('W', date) * 7 + read('D', date);
  return ((days * 24 + read('H', time)) * 60 + read('M', time)) * 60_000 + read('S', time) * 1000;
}

type Window = Policy['windows'][number];

/** Whether a moment follows another within a duration: to the millisecond, or by local dates; both ends inclusive. */
function follows(world: World, from: string, to: string, size: string, kind: Window['kind']): boolean {
  const elapsed = Date.parse(to) - Date.parse(from);
  if (elapsed < 0) return false;
  if (kind !== 'CALENDAR') return elapsed <= milliseconds(size);
  return world.civilDay(to) - world.civilDay(from) <= milliseconds(size) / 86_400_000;
}

/** An action of the step's type by the same actor, of the same order where both name one, between touch and action (ATTR-12). */
function throughStep(
  world: World,
  window: Window,
  via: NonNullable<Window['via']>,
  action: ActionFact,
  touch: TouchFact,
) {
  const sameOrder = (step: ActionFact): boolean =>
    step.orderId === undefined || action.orderId === undefined || step.orderId === action.orderId;
  return world.input.facts.actions.some(
    (step) =>
      step.id !== action.id &&
      world.known(step.recordedAt) &&
      step.eventType === via.eventType &&
      step.actorId === action.actorId &&
      sameOrder(step) &&
      follows(world, touch.at, step.occurredAt, window.size, window.kind) &&
      follows(world, step.occurredAt, action.occurredAt, via.within, via.kind),
  );
}

function inWindow(world: World, policy: Policy, action: ActionFact, touch: TouchFact): boolean {
  const mine = policy.windows.filter((w) => w.touchType === touch.touchType);
  const special = mine.filter((w) => w.conditions !== undefined && meets(w.conditions, action));
  const windows = special.length > 0 ? special : mine.filter((w) => w.conditions === undefined);
  return windows.some((window) =>
    window.via === undefined
      ? follows(world, touch.at, action.occurredAt, window.size, window.kind)
      : throughStep(world, window, window.via, action, touch),
  );
}

const clickFirst = (a: TouchFact, b: TouchFact): number =>
  Number(b.touchType === 'CLICK') - Number(a.touchType === 'CLICK') || (a.id < b.id ? -1 : 1);
const byTime = (a: TouchFact, b: TouchFact): number => Date.parse(a.at) - Date.parse(b.at);

/** The touches that earn an action, earliest first, with weights in proportion. */
export function creditsOf(world: World, policy: Policy, action: ActionFact): Credit[] {
  const touches = world.input.facts.touches.filter((t) => world.known(t.recordedAt) && t.actorId === action.actorId);
  let eligible = touches.filter((touch) => inWindow(world, policy, action, touch));
  if (policy.clickOverridesView && eligible.some((t) => t.touchType === 'CLICK'))
    eligible = eligible.filter((t) => t.touchType !== 'VIEW');
  eligible.sort((a, b) => byTime(a, b) || clickFirst(a, b));
  const all = (weights: readonly Q[]): Credit[] =>
    eligible.map((touch, i) => ({ touch, weight: weights[i] ?? whole(0) }));
  const [first] = eligible;
  if (first === undefined) return [];
  const n = eligible.length;
  switch (policy.model) {
    case 'FIRST':
      return [{ touch: first, weight: whole(1) }];
    case 'LAST': {
      const last = [...eligible].sort((a, b) => byTime(b, a) || clickFirst(a, b))[0] ?? first;
      return [{ touch: last, weight: whole(1) }];
    }
    case 'LINEAR':
      return all(eligible.map(() => ratio(1n, BigInt(n))));
    case 'POSITION':
      if (n <= 2) return all(eligible.map(() => ratio(1n, BigInt(n))));
      return all(eligible.map((_, i) => (i === 0 || i === n - 1 ? ratio(2n, 5n) : ratio(1n, BigInt(5 * (n - 2))))));
    case 'TIME_DECAY':
      return all(
        eligible.map((touch) => {
          const ms = Date.parse(action.occurredAt) - Date.parse(touch.at);
          return halved(over(over(whole(ms), whole(86_400_000)), q(policy.halfLifeDays ?? '1')));
        }),
      );
  }
}
