/**
 * The rating models of `rating.json` on kernel functions. Owns: which kernel call each model is.
 * Must not: do arithmetic of its own beyond naming inputs and outputs.
 */

import { instantMs } from '@countersign/shared/model';
import {
  add,
  divide,
  exactText,
  type Fraction,
  floorInteger,
  fromInteger,
  isZero,
  max,
  min,
  multiply,
  percentOf,
  subtract,
  sum,
  ZERO,
} from '@countersign/shared/money';
import { trueUp } from '../billing/commitments.ts';
import { applyAllowance, consumeCredits, spendOverage } from '../billing/credits.ts';
import { blocksGraduated, packagesStarted } from '../billing/price/packages.ts';
import { percentOfTotal, percentPerEvent } from '../billing/price/percent.ts';
import { blockTiersOf, percentRule, tiersOf } from '../billing/price/price.ts';
import { graduatedParts, type Position, type TierPart, volumePart } from '../billing/price/tiers.ts';
import { type Bag, type Outputs, type Reader, roundingOf, type VectorRounding } from './expect.ts';
import { pipeline, runPipeline } from './pipeline.ts';
import { charge, priceOf } from './prices.ts';

/** One vector's parts, ready to read. */
export interface RatingVector {
  readonly params: Reader;
  readonly inputs: Reader;
  readonly vector: Reader;
  readonly rounding: VectorRounding;
}

type Model = (v: RatingVector) => Outputs;

const text = exactText;
const texts = (values: readonly Fraction[]): string[] => values.map(exactText);

function quantityOf(v: RatingVector): Fraction {
  return v.vector.has('quantity') ? v.vector.decimal('quantity') : v.inputs.decimal('quantity');
}

/** A price model over one quantity, with the effective amount per unit. */
function priced(model: string): Model {
  return (v) => {
    const price = priceOf(model, v.params.bag);
    const quantity = quantityOf(v);
    if (price === null) throw new Error(`${model} is not a price`);
    // The package model of the file never goes below zero; ours mirrors negative quantities.
    const counted = model === 'package' ? max(quantity, ZERO) : quantity;
    const lookup = v.inputs.has('tier_lookup_quantity') ? v.inputs : v.params;
    const amount = charge(price, 'CPA', {
      from: null,
      // The counter, and with it the tier and its flat, follows the look-up quantity where one is given.
      to: lookup.has('tier_lookup_quantity') ? lookup.decimal('tier_lookup_quantity') : counted,
      units: counted,
    }).exact;
    const effective = isZero(quantity) ? ZERO : divide(amount, quantity);
    const lines = tierLines(model, v.params, price, null, counted);
    return {
      amount: text(amount),
      effective_unit_amount: v.rounding.write(effective),
      ...(lines === null ? {} : { lines }),
    };
  };
}

/** Parts of a graduated price, unit part then flat part, where that part is configured. */
function tierLines(
  model: string,
  params: Reader,
  price: ReturnType<typeof priceOf>,
  from: Position,
  to: Fraction,
): string[] | null {
  if (price === null || (price.type !== 'GRADUATED' && price.type !== 'PERCENT_TIERS' && price.type !== 'VOLUME'))
    return null;
  const tiers = tiersOf(price, 'CPA');
  const rows = params.rows('tiers');
  const parts = model.startsWith('volume') ? [volumePart(tiers, to, from, to, to)] : graduatedParts(tiers, from, to);
  const isUnit = (row: Reader): boolean => row.has('unit_amount') || row.has('rate_percent');
  return parts.flatMap((part: TierPart) => {
    const row = rows[part.index] as Reader;
    const entered = from === null ? row.has('flat_amount') : !isZero(part.flatPart);
    const touched = from === null || !isZero(part.units);
    return [...(isUnit(row) && touched ? [text(part.unitPart)] : []), ...(entered ? [text(part.flatPart)] : [])];
  });
}

function slice(model: 'graduated' | 'graduated_percentage'): Model {
  return (v) => {
    const lower = v.params.decimal('lower');
    const rate =
      model === 'graduated'
        ? { unit_amount: v.params.text('unit_amount', '0') }
        : { rate_percent: v.params.text('rate_percent', '0') };
    const own = {
      up_to: v.params.has('up_to') ? v.params.text('up_to') : null,
      flat_amount: v.params.text('flat_amount', '0'),
      ...rate,
    };
    const tiers = [
      ...(isZero(lower) ? [] : [{ up_to: text(lower) }]),
      own,
      ...(own.up_to === null ? [] : [{ up_to: null }]),
    ];
    const price = priceOf(model, { tiers });
    if (price === null || (price.type !== 'GRADUATED' && price.type !== 'PERCENT_TIERS')) throw new Error('not tiered');
    const index = isZero(lower) ? 0 : 1;
    const part = graduatedParts(tiersOf(price, 'CPA'), null, quantityOf(v)).find((p) => p.index === index);
    return {
      units: text(part?.units ?? ZERO),
      amount: text(part === undefined ? ZERO : add(part.unitPart, part.flatPart)),
    };
  };
}

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

function usageDiscounts(v: RatingVector): string[] {
  let before = ZERO;
  const allowance = v.params.decimal('allowance');
  return v.vector.decimals('quantities').map((quantity) => {
    const { billable } = applyAllowance(allowance, before, quantity);
    before = add(before, quantity);
    return text(billable);
  });
}

