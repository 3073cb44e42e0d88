/**
 * The rules of `advertising.json` about media that is delivered: prices, proration, discrepancies, makegoods, minimums.
 * Owns: which kernel call each is. Must not: do arithmetic of its own beyond naming inputs and outputs.
 */
import type { Price } from '@countersign/shared/model';
import {
  add,
  DomainError,
  isZero,
  max,
  multiply,
  negate,
  parseRoundingMode,
  subtract,
  sum,
  ZERO,
} from '@countersign/shared/money';
import { endAfterNotice, endLaterOf } from '../billing/cancellation.ts';
import { trueUp } from '../billing/commitments.ts';
import { shortfallCredit } from '../billing/deliveryPromise.ts';
import { overDelivery } from '../billing/measure.ts';
import { packagesStarted } from '../billing/price/packages.ts';
import { grossUp, percentReduction } from '../billing/reductions.ts';
import { charge, priceOf } from './prices.ts';
import {
  digitsOf,
  type Rule,
  rateTypeOf,
  rounding,
  segmentLines,
  served,
  text,
  tiered,
  unitCharge,
} from './ruleCharges.ts';
import { billingCap, discrepancy, invoice, rateAt, schedule, tieredSegments } from './ruleInvoices.ts';

export const MEDIA_RULES: Readonly<Record<string, Rule>> = {
  unit_price: (v) => ({
    amount: rounding(v).write(
      unitCharge(v.params.text('rate'), v.params.text('rate_type', 'CPC'), v.inputs.decimal('units')),
    ),
  }),
  line_of_days: (v) => {
    const rate = v.params.text('rate');
    const type = v.params.text('rate_type', 'CPM');
    const write = rounding(v);
    const perDay =
      v.inputs.has('units') && Array.isArray(v.inputs.bag.units)
        ? v.inputs.decimals('units')
        : Array.from({ length: v.inputs.count('days') }, () => v.inputs.decimal('units_per_day'));
    const daily = sum(perDay.map((units) => write.apply(unitCharge(rate, type, units))));
    return {
      units: text(sum(perDay)),
      amount: write.write(unitCharge(rate, type, sum(perDay))),
      wrong_if_rounded_daily: write.write(daily),
    };
  },
  tiered_cpm: (v) => tiered(rateTypeOf(v.params.text('rate_type', 'CPM')), 'units')(v),
  action_tiers: tiered('CPA', 'actions'),
  package: (v) => {
    const price = priceOf('package', v.params.bag);
    if (price === null)
      throw new DomainError('VECTOR_FIELD', 'The package cannot be read.', 'Give package_size and package_amount.');
    const units = max(v.inputs.decimal('units'), ZERO);
    const packages = packagesStarted(units, v.params.decimal('package_size'), v.params.decimal('free_units', '0'));
    return {
      packages: String(packages),
      amount: rounding(v).write(charge(price, 'CPA', { from: null, to: units }).exact),
    };
  },
  flat_proration: (v) => {
    const { days, whole } = served(v);
    const price: Price = { type: 'FLAT', amount: v.params.text('amount') };
    const exact = isZero(days)
      ? ZERO
      : multiply(charge(price, 'FLAT', { from: null, to: days }).exact, { n: days.n * whole.d, d: whole.n * days.d });
    return { days: text(days), amount: rounding(v).write(exact) };
  },
  cancellation_notice: (v) => ({
    effective_end: endAfterNotice(v.inputs.date('notice_date'), v.params.whole('notice_days')),
  }),
  cancellation_later_of: (v) => ({
    effective_end: endLaterOf(
      v.inputs.date('first_impression_date'),
      v.params.whole('after_first_impression_days'),
      v.inputs.date('notice_date'),
      v.params.whole('after_notice_days'),
    ),
  }),
  discrepancy,
  over_delivery: (v) => {
    const limit = v.params.has('bonus_limit_percent') ? v.params.decimal('bonus_limit_percent') : null;
    const { billable, bonus, consentNeeded } = overDelivery(
      v.inputs.decimal('delivered'),
      v.inputs.decimal('contracted'),
      limit,
    );
    const amount = v.params.has('rate')
      ? rounding(v).write(unitCharge(v.params.text('rate'), v.params.text('rate_type', 'CPM'), billable))
      : null;
    return { billable: text(billable), bonus: text(bonus), consent_needed: String(consentNeeded), amount };
  },
  makegood: (v) => {
    const price: Price = { type: 'UNIT', rate: v.params.text('rate') };
    const type = rateTypeOf(v.params.text('rate_type', 'CPM'));
    const contracted = v.inputs.decimal('contracted');
    const write = rounding(v);
    const shortfall = max(
      subtract(subtract(contracted, v.inputs.decimal('delivered')), v.inputs.decimal('makegood_delivered', '0')),
      ZERO,
    );
    const credit = write.apply(shortfallCredit(price, type, contracted, subtract(contracted, shortfall)));
    const value = write.apply(charge(price, type, { from: null, to: contracted }).exact);
    return {
      shortfall: text(shortfall),
      credit: write.write(credit),
      earned: write.write(subtract(value, credit)),
      contracted_value: write.write(value),
    };
  },
  commission: (v) => {
    const gross = v.inputs.decimal('gross');
    const change = percentReduction(
      gross,
      v.params.decimal('commission_percent'),
      digitsOf(v),
      parseRoundingMode(v.params.text('rounding_mode', 'HALF_UP')),
    );
    return { commission: rounding(v).write(negate(change)), net: rounding(v).write(add(gross, change)) };
  },
  gross_up: (v) => {
    const net = v.inputs.decimal('net');
    const gross = grossUp(
      net,
      v.params.decimal('commission_percent'),
      digitsOf(v),
      parseRoundingMode(v.params.text('rounding_mode', 'HALF_UP')),
    );
    return { gross: rounding(v).write(gross), commission: rounding(v).write(subtract(gross, net)) };
  },
  invoice_line: invoice,
  true_up: (v) => {
    const billed = v.inputs.decimals('billed');
    const due = rounding(v).apply(trueUp(v.params.decimal('minimum'), sum(billed)));
    return { true_up: rounding(v).write(due), total: rounding(v).write(add(sum(billed), due)) };
  },
  true_up_prorated: (v) => {
    const { days, whole } = served(v);
    const billed = sum(v.inputs.decimals('billed'));
    const minimum = multiply(v.params.decimal('minimum'), { n: days.n * whole.d, d: whole.n * days.d });
    return {
      days: text(days),
      minimum: rounding(v).write(minimum),
      true_up: rounding(v).write(trueUp(minimum, billed)),
    };
  },
  billing_cap: billingCap,
  billing_schedule: schedule,
  segments: (v) => {
    const lines = segmentLines(v);
    return { lines: lines.map(rounding(v).write), amount: rounding(v).write(sum(lines)) };
  },
  rate_at: rateAt,
  tiered_segments: tieredSegments,
  retro_delta: (v) => {
    const rerated = sum(segmentLines(v));
    return {
      rerated: rounding(v).write(rerated),
      adjustment: rounding(v).write(subtract(rerated, v.inputs.decimal('booked'))),
    };
  },
};
