/**
 * Test-only. What a cumulative quantity costs under a price (DOMAIN §3 step 4 and settled 5, 9, 25), exact and unrounded.
 * Must not: know segments, periods or rounding.
 */
import type { Price } from '@countersign/shared/model';
import { above, below, least, signOf } from './order.ts';
import { minus, negate, over, plus, type Q, q, sum, times, whole, ZERO } from './rational.ts';
import { ceiling } from './rounding.ts';

/** (lower, upper]; upper null: no bound. */
export interface Band {
  readonly lower: Q;
  readonly upper: Q | null;
  /** Money for each unit. */
  readonly rate: Q;
  readonly flat: Q;
}

export type Tiered = Extract<Price, { type: 'GRADUATED' | 'VOLUME' | 'PERCENT_TIERS' }>;

/** Tiers as bands; `divisor` is 1,000 for prices per mille. */
function bandsOf(price: Tiered, divisor: Q): Band[] {
  let lower = ZERO;
  return price.tiers.map((tier) => {
    const stated =
      'percent' in tier ? over(q(tier.percent ?? '0'), whole(100)) : q(('rate' in tier && tier.rate) || '0');
    const upper = tier.upTo === null ? null : q(tier.upTo);
    const band = { lower, upper, rate: over(stated, divisor), flat: q(tier.flat ?? '0') };
    lower = upper ?? lower;
    return band;
  });
}

/** The band that holds the quantity; below zero the first. */
function bandOf(bands: readonly Band[], quantity: Q): number {
  return bands.findIndex((band) => band.upper === null || !above(quantity, band.upper));
}

/** Each slice at its own rate, and the flats of the bands entered; below zero only the first rate (settled 25). */
function graduated(bands: readonly Band[], quantity: Q): Q {
  const first = bands[0];
  if (first === undefined) return ZERO;
  if (signOf(quantity) < 0) return times(quantity, first.rate);
  return sum(
    bands.map((band, index) => {
      const entered = index === 0 || above(quantity, band.lower);
      if (!entered) return ZERO;
      const top = band.upper === null ? quantity : least(quantity, band.upper);
      return plus(times(minus(top, band.lower), band.rate), band.flat);
    }),
  );
}

/** Started packages; fewer than none gives them back, so that a full reversal nets to zero. */
function started(quantity: Q, size: Q): Q {
  return signOf(quantity) < 0
    ? negate(whole(ceiling(over(negate(quantity), size))))
    : whole(ceiling(over(quantity, size)));
}

type Blocks = Extract<Price, { type: 'BLOCKS' }>;

export interface BlockBand {
  readonly lower: Q;
  readonly upper: Q | null;
  readonly size: Q;
  readonly amount: Q;
}
function blockBands(price: Blocks): BlockBand[] {
  let lower = ZERO;
  return price.tiers.map((tier) => {
    const size = q(tier.size);
    const upper = tier.maxBlocks === null ? null : plus(lower, times(size, q(tier.maxBlocks)));
    const band = { lower, upper, size, amount: q(tier.amount) };
    lower = upper ?? lower;
    return band;
  });
}

function graduatedBlocks(bands: readonly BlockBand[], quantity: Q): Q {
  const first = bands[0];
  if (first === undefined) return ZERO;
  if (signOf(quantity) < 0) return times(started(quantity, first.size), first.amount);
  return sum(
    bands
      .filter((band) => above(quantity, band.lower))
      .map((band) => {
        const top = band.upper === null ? quantity : least(quantity, band.upper);
        return times(started(minus(top, band.lower), band.size), band.amount);
      }),
  );
}

/** A quantity without the units that are free: the first `free` ones above zero. */
export function withoutFree(quantity: Q, free: Q): Q {
  return below(quantity, ZERO) ? quantity : minus(quantity, least(quantity, free));
}

/**
 * Cost of the quantity counted from the start of the counter. `total` is the counter's total, which chooses the tier of
 * an all-units price. An all-units flat is not in it: see `allUnitsFlat`.
 */
export function costOf(price: Exclude<Price, { type: 'COMBINE' | 'FLAT' }>, quantity: Q, total: Q, divisor: Q): Q {
  switch (price.type) {
    case 'UNIT':
      return times(quantity, over(q(price.rate), divisor));
    case 'PERCENT':
      return times(withoutFree(quantity, q(price.freeAmount ?? '0')), over(q(price.percent), whole(100)));
    case 'GRADUATED':
      return graduated(bandsOf(price, divisor), quantity);
    case 'PERCENT_TIERS':
    case 'VOLUME': {
      const bands = bandsOf(price, price.type === 'VOLUME' ? divisor : whole(1));
      if (price.type === 'PERCENT_TIERS' && price.mode !== 'VOLUME') return graduated(bands, quantity);
      return times(quantity, bands[bandOf(bands, total)]?.rate ?? ZERO);
    }
    case 'PACKAGE':
      return times(started(withoutFree(quantity, q(price.freeUnits ?? '0')), q(price.size)), q(price.amount));
    case 'BLOCKS': {
      const bands = blockBands(price);
      if (price.mode === 'GRADUATED') return graduatedBlocks(bands, quantity);
      const band = bands.find((b) => b.upper === null || !above(total, b.upper));
      return band === undefined ? ZERO : times(started(quantity, band.size), band.amount);
    }
  }
}

/** The flat of an all-units price within (before, after] of a counter that ends at `total`. */
export function allUnitsFlat(price: Tiered, before: Q | null, after: Q, total: Q, divisor: Q): Q {
  if (signOf(total) < 0) return ZERO;
  const bands = bandsOf(price, divisor);
  const index = bandOf(bands, total);
  const band = bands[index];
  if (band === undefined) return ZERO;
  if (index === 0) return before === null ? band.flat : ZERO;
  const passed = (quantity: Q | null): number => (quantity !== null && above(quantity, band.lower) ? 1 : 0);
  return times(band.flat, whole(passed(after) - passed(before)));
}

export const isAllUnits = (price: Price): price is Tiered | Blocks =>
  price.type === 'VOLUME' || ((price.type === 'PERCENT_TIERS' || price.type === 'BLOCKS') && price.mode === 'VOLUME');
