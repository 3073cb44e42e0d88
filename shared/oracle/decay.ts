/**
 * Test-only. Powers of one half to sixty digits, for TIME_DECAY (settled 17). Must not: round to fewer digits than asked.
 */
import { floor, minus, over, plus, type Q, ratio, times, whole } from './rational.ts';

const SCALE = 10n ** 60n;

/** The nearest smaller multiple of 10^−60. */
const cut = (value: Q): Q => ratio(floor(times(value, whole(SCALE))), SCALE);

/** ln 2 = Σ 1/(k·2^k). */
function naturalLogOf2(): Q {
  let [total, power] = [whole(0), ratio(1n, 1n)];
  for (let k = 1; k < 220; k += 1) {
    power = over(power, whole(2));
    total = cut(plus(total, over(power, whole(k))));
  }
  return total;
}
const LN2 = naturalLogOf2();

/** 2^−x for x ≥ 0: the whole part halves, the rest is the series of e^(−x ln 2). */
export function halved(x: Q): Q {
  const halvings = floor(x);
  const rest = minus(x, whole(halvings));
  const step = cut(times(rest, LN2));
  let [total, term] = [whole(1), whole(1)];
  for (let k = 1; k < 60; k += 1) {
    term = cut(over(times(term, step), whole(-k)));
    total = plus(total, term);
  }
  return over(rest.n === 0n ? whole(1) : total, whole(2n ** halvings));
}
