/**
 * The pipeline of `rating.json`: conversion, allowance, price, rounding, discount, maximum, minimum.
 * Owns: the order. Must not: price; each step is a kernel function.
 */
import {
  add,
  divide,
  type Fraction,
  isZero,
  max,
  multiply,
  percentOf,
  subtract,
  ZERO,
} from '@countersign/shared/money';
import { trueUp } from '../billing/commitments.ts';
import { applyAllowance, spendOverage } from '../billing/credits.ts';
import { asBag, type Bag, type Outputs, Reader, roundingOf, type VectorRounding } from './expect.ts';
import { charge, nestedPrice } from './prices.ts';
import type { RatingVector } from './ratingVector.ts';

interface Use {
  readonly before: Fraction;
  readonly quantity: Fraction;
  readonly already: Fraction;
  /** Whether a minimum is due: the last or only phase. */
  readonly closes: boolean;
}

interface Rated {
  readonly gross: Fraction;
  readonly discount: Fraction;
  readonly overage: Fraction;
  readonly minimum: Fraction;
  readonly total: Fraction;
}

/** Divides or multiplies by the factor, then rounds to the scale with the mode. */
function convert(params: Bag, quantity: Fraction): Fraction {
  const p = new Reader(params);
  const factor = p.decimal('factor');
  const converted =
    p.oneOf('operation', ['divide', 'multiply'], 'divide') === 'multiply'
      ? multiply(quantity, factor)
      : divide(quantity, factor);
  const mode = p.bag.rounding ?? p.bag.mode;
  return mode === undefined || mode === null
    ? converted
    : roundingOf({ mode, scale: p.bag.scale ?? 0 }).apply(converted);
}

/** The percentage taken off after rounding, whatever the vector calls it: any discount that is not of usage. */
function percentDiscount(p: Reader): Fraction | null {
  const name = Object.keys(p.bag).find((key) => key.includes('discount') && key !== 'usage_discount' && p.has(key));
  if (name === undefined) return null;
  if (typeof p.bag[name] === 'string') return p.decimal(name);
  const inner = p.child(name);
  const key = Object.keys(inner.bag).find((k) => k.includes('percent'));
  return key === undefined ? null : inner.decimal(key);
}

function rate(params: Bag, use: Use, rounding: VectorRounding): Rated {
  const p = new Reader(params);
  const { model, price } = nestedPrice(params.price);
  const conversion = p.has('unit_conversion') ? asBag(params.unit_conversion) : null;
  const converted = (value: Fraction): Fraction => (conversion === null ? value : convert(conversion, value));
  let before = converted(use.before);
  let quantity = converted(use.quantity);
  if (p.has('usage_discount')) {
    const raw = params.usage_discount;
    const allowance =
      typeof raw === 'string' ? p.decimal('usage_discount') : new Reader(asBag(raw)).decimal('allowance');
    const billable = applyAllowance(allowance, before, quantity).billable;
    before = applyAllowance(allowance, ZERO, before).billable;
    quantity = billable;
  }
  const to = add(before, quantity);
  const from = isZero(before) && isZero(use.already) ? null : before;
  // A dynamic price has no counter: the slice alone is priced. An all-units price moves from the total before to the
  // total after, which is what the cumulative bill does.
  const single = model === 'dynamic' || model === 'unit';
  const upTo = (position: Fraction | null, total: Fraction): Fraction =>
    position === null ? ZERO : charge(price, 'CPA', { from: null, to: position, total }).exact;
  const exact = single
    ? charge(price, 'CPA', { from: ZERO, to: quantity }).exact
    : subtract(upTo(to, to), from === null ? ZERO : upTo(from, from));
  const gross = rounding.apply(exact);
  const percent = percentDiscount(p);
  const discount = percent === null ? ZERO : rounding.apply(percentOf(gross, percent));
  const discounted = subtract(gross, discount);
  const overage = p.has('max_spend')
    ? spendOverage(rounding.apply(use.already), discounted, rounding.apply(p.decimal('max_spend')))
    : ZERO;
  const charged = subtract(discounted, overage);
  const minimum =
    use.closes && p.has('min_spend') ? rounding.apply(trueUp(p.decimal('min_spend'), add(use.already, charged))) : ZERO;
  return { gross, discount, overage, minimum, total: add(charged, max(minimum, ZERO)) };
}

export const pipeline = { convert, rate } as const;

/** One pipeline vector. */
export function runPipeline(v: RatingVector): Outputs {
  const position = v.inputs.text('position', 'single');
  const use: Use = {
    before: v.inputs.decimal('pre_quantity', '0'),
    quantity: v.inputs.decimal('quantity'),
    already: v.inputs.decimal('already_billed', '0'),
    closes: position === 'last' || position === 'single',
  };
  const rated = rate(v.params.bag, use, v.rounding);
  const write = v.rounding.write;
  return {
    gross: write(rated.gross),
    discount: write(rated.discount),
    percentage_discount: write(rated.discount),
    percent_discount: write(rated.discount),
    discount_amount: write(rated.discount),
    discounts: write(add(rated.discount, rated.overage)),
    max_spend_discount: write(rated.overage),
    minimum_line: write(rated.minimum),
    total: write(rated.total),
  };
}
