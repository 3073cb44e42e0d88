/**
 * Test-only. The families of generated contracts, each with what it is there to reach.
 * Must not: generate; `generate*.ts` do.
 */
import type fc from 'fast-check';
import { withFacts } from './generateFacts.ts';
import { deliveryCase, type Family } from './generateLines.ts';
import { assumedCase, deductedCase, trailingCase, triggeredCase } from './generateLonger.ts';
import { payoutCase } from './generatePayouts.ts';
import type { PayoutFamily } from './generatePayoutTerms.ts';
import { ratedCase } from './generateRates.ts';
import { type SettleOptions, settledCase } from './generateSettlement.ts';
import { contractedCase, exchanged, risingCase } from './generateTerms.ts';
import type { OracleInput } from './world.ts';

const plainly: SettleOptions = { scoped: false, windows: [], carry: false, negative: false };
const WINDOWS = ['QUARTER', 'YEAR', 'TERM'];
const bare: PayoutFamily = { tiers: false, attribution: false, overrides: false, reversals: false, limits: false };

const lines = (offers: string[], amendments = 1, more: Partial<Family> = {}): fc.Arbitrary<OracleInput> => {
  const family: Family = { offers, lines: 2, amendments, ...more };
  return deliveryCase(family).chain((input) => withFacts(family, input));
};
const settled = (offers: string[], count: number, options: Partial<SettleOptions>): fc.Arbitrary<OracleInput> =>
  settledCase({ offers, lines: count, amendments: 0 }, { ...plainly, ...options });

const partly = (offers: string[], options: Partial<SettleOptions>): fc.Arbitrary<OracleInput> =>
  settledCase({ offers, lines: 2, amendments: 0, partial: true }, { ...plainly, ...options });

/** Generated contracts by family name. */
export const FAMILIES: Readonly<Record<string, fc.Arbitrary<OracleInput>>> = {
  tiers: lines(['plain'], 0),
  'tiers amended': lines(['plain'], 3),
  'packages and blocks': lines(['blocks'], 2),
  'shares of revenue': lines(['share'], 1),
  'days and flat sums': lines(['daily', 'flat'], 2),
  combined: lines(['combined'], 1),
  'late and repeated reports': lines(['plain', 'blocks', 'share'], 2, { reports: true }),
  'posted before': lines(['plain', 'blocks', 'share', 'daily'], 2, { reports: true, posted: true }),
  'points in time': lines(['plain', 'combined'], 1, { instants: true }),
  discrepancies: lines(['plain'], 0, { discrepancy: true }),
  makegoods: lines(['plain', 'blocks'], 0, { makegoods: true }),
  'adjusted lines': settled(['plain', 'flat', 'daily'], 4, {}),
  'adjustments of some lines': settled(['plain', 'flat', 'daily'], 4, { scoped: true }),
  'credits adjusted': settled(['plain', 'share', 'flat'], 3, { scoped: true, negative: true }),
  'commitments of quarters, years and terms': settled(['daily', 'flat', 'plain'], 3, { windows: WINDOWS }),
  'commitments carried over': settled(['daily', 'flat', 'plain'], 2, { windows: WINDOWS, carry: true }),
  'starts and ends': lines(['plain', 'daily', 'flat', 'blocks'], 2, { partial: true }),
  'tax codes': settled(['daily', 'flat'], 3, { scoped: true, taxCodes: true, negative: true }),
  'part periods': partly(['daily', 'flat'], { windows: WINDOWS, partial: true, carry: true }),
  'rates by layer': ratedCase({ offers: ['simple'], lines: 2, amendments: 1 }),
  'orders billed as ordered': contractedCase({ offers: ['plain', 'blocks'], lines: 2, amendments: 0 }),
  'commitments that rise or end early': risingCase({ offers: ['daily', 'flat', 'plain'], lines: 2, amendments: 0 }),
  'another currency': settled(['plain', 'flat', 'share'], 2, { negative: true }).chain(exchanged),
  'payouts in another currency': payoutCase({ ...bare, tiers: true }).chain(exchanged),
  'trailing years': trailingCase({ offers: ['simple'], lines: 2, amendments: 0 }),
  'short rates': assumedCase({ offers: ['simple'], lines: 2, amendments: 0 }),
  'deductions from revenue': deductedCase({ offers: ['share'], lines: 2, amendments: 0 }),
  'starts and ends by quantity': triggeredCase({ offers: ['simple'], lines: 2, amendments: 0 }),
  payouts: payoutCase(bare),
  'payouts in tiers': payoutCase({ ...bare, tiers: true, limits: true }),
  'payouts limited in money': payoutCase({ ...bare, tiers: true, limits: true, amounts: true }),
  attribution: payoutCase({ ...bare, attribution: true }),
  'partner overrides': payoutCase({ ...bare, attribution: true, overrides: true }),
  'payouts amended': payoutCase({ ...bare, attribution: true, tiers: true, amendments: 2 }),
  'reversals and locks': payoutCase({ ...bare, reversals: true }),
  'everything about payouts': payoutCase({
    tiers: true,
    attribution: true,
    overrides: true,
    reversals: true,
    limits: true,
  }),
};
