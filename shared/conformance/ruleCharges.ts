/**
 * What rules of `advertising.json` about charges share: how a vector names its rate, tiers, rounding and segments.
 * Must not: know the name of a rule.
 */
import { type Price, type RateType, RateType as RateTypeSchema } from '@countersign/shared/model';
import {
  DomainError,
  exactText,
  type Fraction,
  fromInteger,
  minorDigits,
  parseRoundingMode,
} from '@countersign/shared/money';
import { fixedRounding, type Outputs, Reader, type VectorRounding } from './expect.ts';
import { charge, priceOf } from './prices.ts';

/** One vector's parts, ready to read. */
export interface AdvertisingVector {
  readonly params: Reader;
  readonly inputs: Reader;
}

export type Rule = (v: AdvertisingVector) => Outputs;

export const text = exactText;

export function rounding(v: AdvertisingVector, currency = v.params.text('currency', 'USD')): VectorRounding {
  return fixedRounding(minorDigits(currency), parseRoundingMode(v.params.text('rounding_mode', 'HALF_UP')));
}

export function digitsOf(v: AdvertisingVector): number {
  return minorDigits(v.params.text('currency', 'USD'));
}

/** CPM and VCPM divide by 1,000; every other unit of these vectors is priced singly. */
export function rateTypeOf(given: string): RateType {
  const name = RateTypeSchema.safeParse(given).data;
  if (name === undefined)
    throw new DomainError(
      'VECTOR_FIELD',
      `The rate type "${given}" is unknown.`,
      `Use one of ${RateTypeSchema.options.join(', ')}.`,
    );
  return name === 'CPM' || name === 'VCPM' ? name : 'CPA';
}

export function unitCharge(rate: string, rateType: string, units: Fraction): Fraction {
  return charge({ type: 'UNIT', rate }, rateTypeOf(rateType), { from: null, to: units }).exact;
}

export function tierPrice(mode: string, tiers: unknown): Price {
  const named = new Reader({ mode }).oneOf('mode', ['GRADUATED', 'VOLUME']);
  const price = priceOf(named === 'VOLUME' ? 'volume' : 'graduated', { tiers });
  if (price === null)
    throw new DomainError('VECTOR_FIELD', 'The tiers cannot be read.', 'Give tiers with up_to and rate.');
  return price;
}

export function tiered(rateType: RateType, unitsName: string): Rule {
  return (v) => {
    const price = tierPrice(v.params.text('mode'), v.params.list('tiers'));
    const amount = charge(price, rateType, { from: null, to: v.inputs.decimal(unitsName) }).exact;
    return { amount: rounding(v).write(amount) };
  };
}

export function segmentRows(v: AdvertisingVector): Reader[] {
  return v.inputs.has('segments') ? v.inputs.rows('segments') : v.params.rows('segments');
}

/** Flat-rate segments, each rounded once. */
export function segmentLines(v: AdvertisingVector): Fraction[] {
  const write = rounding(v);
  return segmentRows(v).map((s) =>
    write.apply(unitCharge(s.text('rate'), s.text('rate_type', v.params.text('rate_type', 'CPM')), s.decimal('units'))),
  );
}

export function percentPrice(percent: string, fixed = '0'): Price {
  return { type: 'PERCENT', percent, fixed };
}

export function payout(price: Price, order: Fraction): Fraction {
  return charge(price, 'CPS', { from: null, to: order, events: 1n, values: [order] }).exact;
}

/** Days [from, to) and those served before an earlier end. */
export function served(v: AdvertisingVector): { days: Fraction; whole: Fraction } {
  const from = v.params.day('from');
  const to = v.params.day('to');
  const ends = v.inputs.has('effective_end') ? v.inputs.day('effective_end') : to;
  const end = Math.max(Math.min(to, ends), from);
  return { days: fromInteger(BigInt(end - from)), whole: fromInteger(BigInt(to - from)) };
}
