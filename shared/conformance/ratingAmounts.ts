/**
 * The models of `rating.json` that change an amount: minimums, proration, tax, rounding. Owns: which kernel call each is.
 * Must not: do arithmetic of its own beyond naming inputs and outputs.
 */
import { instantMs } from '@countersign/shared/model';
import {
  add,
  divide,
  type Fraction,
  fromInteger,
  min,
  multiply,
  percentOf,
  subtract,
  sum,
} from '@countersign/shared/money';
import { trueUp } from '../billing/commitments.ts';
import { roundingOf } from './expect.ts';
import { type Model, type RatingVector, text } from './ratingVector.ts';

function prorated(v: RatingVector): { factor: Fraction; amount: Fraction } {
  const raw = divide(v.params.decimal('days'), v.params.decimal('of'));
  const factor = v.params.flag('cap_at_one') ? min(raw, fromInteger(1n)) : raw;
  return { factor, amount: v.rounding.apply(multiply(v.params.decimal('amount'), factor)) };
}

function taxed(v: RatingVector, net: Fraction): { tax: Fraction; total: Fraction } {
  const tax = v.rounding.apply(percentOf(net, v.params.decimal('tax_percent')));
  return { tax, total: add(net, tax) };
}

function trueUpOf(v: RatingVector, factor: Fraction): { trueUp: Fraction; billed: Fraction[] } {
  const billed = v.inputs.decimals('billed');
  const minimum = multiply(v.params.decimal('minimum'), factor);
  return { billed, trueUp: v.rounding.apply(trueUp(minimum, sum(billed))) };
}

export const AMOUNT_MODELS: Readonly<Record<string, Model>> = {
  true_up: (v) => {
    const proration = v.params.has('proration') ? v.params.child('proration') : null;
    const factor = proration === null ? fromInteger(1n) : divide(proration.decimal('days'), proration.decimal('of'));
    const { trueUp: due, billed } = trueUpOf(v, factor);
    return { true_up: v.rounding.write(due), total: v.rounding.write(add(sum(billed), due)) };
  },
  prorated_minimum_with_tax: (v) => {
    const { trueUp: due, billed } = trueUpOf(v, divide(v.params.decimal('days'), v.params.decimal('of')));
    const percent = v.params.decimal('tax_percent');
    const tax = (amount: Fraction): Fraction => v.rounding.apply(percentOf(amount, percent));
    const fees = add(sum(billed), due);
    const taxes = add(sum(billed.map(tax)), tax(due));
    const write = v.rounding.write;
    return {
      true_up: write(due),
      true_up_tax: write(tax(due)),
      fees: write(fees),
      taxes: write(taxes),
      total: write(add(fees, taxes)),
    };
  },
  proration: (v) => ({ amount: v.rounding.write(prorated(v).amount), factor: text(prorated(v).factor) }),
  proration_instants: (v) => {
    const at = (name: string): Fraction =>
      fromInteger(BigInt(instantMs(v.params.has(name) ? v.params.text(name) : v.inputs.text(name))));
    const share = divide(subtract(at('service_to'), at('service_from')), subtract(at('full_to'), at('full_from')));
    return { amount: v.rounding.write(multiply(v.params.decimal('amount'), share)) };
  },
  proration_factor: (v) => ({
    factor: v.rounding.write(divide(v.params.decimal('numerator'), v.params.decimal('denominator'))),
  }),
  proration_with_tax: (v) => {
    const net = prorated(v).amount;
    const { tax, total } = taxed(v, net);
    return { net: v.rounding.write(net), tax: v.rounding.write(tax), total: v.rounding.write(total) };
  },
  tax: (v) => {
    const net = v.inputs.has('net') ? v.inputs.decimal('net') : v.params.decimal('net');
    const { tax, total } = taxed(v, net);
    return { tax: v.rounding.write(tax), total: v.rounding.write(total) };
  },
  rounding: (v) => {
    const rule = v.params.has('mode') ? roundingOf(v.params.bag) : v.rounding;
    return { value: rule.write(v.inputs.decimal('value')) };
  },
};
