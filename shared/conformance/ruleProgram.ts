/**
 * The rules of `advertising.json` about programs that pay for actions: attribution, payouts, locks, reversals.
 * Owns: which kernel call each is. Must not: do arithmetic of its own beyond naming inputs and outputs.
 */
import { allowedReversals, dayOfMonthAfter, lockDay, parseWindow, withinWindow } from '@countersign/shared/attribution';
import { buildZoneTable, instantMs, isoDate } from '@countersign/shared/model';
import { type Fraction, floorInteger, fromInteger, subtract, sum, ZERO } from '@countersign/shared/money';
import { overDelivery } from '../billing/measure.ts';
import { orderBasis } from '../billing/qualify.ts';
import { charge } from './prices.ts';
import { eventDay, lockOutputs, overrideOf, pick, splitByDecay, splitByModel } from './ruleActions.ts';
import { payout, percentPrice, type Rule, rounding, text, tierPrice, unitCharge } from './ruleCharges.ts';

export const PROGRAM_RULES: Readonly<Record<string, Rule>> = {
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
};
