/**
 * The rules of `advertising.json` on kernel functions. Owns: which kernel call each rule is.
 * Must not: do arithmetic of its own beyond naming inputs and outputs.
 */
import {
  allowedReversals,
  clicksOverViews,
  dayOfMonthAfter,
  decayWeight,
  earliestFirst,
  lockDay,
  modelWeights,
  parseWindow,
  payDay,
  pickTouch,
  type SplitModel,
  splitCredit,
  withinWindow,
} from '@countersign/shared/attribution';
import {
  buildZoneTable,
  type ContractVersion,
  dayNumber,
  dayStart,
  instantMs,
  isoDate,
  localDay,
  monthOf,
  type PartnerOverride,
  type Price,
  type RateType,
} from '@countersign/shared/model';
import {
  add,
  compare,
  DomainError,
  exactText,
  type Fraction,
  fromInteger,
  isZero,
  max,
  min,
  minorDigits,
  multiply,
  negate,
  parseRoundingMode,
  splitCumulative,
  subtract,
  sum,
  ZERO,
} from '@countersign/shared/money';
import { orderBasis } from '../billing/actions.ts';
import { grossUp, percentReduction } from '../billing/adjust.ts';
import { endAfterNotice, endLaterOf } from '../billing/cancellation.ts';
import { cappedIncrement, trueUp } from '../billing/commitments.ts';
import { shortfallCredit } from '../billing/lines.ts';
import { applyDiscrepancy, overDelivery } from '../billing/measure.ts';
import { preview } from '../billing/preview.ts';
import { segmentCounter } from '../billing/price/counter.ts';
import { packagesStarted } from '../billing/price/packages.ts';
import { moreSpecific, overrideHolds, overrideSpecificity } from '../billing/rate.ts';
import { dueBefore, monthCuts, type Schedule } from '../billing/schedule.ts';
import { versionAt } from '../billing/versionAt.ts';
import { type Bag, fixedRounding, type Outputs, type Reader, type VectorRounding } from './expect.ts';
import { charge, priceOf } from './prices.ts';

/** One vector's parts, ready to read. */
export interface AdvertisingVector {
  readonly params: Reader;
  readonly inputs: Reader;
}

type Rule = (v: AdvertisingVector) => Outputs;

const text = exactText;

function rounding(v: AdvertisingVector, currency = v.params.text('currency', 'USD')): VectorRounding {
  return fixedRounding(minorDigits(currency), parseRoundingMode(v.params.text('rounding_mode', 'HALF_UP')));
}

function digitsOf(v: AdvertisingVector): number {
  return minorDigits(v.params.text('currency', 'USD'));
}

/** CPM and VCPM divide by 1,000; every other unit of these vectors is priced singly. */
function rateTypeOf(name: string): RateType {
  return name === 'CPM' || name === 'VCPM' ? name : 'CPA';
}

function unitCharge(rate: string, rateType: string, units: Fraction): Fraction {
  return charge({ type: 'UNIT', rate }, rateTypeOf(rateType), { from: null, to: units }).exact;
}

function tierPrice(mode: string, tiers: unknown): Price {
  const price = priceOf(mode === 'VOLUME' ? 'volume' : 'graduated', { tiers });
  if (price === null)
    throw new DomainError('VECTOR_FIELD', 'The tiers cannot be read.', 'Give tiers with up_to and rate.');
  return price;
}

function tiered(rateType: RateType, unitsName: string): Rule {
  return (v) => {
    const price = tierPrice(v.params.text('mode'), v.params.list('tiers'));
    const amount = charge(price, rateType, { from: null, to: v.inputs.decimal(unitsName) }).exact;
    return { amount: rounding(v).write(amount) };
  };
}

function segmentRows(v: AdvertisingVector): Reader[] {
  return v.inputs.has('segments') ? v.inputs.rows('segments') : v.params.rows('segments');
}

/** Flat-rate segments, each rounded once. */
function segmentLines(v: AdvertisingVector): Fraction[] {
  const write = rounding(v);
  return segmentRows(v).map((s) =>
    write.apply(unitCharge(s.text('rate'), s.text('rate_type', v.params.text('rate_type', 'CPM')), s.decimal('units'))),
  );
}

function percentPrice(percent: string, fixed = '0'): Price {
  return { type: 'PERCENT', percent, fixed };
}

