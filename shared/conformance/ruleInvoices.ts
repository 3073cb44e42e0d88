/**
 * The rules of `advertising.json` that look at a whole invoice: discrepancies, adjustments, caps, schedules, rates over time.
 * Must not: do arithmetic of its own beyond naming inputs and outputs.
 */
import type { ContractVersion } from '@countersign/shared/model';
import {
  add,
  DomainError,
  decimalOf,
  type Fraction,
  fromInteger,
  min,
  multiply,
  negate,
  parseRoundingMode,
  splitCumulative,
  subtract,
  sum,
  ZERO,
} from '@countersign/shared/money';
import { cappedIncrement } from '../billing/commitments.ts';
import { applyDiscrepancy } from '../billing/discrepancy.ts';
import { preview } from '../billing/preview.ts';
import { segmentCounter } from '../billing/price/counter.ts';
import { dueBefore, monthCuts } from '../billing/schedule.ts';
import { versionAt } from '../billing/versionAt.ts';
import type { Outputs } from './expect.ts';
import { charge } from './prices.ts';
import {
  type AdvertisingVector,
  digitsOf,
  rateTypeOf,
  rounding,
  segmentRows,
  text,
  tierPrice,
  unitCharge,
} from './ruleCharges.ts';

/** An invoice of one flat line through the whole preview: cap, minimum, discounts, commission, tax. */
export function invoice(v: AdvertisingVector): Outputs {
  const { params } = v;
  const currency = params.text('currency', 'USD');
  const basis = (name: string): 'GROSS' | 'NET_OF_DISCOUNT' =>
    params.oneOf(name, ['GROSS', 'NET_OF_DISCOUNT'], 'GROSS');
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
              base: params.oneOf('tax_base', ['AFTER_COMMISSION', 'BEFORE_COMMISSION'], 'AFTER_COMMISSION'),
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
  // The file names what is taken off; the bill signs what it changes. A credit is discounted too: it takes off less than 0.
  const takenOff = (value: string): string => rounding(v).write(negate(decimalOf(value)));
  return {
    gross: totals.gross,
    cap_reduction: takenOff(totals.cap),
    true_up: totals.minimum,
    discount: takenOff(totals.discount),
    commission: takenOff(totals.commission),
    net: totals.net,
    tax: totals.tax,
    total: totals.total,
  };
}

export function discrepancy(v: AdvertisingVector): Outputs {
  const named = v.params.oneOf('base', ['CONTROLLING', 'OTHER', 'PUBLISHER', 'THIRD_PARTY']);
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

export function billingCap(v: AdvertisingVector): Outputs {
  const cap = v.params.decimal('cap');
  const kind = v.params.oneOf('kind', ['PER_CYCLE', 'PER_CYCLE_WITH_ROLLOVER', 'CUMULATIVE']);
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

export function schedule(v: AdvertisingVector): Outputs {
  const source = v.inputs.has('from') ? v.inputs : v.params;
  const from = source.day('from');
  const to = source.day('to');
  const calendar = v.params.oneOf('calendar', ['CALENDAR', 'BROADCAST'], 'CALENDAR');
  const kind = v.params.oneOf('kind', ['PRORATED', 'STRAIGHTLINE', 'PREPAID', 'END_OF_CAMPAIGN']);
  const contracted = (v.inputs.has('contracted') ? v.inputs : v.params).decimal('contracted');
  const due = monthCuts(from, to, calendar).map((day) =>
    multiply(contracted, dueBefore(kind, from, to, day, calendar)),
  );
  const parts = due.slice(1).map((value, i) => subtract(value, due[i] as Fraction));
  const amounts = splitCumulative(parts, digitsOf(v), parseRoundingMode(v.params.text('rounding_mode', 'HALF_UP')));
  return { amounts: amounts.map(rounding(v).write), total: rounding(v).write(sum(amounts)) };
}

export function tieredSegments(v: AdvertisingVector): Outputs {
  const rows = segmentRows(v);
  const write = rounding(v);
  const units = rows.map((s) => s.decimal('units'));
  const counter = v.params.oneOf('counter', ['CONTINUE', 'RESET'], 'CONTINUE');
  const resets = rows.map((_, i) => i > 0 && counter === 'RESET');
  const lines = rows.map((s, i) => {
    const running = segmentCounter(units, resets, i, null);
    const price = tierPrice(v.params.text('mode'), s.has('tiers') ? s.list('tiers') : v.params.list('tiers'));
    return write.apply(charge(price, rateTypeOf(v.params.text('rate_type', 'CPM')), running).exact);
  });
  return { lines: lines.map(write.write), amount: write.write(sum(lines)), total: write.write(sum(lines)) };
}

export function rateAt(v: AdvertisingVector): Outputs {
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
