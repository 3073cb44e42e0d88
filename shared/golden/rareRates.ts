/**
 * Test-only. Rates that compete: every layer, and every reason why one row goes before another. Must not: say which wins; the kernel does, and its bytes are kept.
 */
import type { PreviewInput } from '@countersign/shared/billing';
import type { ContractVersion, Line, PartnerOverride, Price, RateCardRow } from '@countersign/shared/model';
import { asked, line, units } from './rare.ts';

const unit = (rate: string): Price => ({ type: 'UNIT', rate });
const delivery = units('l1', ['01-05', '400'], ['01-12', '300'], ['01-25', '700.5']);

const row = (id: string, rate: string, change: Partial<RateCardRow> = {}): RateCardRow => ({
  id,
  productKey: 'p',
  rateType: 'CPC',
  price: unit(rate),
  ...change,
});

/** Each goes before those after it, for the reason that stands beside it. */
const ROWS: readonly RateCardRow[] = [
  row('two', '1.01', { dimensions: { geo: 'US', size: 'wide' } }),
  row('quantity', '1.02', { dimensions: { geo: 'US' }, minimumQuantity: '5000', partnerIds: ['agency'] }),
  row('partner', '1.03', { dimensions: { geo: 'US' }, partnerIds: ['nobody', 'agency'] }),
  row('later', '1.04', { dimensions: { geo: 'US' }, effectiveFrom: '2026-01-10', effectiveTo: '2026-01-20' }),
  row('dated', '1.05', { dimensions: { size: 'wide' }, effectiveFrom: '2025-06-01' }),
  row('ending', '1.06', { dimensions: { shape: 'banner' }, effectiveTo: '2026-01-26' }),
  row('a', '1.07', { dimensions: { tone: 'dark' }, effectiveTo: null }),
  row('b', '1.08', { dimensions: { place: 'top' }, minimumQuantity: '0', partnerIds: [] }),
  row('plainly', '1.09'),
];
/** None of these speaks of the line. */
const OTHERS: readonly RateCardRow[] = [
  row('0product', '9.01', { productKey: 'other', dimensions: { geo: 'US', size: 'wide' } }),
  row('0type', '9.02', { rateType: 'CPM', dimensions: { geo: 'US', size: 'wide' } }),
  row('0geo', '9.03', { dimensions: { geo: 'FR', size: 'wide' } }),
  row('0none', '9.04', { dimensions: { geo: 'US', colour: 'red' } }),
  row('0less', '9.05', { dimensions: { geo: 'US', size: 'wide' }, minimumQuantity: '5001' }),
  row('0who', '9.06', { dimensions: { geo: 'US', size: 'wide' }, partnerIds: ['nobody'] }),
  row('0over', '9.07', { dimensions: { geo: 'US', size: 'wide' }, effectiveTo: '2026-01-01' }),
];
const carded = (change: Partial<Line> = {}): Line => {
  const { price: _, ...rest } = line({
    productKey: 'p',
    dimensions: { geo: 'US', size: 'wide', shape: 'banner', tone: 'dark', place: 'top' },
    contractedQuantity: '5000',
    ...change,
  });
  return rest;
};
const parties = [{ id: 'publisher' }, { id: 'agency' }] as ContractVersion['parties'];
const defaultRates = [
  { id: 'z', rateType: 'CPC', price: unit('0.5') },
  { id: 'y', rateType: 'CPC', price: unit('0.4'), clauseId: 'k' },
  { id: 'a', rateType: 'CPM', price: unit('0.3') },
] as NonNullable<ContractVersion['defaultRates']>;
const card = (rateCardRows: readonly RateCardRow[], lines: Line[] = [carded()]): PreviewInput =>
  asked({ lines, parties, defaultRates, rateCardRows: [...rateCardRows] }, { facts: { delivery } });

/** The rows without the first few, in order and turned. */
const layered: PreviewInput[] = ROWS.flatMap((_, n) => [
  card([...OTHERS, ...ROWS.slice(n)]),
  card([...ROWS.slice(n)].reverse()),
]).concat([
  card(OTHERS),
  card(OTHERS, [carded({ rateType: 'SPOT' })]),
  card([row('bare', '3', { productKey: '' })], [{ id: 'l1', rateType: 'CPC' }]),
  card(ROWS, [carded({ dimensions: undefined })]),
  card([row('f', '1', { floorRate: '1.5', clauseId: 'k' })]),
  card([row('f', '1', { floorRate: '1' })], [carded({ clauseId: 'k' })]),
  card([row('f', '2', { floorRate: '1.5' })]),
  card([row('f', '1', { floorRate: '9', price: { type: 'FLAT', amount: '10' } })]),
]);

const override = (id: string, rate: string, change: Partial<PartnerOverride>): PartnerOverride => ({
  id,
  price: unit(rate),
  ...change,
});
const OVERRIDES: readonly PartnerOverride[] = [
  override('all', '4.1', { lineId: 'l1', productKey: 'p', dimensions: { geo: 'US' }, partnerIds: ['agency'] }),
  override('line', '4.2', { lineId: 'l1', productKey: 'p', from: '2026-01-06', to: '2026-01-20' }),
  override('who', '4.3', { productKey: 'p', partnerIds: ['agency'] }),
  override('open', '4.4', { productKey: 'p', to: null }),
  override('ends', '4.5', { lineId: 'l1', to: '2026-01-13' }),
  override('everything', '4.6', { clauseId: 'k' }),
  override('0event', '8.1', { lineId: 'l1', productKey: 'p', dimensions: { geo: 'US' }, eventType: 'SALE' }),
  override('0rule', '8.2', { lineId: 'l1', productKey: 'p', dimensions: { geo: 'US' }, payoutRuleId: 'r' }),
  override('0line', '8.3', { lineId: 'l2', productKey: 'p', dimensions: { geo: 'US' } }),
  override('0product', '8.4', { lineId: 'l1', productKey: 'q', dimensions: { geo: 'US' } }),
  override('0geo', '8.5', { lineId: 'l1', productKey: 'p', dimensions: { geo: 'FR' } }),
  override('0who', '8.6', { lineId: 'l1', productKey: 'p', dimensions: { geo: 'US' }, partnerIds: ['nobody'] }),
];
const payoutRules = [{ id: 'r', payout: unit('1') }] as NonNullable<ContractVersion['payoutRules']>;
const overridden: PreviewInput[] = OVERRIDES.slice(0, 6).flatMap((_, n) =>
  [undefined, payoutRules].map((rules) =>
    asked(
      { lines: [carded()], parties, defaultRates, overrides: OVERRIDES.slice(n), ...(rules && { payoutRules: rules }) },
      { facts: { delivery } },
    ),
  ),
);

export const rareRates: readonly PreviewInput[] = [...layered, ...overridden];
