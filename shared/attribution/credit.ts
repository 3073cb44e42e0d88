/**
 * Credit over touches. Owns: the attribution models as weights, the single winner, and remainder-exact shares.
 * Must not: decide the payout or its rounding.
 */
import { byText } from '@countersign/shared/model';
import { Decimal, decimalOf, type Fraction, ONE, splitLargestRemainder, ZERO } from '@countersign/shared/money';

export interface Touchpoint {
  readonly id: string;
  readonly touchType: string;
  readonly atMs: number;
}

function typeRank(touch: Touchpoint): number {
  return touch.touchType === 'CLICK' ? 0 : 1;
}

/** Earliest first; at the same instant CLICK first, then the lowest id. */
export function earliestFirst(a: Touchpoint, b: Touchpoint): number {
  return a.atMs - b.atMs || typeRank(a) - typeRank(b) || byText(a.id, b.id);
}

/** Views drop out when any click is eligible. */
export function clicksOverViews<T extends Touchpoint>(touches: readonly T[], clickOverridesView: boolean): T[] {
  const clicks = touches.filter((t) => t.touchType === 'CLICK');
  return clickOverridesView && clicks.length > 0 ? clicks : [...touches];
}

/** The touch that LAST or FIRST credits: latest or earliest; ties CLICK first, then the lowest id. */
export function pickTouch<T extends Touchpoint>(touches: readonly T[], model: 'LAST' | 'FIRST'): T | null {
  let best: T | null = null;
  for (const touch of touches) {
    if (best === null) best = touch;
    else {
      const later = model === 'LAST' ? best.atMs - touch.atMs : touch.atMs - best.atMs;
      if (later < 0 || (later === 0 && earliestFirst(touch, best) < 0)) best = touch;
    }
  }
  return best;
}

export type SplitModel = 'LAST' | 'FIRST' | 'LINEAR' | 'POSITION';

/** Weights of n touches, earliest first. POSITION: one 100; two 50/50; n: 40, 20/(n−2) each, 40. */
export function modelWeights(model: SplitModel, n: number): Fraction[] {
  const weight = (i: number): Fraction => {
    switch (model) {
      case 'LAST':
        return i === n - 1 ? ONE : ZERO;
      case 'FIRST':
        return i === 0 ? ONE : ZERO;
      case 'LINEAR':
        return ONE;
      case 'POSITION':
        if (n <= 2) return ONE;
        return i === 0 || i === n - 1 ? { n: 40n, d: 1n } : { n: 20n, d: BigInt(n - 2) };
    }
  };
  return Array.from({ length: n }, (_, i) => weight(i));
}

/** Digits of a time-decay weight; the one irrational factor of the domain is cut here, before any split. */
const DECAY_DIGITS = 40;

/** Weight 2^(−days before the conversion ÷ half-life) at 40 digits. */
export function decayWeight(daysBefore: Fraction, halfLifeDays: Fraction): Fraction {
  const days = new Decimal(daysBefore.n.toString()).div(daysBefore.d.toString());
  const halfLife = new Decimal(halfLifeDays.n.toString()).div(halfLifeDays.d.toString());
  const weight = new Decimal(2).pow(days.div(halfLife).neg()).toSignificantDigits(DECAY_DIGITS);
  return decimalOf(weight.toFixed());
}

/** Shares of an amount in minor units by weights, earliest touch first: largest remainder, ties to the earliest. */
export function splitCredit(amount: Fraction, weights: readonly Fraction[], minorDigits: number): Fraction[] {
  return splitLargestRemainder(amount, weights, minorDigits);
}
