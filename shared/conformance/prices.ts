/** Vector prices in the contract's own form. Owns: the translation of field names. Must not: compute. */

import type { Price, RateType } from '@countersign/shared/model';
import { DomainError, type Fraction } from '@countersign/shared/money';
import { type Count, type Priced, priceExact } from '../billing/price/price.ts';
import type { Position } from '../billing/price/tiers.ts';
import { asBag, type Bag, Reader } from './expect.ts';

function tierRows(params: Bag): Reader[] {
  return new Reader(params).someRows('tiers');
}

function bound(row: Reader): string | null {
  return row.has('up_to') ? row.decimalText('up_to') : null;
}

/** A rating model with its parameters as a Price; null when the model is not a price. */
export function priceOf(model: string, params: Bag): Price | null {
  const p = new Reader(params);
  switch (model) {
    case 'unit':
      return { type: 'UNIT', rate: p.decimalText('unit_amount') };
    case 'dynamic':
      return { type: 'UNIT', rate: p.decimalText('multiplier') };
    case 'graduated':
    case 'volume':
      return {
        type: model === 'graduated' ? 'GRADUATED' : 'VOLUME',
        tiers: tierRows(params).map((row) => ({
          upTo: bound(row),
          rate: row.decimalText(row.has('unit_amount') ? 'unit_amount' : 'rate', '0'),
          flat: row.decimalText(row.has('flat_amount') ? 'flat_amount' : 'flat', '0'),
        })),
      };
    case 'graduated_percentage':
    case 'volume_percentage':
      return {
        type: 'PERCENT_TIERS',
        mode: model === 'graduated_percentage' ? 'GRADUATED' : 'VOLUME',
        tiers: tierRows(params).map((row) => ({
          upTo: bound(row),
          percent: row.decimalText('rate_percent', '0'),
          flat: row.decimalText(row.has('flat_amount') ? 'flat_amount' : 'flat', '0'),
        })),
      };
    case 'package':
      return {
        type: 'PACKAGE',
        size: p.decimalText('package_size'),
        amount: p.decimalText('package_amount'),
        freeUnits: p.decimalText('free_units', '0'),
      };
    case 'block_graduated':
    case 'block_volume':
      return {
        type: 'BLOCKS',
        mode: model === 'block_graduated' ? 'GRADUATED' : 'VOLUME',
        tiers: tierRows(params).map((row) => ({
          size: row.decimalText('block_size'),
          maxBlocks: row.has('max_blocks') ? row.decimalText('max_blocks') : null,
          amount: row.decimalText('block_price'),
        })),
      };
    case 'percentage':
      return {
        type: 'PERCENT',
        percent: p.decimalText('rate_percent'),
        fixed: p.decimalText('fixed_amount_per_event', '0'),
        freeAmount: p.decimalText('free_units', '0'),
        freeEvents: p.decimalText('free_events', '0'),
      };
    case 'percentage_per_event':
      return {
        type: 'PERCENT',
        percent: p.decimalText('rate_percent'),
        fixed: p.decimalText('fixed_amount_per_event', '0'),
        freeAmount: p.decimalText('free_amount', '0'),
        freeEvents: p.decimalText('free_events', '0'),
        ...(p.has('per_event_min') ? { minPer: p.decimalText('per_event_min') } : {}),
        ...(p.has('per_event_max') ? { maxPer: p.decimalText('per_event_max') } : {}),
      };
    default:
      return null;
  }
}

/** A price nested in a vector: {model, …its parameters}. */
export function nestedPrice(value: unknown): { model: string; price: Price } {
  const bag = asBag(value);
  const model = new Reader(bag).text('model');
  const price = priceOf(model, bag);
  if (price === null)
    throw new DomainError('VECTOR_MODEL', `"${model}" is not a price the kernel has.`, 'Use one of the price models.');
  return { model, price };
}

/** Prices a count through the kernel's own entry, the one lines and actions use. */
export function charge(
  price: Price,
  rateType: RateType,
  count: Partial<Count> & { to: Fraction; from: Position },
): Priced {
  const units: Fraction =
    count.units ??
    (count.from === null
      ? count.to
      : { n: count.to.n * count.from.d - count.from.n * count.to.d, d: count.to.d * count.from.d });
  const full: Count = { units, total: count.to, carried: null, events: 0n, values: null, ...count };
  return priceExact(price, { rateType, count: () => full, days: { served: 1n, of: 1n, opens: true } });
}
