/**
 * The rules of `advertising.json` on kernel functions. Owns: which kernel call each rule is.
 * Must not: do arithmetic of its own beyond naming inputs and outputs.
 */
import { allowedReversals, dayOfMonthAfter, lockDay, parseWindow, withinWindow } from '@countersign/shared/attribution';
import { buildZoneTable, dayStart, instantMs, isoDate, localDay, monthOf, type Price } from '@countersign/shared/model';
import {
  add,
  DomainError,
  type Fraction,
  floorInteger,
  fromInteger,
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
import { orderBasis } from '../billing/qualify.ts';
import { grossUp, percentReduction } from '../billing/reductions.ts';
import { charge, priceOf } from './prices.ts';
import { eventDay, lockOutputs, overrideOf, pick, splitByDecay, splitByModel } from './ruleActions.ts';
import {
  digitsOf,
  payout,
  percentPrice,
  type Rule,
  rateTypeOf,
  rounding,
  segmentLines,
  served,
  text,
  tiered,
  tierPrice,
  unitCharge,
} from './ruleCharges.ts';
import { billingCap, discrepancy, invoice, rateAt, schedule, tieredSegments } from './ruleInvoices.ts';

/** Every rule of the file's head, by name. */
export const ADVERTISING_RULES: Readonly<Record<string, Rule>> = {
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
  attribution_window: (v) => {
    const [touch, conversion] = [instantMs(v.inputs.text('touch_at')), instantMs(v.inputs.text('conversion_at'))];
    const table = buildZoneTable(
      v.params.text('time_zone', 'UTC'),
      Math.min(touch, conversion),
      Math.max(touch, conversion),
    );
    const kind = v.params.oneOf('kind', ['ELAPSED', 'CALENDAR'], 'ELAPSED');
    return { eligible: String(withinWindow(touch, conversion, parseWindow(v.params.text('size')), kind, table)) };
  },
  pick_touch: pick,
  credit_split: (v) => ({ shares: splitByModel(v, v.inputs.decimal('amount')) }),
  credit_split_decay: (v) => ({ shares: splitByDecay(v, v.inputs.decimal('amount')) }),
  percent_of_order: (v) => {
    const write = rounding(v);
    const orders = v.inputs.has('orders') ? v.inputs.decimals('orders') : [v.inputs.decimal('order')];
    const payouts = orders.map((order) => write.apply(payout(percentPrice(v.params.text('percent')), order)));
    return {
      payouts: payouts.map(write.write),
      payout: payouts[0] === undefined ? null : write.write(payouts[0]),
      amount: write.write(sum(payouts)),
    };
  },
  order_basis: (v) => {
    const amounts = Object.fromEntries(Object.entries(v.inputs.bag).map(([key]) => [key, v.inputs.text(key)]));
    const basis = orderBasis(
      amounts,
      v.params.list('include').map(String),
      v.params.has('subtract') ? v.params.list('subtract').map(String) : [],
    );
    return {
      basis: rounding(v).write(basis),
      payout: rounding(v).write(payout(percentPrice(v.params.text('percent')), basis)),
    };
  },
  hybrid: (v) => ({
    payout: rounding(v).write(
      payout(percentPrice(v.params.text('percent'), v.params.text('fixed')), v.inputs.decimal('order')),
    ),
  }),
  override: overrideOf,
  action_cap: (v) => {
    const actions = v.inputs.decimal('actions');
    const { billable, bonus } = overDelivery(actions, v.params.decimal('limit'), null);
    const amount = v.params.has('rate') ? rounding(v).write(unitCharge(v.params.text('rate'), 'CPA', billable)) : null;
    return { payable: text(billable), outside_terms: text(bonus), amount };
  },
  percent_then_split: (v) => {
    const paid = rounding(v).apply(payout(percentPrice(v.params.text('percent')), v.inputs.decimal('order')));
    return { payout: rounding(v).write(paid), shares: splitByModel(v, paid) };
  },
  lock_after_month_end: (v) =>
    lockOutputs(
      v,
      lockDay({ months: v.params.whole('months', '0'), days: v.params.whole('days', '0') }, eventDay(v), false),
    ),
  lock_after_days: (v) => lockOutputs(v, lockDay({ days: v.params.whole('days') }, eventDay(v), false)),
  lock_day_of_next_month: (v) =>
    lockOutputs(v, lockDay({ dayOfMonth: v.params.whole('day') }, eventDay(v), v.inputs.flag('extended'))),
  pay_day_of_month: (v) => ({
    pay_date: isoDate(
      dayOfMonthAfter(v.inputs.day('lock_date'), v.params.whole('months_after_lock', '1'), v.params.whole('day')),
    ),
  }),
  reversal: (v) => {
    const before = v.inputs.decimal('payout_before');
    const after = v.inputs.decimal('payout_after');
    const locked = v.inputs.flag('locked');
    return {
      action_payout: rounding(v).write(locked ? before : after),
      adjustment: rounding(v).write(locked ? subtract(after, before) : ZERO),
    };
  },
  tier_clawback: (v) => {
    const price = tierPrice(v.params.text('mode'), v.params.list('tiers'));
    const worth = (actions: Fraction): Fraction =>
      rounding(v).apply(charge(price, 'CPA', { from: null, to: actions }).exact);
    const actions = v.inputs.decimal('actions_booked');
    const booked = worth(actions);
    const rerated = worth(subtract(actions, v.inputs.decimal('reversed_after_lock')));
    return {
      booked: rounding(v).write(booked),
      rerated: rounding(v).write(rerated),
      adjustment: rounding(v).write(subtract(rerated, booked)),
    };
  },
  reversal_limit: (v) => {
    const requested = v.inputs.decimal('requested');
    const allowed = fromInteger(
      allowedReversals(
        floorInteger(v.inputs.decimal('actions')),
        v.params.decimal('max_reversal_percent'),
        floorInteger(requested),
      ),
    );
    return { allowed: text(allowed), refused: text(subtract(requested, allowed)) };
  },
  period_of: (v) => {
    const at = instantMs(v.inputs.text('event_at'));
    const table = buildZoneTable(v.params.text('time_zone', 'UTC'), at, at);
    const broadcast = v.params.oneOf('period', ['MONTH', 'BROADCAST', 'BROADCAST_MONTH'], 'MONTH') !== 'MONTH';
    const startMs =
      broadcast && v.params.has('broadcast_day_start')
        ? instantMs(`1970-01-01T${v.params.text('broadcast_day_start')}:00Z`)
        : 0;
    const day = localDay(table, at, startMs);
    return { period: monthOf(day, broadcast ? 'BROADCAST' : 'CALENDAR').key, local_date: isoDate(day) };
  },
  period_hours: (v) => {
    const [from, to] = [v.inputs.day('from'), v.inputs.day('to')];
    const table = buildZoneTable(v.params.text('time_zone', 'UTC'), from * 86_400_000, to * 86_400_000);
    return { hours: text({ n: BigInt(dayStart(table, to) - dayStart(table, from)), d: 3_600_000n }) };
  },
  fx: (v) => {
    const write = rounding(v, v.params.text('to'));
    return { amount: write.write(multiply(v.inputs.decimal('amount'), v.params.decimal('rate'))) };
  },
};
