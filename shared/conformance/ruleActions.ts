/** Advertising rules of actions: splits, overrides, touches, locks. */
import {
  clicksOverViews,
  decayWeight,
  earliestFirst,
  modelWeights,
  payDay,
  pickTouch,
  splitCredit,
} from '@countersign/shared/attribution';
import { dayNumber, instantMs, isoDate, type PartnerOverride } from '@countersign/shared/model';
import { compare, type Fraction } from '@countersign/shared/money';
import { moreSpecific, overrideHolds, overrideSpecificity } from '../billing/rate.ts';
import type { Bag, Outputs } from './expect.ts';
import { type AdvertisingVector, digitsOf, rounding } from './ruleCharges.ts';

/** Number of touches, or their list. */
function touchCount(v: AdvertisingVector): number {
  const given = v.inputs.bag.touches;
  return Array.isArray(given) ? given.length : v.inputs.count('touches');
}

export function splitByModel(v: AdvertisingVector, amount: Fraction): string[] {
  const digits = digitsOf(v);
  const model = v.params.oneOf('model', ['LAST', 'FIRST', 'LINEAR', 'POSITION', 'TIME_DECAY']);
  if (model === 'TIME_DECAY' || v.inputs.has('days_before')) return splitByDecay(v, amount);
  return splitCredit(amount, modelWeights(model, touchCount(v)), digits).map(rounding(v).write);
}

/** Weights by age. The earliest touch is the oldest, whatever the order of the list. */
export function splitByDecay(v: AdvertisingVector, amount: Fraction): string[] {
  const ages = v.inputs.decimals('days_before');
  const halfLife = v.params.decimal('half_life_days');
  const order = ages.map((_, i) => i).sort((a, b) => compare(ages[b] as Fraction, ages[a] as Fraction) || a - b);
  const shares = splitCredit(
    amount,
    order.map((i) => decayWeight(ages[i] as Fraction, halfLife)),
    digitsOf(v),
  );
  const out: string[] = [];
  order.forEach((original, position) => {
    out[original] = rounding(v).write(shares[position] as Fraction);
  });
  return out;
}

export function overrideOf(v: AdvertisingVector): Outputs {
  const { partner: _partner, at: _at, date: _date, ...dimensions } = v.inputs.bag;
  const partner = v.inputs.text('partner');
  const dateName = ['date', 'at', 'event_date', 'event_at'].find((name) => v.inputs.has(name));
  const day = dateName === undefined ? null : dayNumber(v.inputs.text(dateName));
  const rules = v.params.rows('settings').map((s): { rule: PartnerOverride; payout: string } => {
    const {
      id: _id,
      partners: _partners,
      payout: _payout,
      from: _from,
      to: _to,
      effective_from: _ef,
      effective_to: _et,
      dimensions: inner,
      ...loose
    } = s.bag;
    const named = s.bag.partners;
    const from = s.has('from') ? s.text('from') : s.has('effective_from') ? s.text('effective_from') : undefined;
    const to = s.has('to') ? s.text('to') : s.has('effective_to') ? s.text('effective_to') : undefined;
    const wanted = Object.fromEntries(
      Object.entries({ ...loose, ...((inner ?? {}) as Bag) }).map(([k, value]) => [k, String(value)]),
    );
    const rule: PartnerOverride = {
      id: s.text('id'),
      partnerIds: Array.isArray(named)
        ? named.map(String)
        : named === 'ALL' || named === undefined
          ? []
          : [String(named)],
      dimensions: wanted,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      price: { type: 'UNIT', rate: s.text('payout') },
    };
    return { rule, payout: s.text('payout') };
  });
  const best = rules
    .filter(({ rule }) =>
      Object.entries(rule.dimensions ?? {}).every(([key, value]) => String(dimensions[key] ?? '') === value),
    )
    .filter(({ rule }) =>
      day === null
        ? overrideHolds({ ...rule, from: undefined, to: undefined }, new Set([partner]), 0)
        : overrideHolds(rule, new Set([partner]), day),
    )
    .sort((a, b) => moreSpecific(overrideSpecificity(a.rule), overrideSpecificity(b.rule)))[0];
  return { payout: best?.payout ?? null, setting: best?.rule.id ?? null, id: best?.rule.id ?? null };
}

export function pick(v: AdvertisingVector): Outputs {
  const touches = v.inputs
    .rows('touches')
    .map((t) => ({ id: t.text('id'), touchType: t.text('type'), atMs: instantMs(t.text('at')) }));
  const eligible = clicksOverViews(touches, v.params.flag('click_overrides_view')).sort(earliestFirst);
  const model = v.params.oneOf('model', ['LAST', 'FIRST'], 'LAST');
  return { winner: pickTouch(eligible, model)?.id ?? null };
}

export function eventDay(v: AdvertisingVector): number {
  return v.inputs.day('event_date');
}

export function lockOutputs(v: AdvertisingVector, lockedOn: number): Outputs {
  if (!v.params.has('pay_day')) return { lock_date: isoDate(lockedOn) };
  const rule = {
    payDay: v.params.whole('pay_day'),
    ...(v.params.has('months_after_lock') ? { payMonthsAfterLock: v.params.whole('months_after_lock') } : {}),
  };
  const paid = payDay(rule, lockedOn);
  return { lock_date: isoDate(lockedOn), pay_date: paid === null ? null : isoDate(paid) };
}
