/**
 * The models of `rating.json` that price a quantity. Owns: which kernel call each is.
 * Must not: do arithmetic of its own beyond naming inputs and outputs.
 */
import {
  add,
  divide,
  type Fraction,
  floorInteger,
  fromInteger,
  isZero,
  max,
  multiply,
  subtract,
  sum,
  ZERO,
} from '@countersign/shared/money';
import { blocksGraduated, packagesStarted } from '../billing/price/packages.ts';
import { percentOfTotal, percentPerEvent } from '../billing/price/percent.ts';
import { blockTiersOf, percentRule, tiersOf } from '../billing/price/price.ts';
import { graduatedParts, type Position, type TierPart, volumePart } from '../billing/price/tiers.ts';
import type { Outputs, Reader } from './expect.ts';
import { charge, priceOf } from './prices.ts';
import { type Model, quantityOf, type RatingVector, text, texts } from './ratingVector.ts';

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

export const PRICE_MODELS: Readonly<Record<string, Model>> = {
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
