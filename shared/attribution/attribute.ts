/**
 * Touches to partners. Owns: the eligible touches of an action and the weight of each partner's credit.
 * Must not: price.
 */

import {
  type ActionFact,
  type AttributionPolicy,
  instantMs,
  type TouchFact,
  type ZoneTable,
} from '@countersign/shared/model';
import { decimalOf, type Fraction, ONE } from '@countersign/shared/money';
import { allHold } from './conditions.ts';
import { clicksOverViews, decayWeight, earliestFirst, modelWeights, pickTouch, type Touchpoint } from './credit.ts';
import { parseWindow, withinWindow } from './window.ts';

/** A touch with its instant. */
export interface TimedTouch extends Touchpoint {
  readonly partnerId: string;
}

/** Credit of one touch: its partner and exact weight; earliest touch first. */
export interface Credit {
  readonly partnerId: string;
  readonly touchId: string | null;
  readonly weight: Fraction;
}

export interface Attribution {
  readonly credits: readonly Credit[];
  readonly text: string;
}

/** Touches by actor, for actions of the same actor. */
export function touchesByActor(touches: readonly TouchFact[]): Map<string, TimedTouch[]> {
  const out = new Map<string, TimedTouch[]>();
  for (const touch of touches) {
    const list = out.get(touch.actorId) ?? [];
    list.push({ id: touch.id, touchType: touch.touchType, atMs: instantMs(touch.at), partnerId: touch.partnerId });
    out.set(touch.actorId, list);
  }
  return out;
}

/**
 * Touches inside a window of their type. A window with conditions on the action overrides those without. `others` are the
 * actor's actions, asked for the step between where a window has two.
 */
export function eligibleTouches(
  action: ActionFact,
  touches: readonly TimedTouch[],
  policy: AttributionPolicy,
  table: ZoneTable,
  others: readonly ActionFact[] = [],
): TimedTouch[] {
  const at = instantMs(action.occurredAt);
  return touches.filter((touch) => {
    const ofType = policy.windows.filter((w) => w.touchType === touch.touchType && allHold(w.conditions, action));
    const special = ofType.filter((w) => (w.conditions ?? []).length > 0);
    return (special.length > 0 ? special : ofType).some((w) => {
      const { via } = w;
      const first = (ms: number): boolean =>
        withinWindow(touch.atMs, ms, parseWindow(w.size), w.kind ?? 'ELAPSED', table);
      if (via === undefined) return first(at);
      return others.some((step) => {
        if (step.eventType !== via.eventType || !sameOrder(step, action)) return false;
        const ms = instantMs(step.occurredAt);
        return first(ms) && withinWindow(ms, at, parseWindow(via.within), via.kind ?? 'ELAPSED', table);
      });
    });
  });
}

/** Two actions speak of one order unless both name one and they differ. */
function sameOrder(a: ActionFact, b: ActionFact): boolean {
  return a.orderId === undefined || b.orderId === undefined || a.orderId === b.orderId;
}

/** Who is credited for an action: its own partner, or the model over the eligible touches. Empty credits: nobody. */
export function attribute(
  action: ActionFact,
  touches: readonly TimedTouch[],
  policy: AttributionPolicy | undefined,
  table: ZoneTable,
  others: readonly ActionFact[] = [],
): Attribution {
  if (action.partnerId !== undefined)
    return {
      credits: [{ partnerId: action.partnerId, touchId: null, weight: ONE }],
      text: `The action names its partner, ${action.partnerId}.`,
    };
  if (policy === undefined)
    return { credits: [], text: 'The action names no partner and the contract has no attribution policy.' };
  const eligible = clicksOverViews(
    eligibleTouches(action, touches, policy, table, others),
    policy.clickOverridesView ?? false,
  ).sort(earliestFirst);
  if (eligible.length === 0) return { credits: [], text: 'No touch lies inside an attribution window.' };
  const { model } = policy;
  if (model === 'LAST' || model === 'FIRST') {
    const winner = pickTouch(eligible, model) as TimedTouch;
    return {
      credits: [{ partnerId: winner.partnerId, touchId: winner.id, weight: ONE }],
      text: `${model === 'LAST' ? 'Last' : 'First'} of ${eligible.length} eligible touches: ${winner.touchType.toLowerCase()} ${winner.id} of ${winner.partnerId}.`,
    };
  }
  const at = instantMs(action.occurredAt);
  const weights =
    model === 'TIME_DECAY'
      ? eligible.map((t) =>
          decayWeight({ n: BigInt(at - t.atMs), d: 86_400_000n }, decimalOf(policy.halfLifeDays ?? '7')),
        )
      : modelWeights(model, eligible.length);
  const credits = eligible.map((t, i) => ({ partnerId: t.partnerId, touchId: t.id, weight: weights[i] as Fraction }));
  return {
    credits,
    text: `${eligible.length} eligible touches share the credit, ${model.toLowerCase().replace('_', ' ')}.`,
  };
}