/** Every model of the file's head, by name. */
export const RATING_MODELS: Readonly<Record<string, Model>> = {
  unit: priced('unit'),
  graduated: priced('graduated'),
  volume: priced('volume'),
  package: priced('package'),
  graduated_percentage: priced('graduated_percentage'),
  volume_percentage: priced('volume_percentage'),
  block_volume: (v) => ({ ...priced('block_volume')(v), ...minusBilled(v, 'block_volume') }),
  block_graduated: (v) => {
    const price = priceOf('block_graduated', v.params.bag);
    if (price?.type !== 'BLOCKS') throw new Error('not blocks');
    const parts = blocksGraduated(blockTiersOf(price), quantityOf(v));
    return {
      ...minusBilled(v, 'block_graduated'),
      lines: parts.map((p) => text(p.amount)),
      blocks: parts.map((p) => String(p.blocks)),
    };
  },
  graduated_increment: (v) => {
    const price = priceOf('graduated', v.params.bag);
    const from = v.inputs.decimal('from');
    const to = v.inputs.decimal('to');
    if (price === null) throw new Error('not graduated');
    return {
      amount: text(charge(price, 'CPA', { from, to }).exact),
      lines: tierLines('graduated', v.params, price, from, to) ?? [],
    };
  },
  package_count: (v) => {
    const size = v.params.decimal('package_size');
    const packages = fromInteger(packagesStarted(quantityOf(v), size, ZERO));
    return { packages: text(packages), billed_units: text(multiply(packages, size)) };
  },
  percentage: (v) => {
    const price = priceOf('percentage', {
      ...v.params.bag,
      free_units: v.inputs.text('free_units', v.params.text('free_units', '0')),
      free_events: v.inputs.text('free_events', v.params.text('free_events', '0')),
    });
    if (price?.type !== 'PERCENT') throw new Error('not a percentage');
    return {
      amount: text(
        percentOfTotal(
          percentRule(price),
          ZERO,
          v.inputs.decimal('total_units'),
          floorInteger(v.inputs.decimal('event_count', '0')),
        ),
      ),
    };
  },
  percentage_per_event: (v) => {
    const price = priceOf('percentage_per_event', v.params.bag);
    if (price?.type !== 'PERCENT') throw new Error('not a percentage');
    const parts = percentPerEvent(percentRule(price), v.inputs.decimals('events'));
    return { amount: text(sum(parts)), lines: texts(parts), amounts: texts(parts) };
  },
  tier_slice: slice('graduated'),
  tier_slice_percentage: slice('graduated_percentage'),
  dynamic: (v) => {
    const price = priceOf('dynamic', v.params.bag);
    if (price === null) throw new Error('not a price');
    return { amount: v.rounding.write(charge(price, 'CPA', { from: null, to: quantityOf(v) }).exact) };
  },
  unit_conversion: (v) => ({ quantity: text(pipeline.convert(v.params.bag, quantityOf(v))) }),
  usage_discount: (v) => {
    const { applied, billable } = applyAllowance(
      v.params.decimal('allowance'),
      v.inputs.decimal('pre_quantity', '0'),
      v.inputs.has('quantity') ? v.inputs.decimal('quantity') : quantityOf(v),
    );
    return { applied: text(applied), billable: text(billable) };
  },
  usage_discount_sequence: (v) => ({ billable: usageDiscounts(v) }),
  pipeline: (v) => runPipeline(v),
  cumulative_delta: (v) => {
    const quantities = v.vector.decimals('quantities');
    let booked = ZERO;
    const deltas = quantities.map((quantity, i) => {
      const last = i === quantities.length - 1;
      const limits =
        v.params.has('min_spend_final_only') && last ? { min_spend: v.params.text('min_spend_final_only') } : {};
      const bag: Bag = { ...v.params.bag, ...limits };
      const total = pipeline.rate(bag, { before: ZERO, quantity, already: ZERO, closes: true }, v.rounding).total;
      const delta = subtract(total, booked);
      booked = total;
      return v.rounding.write(delta);
    });
    return { deltas, total: v.rounding.write(booked) };
  },
  max_spend_overage: (v) => ({
    discount: v.rounding.write(
      spendOverage(
        v.rounding.apply(v.inputs.decimal('already_billed', '0')),
        v.inputs.decimal('line_total'),
        v.rounding.apply(v.params.decimal('max_spend')),
      ),
    ),
  }),
  credit_allocation: (v) => {
    const lines = v.inputs.decimals('lines');
    const net = consumeCredits(lines, v.inputs.decimals('credits'));
    const used = subtract(sum(lines), sum(net));
    return {
      net_lines: texts(net),
      credited: text(used),
      credits_used: text(used),
      total: text(sum(net)),
      unused: text(subtract(sum(v.inputs.decimals('credits')), used)),
    };
  },
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

function minusBilled(v: RatingVector, model: string): Outputs {
  const price = priceOf(model, v.params.bag);
  if (price === null) throw new Error(`${model} is not a price`);
  const billed = v.inputs.has('already_billed')
    ? v.inputs.decimal('already_billed')
    : v.params.has('already_billed')
      ? v.params.decimal('already_billed')
      : ZERO;
  return { amount: text(subtract(charge(price, 'CPA', { from: null, to: quantityOf(v) }).exact, billed)) };
}