function payout(price: Price, order: Fraction): Fraction {
  return charge(price, 'CPS', { from: null, to: order, events: 1n, values: [order] }).exact;
}

/** Number of touches, or their list. */
function touchCount(v: AdvertisingVector): number {
  const given = v.inputs.bag.touches;
  return Array.isArray(given) ? given.length : v.inputs.whole('touches');
}

function splitByModel(v: AdvertisingVector, amount: Fraction): string[] {
  const digits = digitsOf(v);
  const model = v.params.text('model');
  if (model === 'TIME_DECAY' || v.inputs.has('days_before')) return splitByDecay(v, amount);
  return splitCredit(amount, modelWeights(model as SplitModel, touchCount(v)), digits).map(rounding(v).write);
}

/** Weights by age. The earliest touch is the oldest, whatever the order of the list. */
function splitByDecay(v: AdvertisingVector, amount: Fraction): string[] {
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

/** Days [from, to) and those served before an earlier end. */
function served(v: AdvertisingVector): { days: Fraction; whole: Fraction } {
  const from = dayNumber(v.params.text('from'));
  const to = dayNumber(v.params.text('to'));
  const endText = v.inputs.has('effective_end') ? v.inputs.text('effective_end') : v.params.text('to');
  const end = Math.max(Math.min(to, dayNumber(endText)), from);
  return { days: fromInteger(BigInt(end - from)), whole: fromInteger(BigInt(to - from)) };
}

/** An invoice of one flat line through the whole preview: cap, minimum, discounts, commission, tax. */
function invoice(v: AdvertisingVector): Outputs {
  const { params } = v;
  const currency = params.text('currency', 'USD');
  const basis = (name: string): 'GROSS' | 'NET_OF_DISCOUNT' =>
    params.text(name, 'GROSS') === 'GROSS' ? 'GROSS' : 'NET_OF_DISCOUNT';
  const discounts = params.has('discounts')
    ? params.list('discounts').map(String)
    : params.has('discount_percent')
      ? [params.text('discount_percent')]
      : [];
  const version: ContractVersion = {
    id: 'vector',
    contractId: 'vector',
    number: 'vector',
    currency,
    timeZone: 'UTC',
    effectiveFrom: '2026-01-01',
    effectiveTo: '2026-02-01',
    roundingMode: parseRoundingMode(params.text('rounding_mode', 'HALF_UP')),
    lines: [{ id: 'line', rateType: 'FLAT', price: { type: 'FLAT', amount: v.inputs.text('gross') } }],
    commitments: [
      ...(params.has('cap')
        ? [
            {
              id: 'cap',
              scope: 'CONTRACT' as const,
              kind: 'CAP' as const,
              amount: params.text('cap'),
              basis: basis('cap_basis'),
            },
          ]
        : []),
      ...(params.has('minimum')
        ? [
            {
              id: 'minimum',
              scope: 'CONTRACT' as const,
              kind: 'MINIMUM' as const,
              amount: params.text('minimum'),
              basis: basis('minimum_basis'),
            },
          ]
        : []),
    ],
    adjustments: [
      ...discounts.map((percent, i) => ({ kind: 'DISCOUNT' as const, id: `discount${i}`, percent, order: i })),
      ...(params.has('discount_amount')
        ? [{ kind: 'DISCOUNT' as const, id: 'discountAmount', amount: params.text('discount_amount'), order: 99 }]
        : []),
      ...(params.has('commission_percent')
        ? [{ kind: 'COMMISSION' as const, id: 'commission', percent: params.text('commission_percent') }]
        : []),
      ...(params.has('tax_percent')
        ? [
            {
              kind: 'TAX' as const,
              id: 'tax',
              code: 'TAX',
              percent: params.text('tax_percent'),
              base:
                params.text('tax_base', 'AFTER_COMMISSION') === 'BEFORE_COMMISSION'
                  ? ('BEFORE_COMMISSION' as const)
                  : ('AFTER_COMMISSION' as const),
            },
          ]
        : []),
    ],
  };
  const { totals } = preview({
    versions: [version],
    facts: { delivery: [], touches: [], actions: [] },
    period: '2026-01',
  });
  const positive = (value: string): string => (value.startsWith('-') ? value.slice(1) : value);
  return {
    gross: totals.gross,
    cap_reduction: positive(totals.cap),
    true_up: totals.minimum,
    discount: positive(totals.discount),
    commission: positive(totals.commission),
    net: totals.net,
    tax: totals.tax,
    total: totals.total,
  };
}

function discrepancy(v: AdvertisingVector): Outputs {
  const named = v.params.text('base');
  // A base named by who counted: the vectors' controlling count is the third party's, the other the publisher's.
  const base = named === 'OTHER' || named === 'PUBLISHER' ? 'OTHER' : 'CONTROLLING';
  const remedy = v.params.text('remedy');
  if (remedy !== 'UPLIFT' && remedy !== 'UNDER_DELIVERY' && remedy !== 'SPLIT_DIFFERENCE')
    throw new DomainError('VECTOR_FIELD', `The remedy ${remedy} is unknown.`, 'Use UPLIFT or UNDER_DELIVERY.');
  const result = applyDiscrepancy(
    {
      thresholdPercent: v.params.text('threshold_percent'),
      base,
      remedy,
      upliftPercent: v.params.text('uplift_percent', '0'),
    },
    v.inputs.decimal('controlling'),
    v.inputs.decimal('other'),
  );
  const billable = v.inputs.has('contracted') ? min(result.billable, v.inputs.decimal('contracted')) : result.billable;
  const amount = v.params.has('rate')
    ? rounding(v).write(unitCharge(v.params.text('rate'), v.params.text('rate_type', 'CPM'), billable))
    : null;
  const owed = text(result.owed);
  return {
    exceeded: String(result.exceeded),
    billable: text(billable),
    amount,
    shortfall: owed,
    makegood: owed,
    makegood_owed: owed,
    owed,
  };
}

function billingCap(v: AdvertisingVector): Outputs {
  const cap = v.params.decimal('cap');
  const kind = v.params.text('kind');
  let used = ZERO;
  const billed = v.inputs.decimals('cycles').map((cycle, i) => {
    const before = used;
    used = add(used, cycle);
    if (kind === 'PER_CYCLE') return min(cycle, cap);
    const rolls = kind === 'PER_CYCLE_WITH_ROLLOVER';
    const limit = (cycles: number): Fraction => (rolls ? multiply(cap, fromInteger(BigInt(cycles))) : cap);
    return cappedIncrement(before, used, limit(i), limit(i + 1));
  });
  const write = rounding(v).write;
  return { billed: billed.map(write), total: write(sum(billed)) };
}

function schedule(v: AdvertisingVector): Outputs {
  const source = v.inputs.has('from') ? v.inputs : v.params;
  const from = dayNumber(source.text('from'));
  const to = dayNumber(source.text('to'));
  const calendar = v.params.text('calendar', 'CALENDAR') === 'BROADCAST' ? 'BROADCAST' : 'CALENDAR';
  const kind = v.params.text('kind') as Schedule;
  const contracted = (v.inputs.has('contracted') ? v.inputs : v.params).decimal('contracted');
  const due = monthCuts(from, to, calendar).map((day) =>
    multiply(contracted, dueBefore(kind, from, to, day, calendar)),
  );
  const parts = due.slice(1).map((value, i) => subtract(value, due[i] as Fraction));
  const amounts = splitCumulative(parts, digitsOf(v), parseRoundingMode(v.params.text('rounding_mode', 'HALF_UP')));
  return { amounts: amounts.map(rounding(v).write), total: rounding(v).write(sum(amounts)) };
}

function tieredSegments(v: AdvertisingVector): Outputs {
  const rows = segmentRows(v);
  const write = rounding(v);
  const units = rows.map((s) => s.decimal('units'));
  const resets = rows.map((_, i) => i > 0 && v.params.text('counter', 'CONTINUE') === 'RESET');
  const lines = rows.map((s, i) => {
    const counter = segmentCounter(units, resets, i, null);
    const price = tierPrice(v.params.text('mode'), s.has('tiers') ? s.list('tiers') : v.params.list('tiers'));
    return write.apply(charge(price, rateTypeOf(v.params.text('rate_type', 'CPM')), counter).exact);
  });
  return { lines: lines.map(write.write), amount: write.write(sum(lines)), total: write.write(sum(lines)) };
}

function rateAt(v: AdvertisingVector): Outputs {
  const timeZone = v.params.text('time_zone', 'UTC');
  const versions = v.params.rows('versions').map(
    (row, i): ContractVersion => ({
      id: String(i),
      contractId: 'vector',
      number: row.text('rate'),
      currency: 'USD',
      timeZone,
      sequence: row.has('sequence') ? row.whole('sequence') : i,
      effectiveFrom: row.text('effective_from'),
      effectiveTo: row.has('effective_to')
        ? row.text('effective_to')
        : row.has('effective_end')
          ? row.text('effective_end')
          : null,
      ...(row.has('recorded_at') ? { recordedAt: row.text('recorded_at') } : {}),
    }),
  );
  const found = versionAt(
    versions,
    v.inputs.text('event_at'),
    v.inputs.has('as_of') ? v.inputs.text('as_of') : undefined,
  );
  return { rate: found === null ? null : found.number, governed: String(found !== null) };
}

function overrideOf(v: AdvertisingVector): Outputs {
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

function pick(v: AdvertisingVector): Outputs {
  const touches = v.inputs
    .rows('touches')
    .map((t) => ({ id: t.text('id'), touchType: t.text('type'), atMs: instantMs(t.text('at')) }));
  const eligible = clicksOverViews(touches, v.params.flag('click_overrides_view')).sort(earliestFirst);
  const model = v.params.text('model', 'LAST') === 'FIRST' ? 'FIRST' : 'LAST';
  return { winner: pickTouch(eligible, model)?.id ?? null };
}

function eventDay(v: AdvertisingVector): number {
  return dayNumber(v.inputs.text('event_date'));
}

function lockOutputs(v: AdvertisingVector, lockedOn: number): Outputs {
  if (!v.params.has('pay_day')) return { lock_date: isoDate(lockedOn) };
  const rule = {
    payDay: v.params.whole('pay_day'),
    ...(v.params.has('months_after_lock') ? { payMonthsAfterLock: v.params.whole('months_after_lock') } : {}),
  };
  const paid = payDay(rule, lockedOn);
  return { lock_date: isoDate(lockedOn), pay_date: paid === null ? null : isoDate(paid) };
}

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
        : Array.from({ length: v.inputs.whole('days') }, () => v.inputs.decimal('units_per_day'));
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
    effective_end: endAfterNotice(v.inputs.text('notice_date'), v.params.whole('notice_days')),
  }),
  cancellation_later_of: (v) => ({
    effective_end: endLaterOf(
      v.inputs.text('first_impression_date'),
      v.params.whole('after_first_impression_days'),
      v.inputs.text('notice_date'),
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
    const kind = v.params.text('kind', 'ELAPSED') === 'CALENDAR' ? 'CALENDAR' : 'ELAPSED';
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
      dayOfMonthAfter(
        dayNumber(v.inputs.text('lock_date')),
        v.params.whole('months_after_lock', '1'),
        v.params.whole('day'),
      ),
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
      allowedReversals(v.inputs.decimal('actions').n, v.params.decimal('max_reversal_percent'), requested.n),
    );
    return { allowed: text(allowed), refused: text(subtract(requested, allowed)) };
  },
  period_of: (v) => {
    const at = instantMs(v.inputs.text('event_at'));
    const table = buildZoneTable(v.params.text('time_zone', 'UTC'), at, at);
    const broadcast = v.params.text('period', 'MONTH').startsWith('BROADCAST');
    const startMs =
      broadcast && v.params.has('broadcast_day_start')
        ? instantMs(`1970-01-01T${v.params.text('broadcast_day_start')}:00Z`)
        : 0;
    const day = localDay(table, at, startMs);
    return { period: monthOf(day, broadcast ? 'BROADCAST' : 'CALENDAR').key, local_date: isoDate(day) };
  },
  period_hours: (v) => {
    const [from, to] = [dayNumber(v.inputs.text('from')), dayNumber(v.inputs.text('to'))];
    const table = buildZoneTable(v.params.text('time_zone', 'UTC'), from * 86_400_000, to * 86_400_000);
    return { hours: text({ n: BigInt(dayStart(table, to) - dayStart(table, from)), d: 3_600_000n }) };
  },
  fx: (v) => {
    const write = rounding(v, v.params.text('to'));
    return { amount: write.write(multiply(v.inputs.decimal('amount'), v.params.decimal('rate'))) };
  },
};
