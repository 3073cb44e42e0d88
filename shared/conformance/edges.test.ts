/** Vectors that no sample has: bounds, empty lists, credits, dates of zones, and words the schemas do not know. */
import { describe, expect, it } from 'vitest';
import { runVectors } from './run.ts';

const usd = { currency: 'USD' };
const half = { scale: 2, mode: 'HALF_UP' };
const tiers = [
  { up_to: '5', unit_amount: '1', flat_amount: '10' },
  { up_to: null, unit_amount: '2', flat_amount: '20' },
];
const uplift = { threshold_percent: '10', base: 'CONTROLLING', remedy: 'UPLIFT', uplift_percent: '10' };

const RIGHT: Readonly<Record<string, object>> = {
  'the flat of tier 1 at zero units': {
    model: 'graduated',
    params: { tiers },
    quantity: '0',
    expected: { amount: '10' },
  },
  'a bound met exactly': { model: 'graduated', params: { tiers }, quantity: '5', expected: { amount: '15' } },
  'a bound just passed': { model: 'graduated', params: { tiers }, quantity: '5.0001', expected: { amount: '35.0002' } },
  'a quantity below zero': { model: 'graduated', params: { tiers }, quantity: '-3', expected: { amount: '-3' } },
  'a look-up quantity beside the quantity': {
    model: 'volume',
    params: { tiers },
    inputs: { quantity: '4', tier_lookup_quantity: '7' },
    expected: { amount: '28' },
  },
  'a count of events with decimals': {
    model: 'percentage',
    params: { rate_percent: '2', fixed_amount_per_event: '1', free_events: '3' },
    inputs: { total_units: '100', event_count: '5.0' },
    expected: { amount: '4' },
  },
  'no events': {
    model: 'percentage_per_event',
    params: { rate_percent: '2' },
    inputs: { events: [] },
    expected: { amount: '0', lines: [] },
  },
  'a maximum below what is billed': {
    model: 'max_spend_overage',
    params: { max_spend: '5' },
    inputs: { already_billed: '20', line_total: '10' },
    rounding: half,
    expected: { discount: '10.00' },
  },
  'a minimum above the maximum': {
    model: 'pipeline',
    params: { price: { model: 'graduated', tiers }, min_spend: '20', max_spend: '5' },
    inputs: { quantity: '0' },
    rounding: half,
    expected: { total: '20.00' },
  },
  'places before the point': {
    model: 'rounding',
    params: { scale: -2, mode: 'HALF_UP' },
    inputs: { value: '1150' },
    expected: { value: '1200' },
  },
  'a credit with discount, commission and tax': {
    rule: 'invoice_line',
    params: { ...usd, discount_percent: '10', commission_percent: '15', tax_percent: '20' },
    inputs: { gross: '-500.00' },
    expected: { discount: '-50.00', commission: '-67.50', net: '-382.50', tax: '-76.50', total: '-459.00' },
  },
  'a cap of nothing': {
    rule: 'invoice_line',
    params: { ...usd, cap: '0.00' },
    inputs: { gross: '100.00' },
    expected: { cap_reduction: '100.00', total: '0.00' },
  },
  'a controlling count of zero': {
    rule: 'discrepancy',
    params: uplift,
    inputs: { controlling: '0', other: '5' },
    expected: { exceeded: 'true', billable: '0' },
  },
  'counts with decimals': {
    rule: 'reversal_limit',
    params: { max_reversal_percent: '33.4' },
    inputs: { actions: '3.0', requested: '5.0' },
    expected: { allowed: '1', refused: '4' },
  },
  'a cap that gives room back': {
    rule: 'billing_cap',
    params: { kind: 'CUMULATIVE', cap: '100' },
    inputs: { cycles: ['120', '-70', '60'] },
    expected: { billed: ['100.00', '-50.00', '50.00'] },
  },
  'a leap day': {
    rule: 'lock_after_month_end',
    params: { months: '0', days: '28' },
    inputs: { event_date: '2028-01-31' },
    expected: { lock_date: '2028-02-29' },
  },
  'an hour that is half': {
    rule: 'period_hours',
    params: { time_zone: 'Australia/Lord_Howe' },
    inputs: { from: '2026-04-01', to: '2026-05-01' },
    expected: { hours: '720.5' },
  },
  'a day that was left out': {
    rule: 'period_hours',
    params: { time_zone: 'Pacific/Apia' },
    inputs: { from: '2011-12-01', to: '2012-01-01' },
    expected: { hours: '720' },
  },
  'a version before the first': {
    rule: 'rate_at',
    params: { time_zone: 'America/New_York', versions: [{ effective_from: '2026-03-08', rate: '1' }] },
    inputs: { event_at: '2026-03-08T04:59:59.999Z' },
    expected: { rate: null },
  },
  'an inverse rate': {
    rule: 'fx',
    params: { rate: '0.006678465288676662', to: 'USD' },
    inputs: { amount: '1234' },
    expected: { amount: '8.24' },
  },
};

const REFUSED: readonly (readonly [object, string])[] = [
  [{ model: 'graduated', params: { tiers: [] }, quantity: '1' }, 'The list "tiers" is empty. Give at least one row.'],
  [{ model: 'unit', params: { unit_amount: '1e3' }, quantity: '1' }, '"unit_amount": "1e3" is not a plain decimal.'],
  [{ model: 'proration_factor', params: { numerator: '1', denominator: '0' } }, 'A division by zero was asked for.'],
  [{ model: 'rounding', params: { scale: 2e9, mode: 'UP' }, inputs: { value: '1' } }, '"scale" is 2000000000.'],
  [
    { rule: 'billing_cap', params: { kind: 'LUNAR', cap: '1' }, inputs: { cycles: ['2'] } },
    '"kind" is "LUNAR". Use one of',
  ],
  [{ rule: 'tiered_cpm', params: { mode: 'LUNAR', tiers }, inputs: { units: '1' } }, '"mode" is "LUNAR". Use one of'],
  [
    { rule: 'unit_price', params: { rate: '1', rate_type: 'LUNAR' }, inputs: { units: '1' } },
    'The rate type "LUNAR" is unknown.',
  ],
  [
    { rule: 'cancellation_notice', params: { notice_days: '1' }, inputs: { notice_date: '2026-02-30' } },
    'which is no date',
  ],
  [
    { rule: 'credit_split', params: { model: 'LUNAR' }, inputs: { amount: '1', touches: '2' } },
    '"model" is "LUNAR". Use one of',
  ],
  [
    { rule: 'credit_split', params: { model: 'LINEAR' }, inputs: { amount: '1', touches: '-2' } },
    'is not a number of things',
  ],
];

describe('vectors that no sample has', () => {
  it.each(Object.entries(RIGHT))('[CONF-1] %s', async (_name, vector) => {
    const [outcome] = await runVectors({ vectors: [vector] });
    expect(outcome).toMatchObject({ pass: true });
  });

  it.each(REFUSED)(
    '[CONF-1] what the schema does not know fails in words, and no default is taken: %o',
    async (vector, words) => {
      const [outcome] = await runVectors({ vectors: [{ ...vector, expected: { amount: '0' } }] });
      expect(outcome).toMatchObject({ pass: false, note: expect.stringContaining(words) });
    },
  );
});
