/**
 * Test-only. Powers of one half to sixty digits, for TIME_DECAY (settled 17). Must not: round to fewer digits than asked.
 */
import { minus, over, type Q, ratio, whole } from './rational.ts';
import { floor } from './rounding.ts';

/** Values between are whole multiples of 10^−60. */
const ONE = 10n ** 60n;

/** ln 2 = Σ 1/(k·2^k). */
function naturalLogOf2(): bigint {
  let [total, power] = [0n, ONE];
  for (let k = 1n; k < 220n; k += 1n) {
    power /= 2n;
    total += power / k;
  }
  return total;
}
const LN2 = naturalLogOf2();

/** 2^−x for x ≥ 0: the whole part halves, the rest is the series of e^(−x ln 2). */
export function halved(x: Q): Q {
  const halvings = floor(x);
  const rest = minus(x, whole(halvings));
  if (rest.n === 0n) return ratio(1n, 2n ** halvings);
  const step = (LN2 * rest.n) / rest.d;
  let [total, term] = [ONE, ONE];
  for (let k = 1n; term !== 0n; k += 1n) {
    term = (-term * step) / (k * ONE);
    total += term;
  }
  return over(ratio(total, ONE), whole(2n ** halvings));
}
