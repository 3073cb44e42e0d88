/**
 * Test-only. The families of generated contracts, each with what it is there to reach.
 * Must not: generate; `generate*.ts` do.
 */
import type fc from 'fast-check';
import { byAmount, byDay, byQuantity, guaranteed, monthly, standingLines } from './generateAgreed.ts';
import * as cycles from './generateCycles.ts';
import { withFacts } from './generateFacts.ts';
import { deliveryCase, type Family } from './generateLines.ts';
import { assumedCase, deductedCase, trailingCase, triggeredCase } from './generateLonger.ts';
import { owed, sources } from './generateOwed.ts';
import { payoutCase } from './generatePayouts.ts';
import type { PayoutFamily } from './generatePayoutTerms.ts';
import { ratedCase } from './generateRates.ts';
import { type SettleOptions, settledCase, settledPayouts } from './generateSettlement.ts';
import * as several from './generateSeveral.ts';
import { inTwoSteps, reversedAtMost, upgraded } from './generateSteps.ts';
import { contractedCase, exchanged, risingCase } from './generateTerms.ts';
import * as without from './without.ts';
import type { OracleInput } from './world.ts';

type Cases = fc.Arbitrary<OracleInput>;

/** Generated contracts, and the same without the terms they are there for. */
export interface CaseFamily {
  readonly cases: Cases;
  readonly without: without.Without;
}

const plainly: SettleOptions = { scoped: false, windows: [], carry: false, negative: false };
const WINDOWS = ['QUARTER', 'YEAR', 'TERM'];
const bare: PayoutFamily = { tiers: false, attribution: false, overrides: false, reversals: false, limits: false };
const everything: PayoutFamily = { tiers: true, attribution: true, overrides: true, reversals: true, limits: true };

const lines = (offers: string[], amendments = 1, more: Partial<Family> = {}): Cases => {
  const family: Family = { offers, lines: 2, amendments, ...more };
  return deliveryCase(family).chain((input) => withFacts(family, input));
};
const settled = (offers: string[], count: number, options: Partial<SettleOptions>, amendments = 0): Cases =>
  settledCase({ offers, lines: count, amendments }, { ...plainly, ...options });

const partly = (offers: string[], options: Partial<SettleOptions>): Cases =>
  settledCase({ offers, lines: 2, amendments: 0, partial: true }, { ...plainly, ...options });

const MIXED = ['plain', 'share', 'flat', 'daily'];
const COUNTED = ['plain', 'blocks', 'share'];

const of = (cases: Cases, without: without.Without): CaseFamily => ({ cases, without });
const settlement = without.parts('adjustments', 'commitments');
const triggers = without.parts('triggers');

/** Generated contracts by family name. */
export const FAMILIES: Readonly<Record<string, CaseFamily>> = {
  tiers: of(lines(['plain'], 0), without.prices),
  'tiers amended': of(lines(['plain'], 3), without.amendments),
  'packages and blocks': of(lines(['blocks'], 2), without.prices),
  'shares of revenue': of(lines(['share'], 1), without.prices),
  'days and flat sums': of(lines(['daily', 'flat'], 2), without.days),
  combined: of(lines(['combined'], 1), without.prices),
  'late and repeated reports': of(lines(COUNTED, 2, { reports: true }), without.reports),
  'posted before': of(lines([...COUNTED, 'daily'], 2, { reports: true, posted: true }), without.reports),
  'points in time': of(lines(['plain', 'combined'], 1, { instants: true }), without.zones),
  discrepancies: of(lines(['plain'], 0, { discrepancy: true }), without.parts('discrepancyRules')),
  'discrepancies of named sources': of(lines(['plain', 'share'], 1).chain(sources), without.parts('discrepancyRules')),
  makegoods: of(lines(['plain', 'blocks'], 0, { makegoods: true }), without.parts('makegoods')),
  'makegoods on other lines and in other units': of(lines(['plain'], 1).chain(owed), without.parts('makegoods')),
  'makegoods with caps and credits': of(
    settled(['plain'], 3, { scoped: true, negative: true }).chain(owed),
    without.parts('makegoods'),
  ),
  'adjusted lines': of(settled(['plain', 'flat', 'daily'], 4, {}), settlement),
  'adjustments of some lines': of(settled(['plain', 'flat', 'daily'], 4, { scoped: true }), settlement),
  'credits adjusted': of(settled(['plain', 'share', 'flat'], 3, { scoped: true, negative: true }), settlement),
  'commitments of quarters, years and terms': of(settled(MIXED, 3, { windows: WINDOWS }), settlement),
  'commitments carried over': of(settled(MIXED, 2, { windows: WINDOWS, carry: true }), settlement),
  'starts and ends': of(lines(['plain', 'daily', 'flat', 'blocks'], 2, { partial: true }), without.dates),
  'tax codes': of(settled(['daily', 'flat'], 3, { scoped: true, taxCodes: true, negative: true }), settlement),
  'part periods': of(partly(['daily', 'flat'], { windows: WINDOWS, partial: true, carry: true }), settlement),
  'rates by layer': of(
    ratedCase({ offers: ['simple'], lines: 2, amendments: 1 }),
    without.parts('rateCardRows', 'overrides', 'rateRules'),
  ),
  'orders billed as ordered': of(
    contractedCase({ offers: ['plain', 'blocks'], lines: 2, amendments: 0 }),
    without.fields('billingSource'),
  ),
  'commitments that rise or end early': of(
    risingCase({ offers: ['daily', 'flat', 'plain'], lines: 2, amendments: 0 }),
    settlement,
  ),
  guarantees: of(lines(MIXED, 1).map(monthly).chain(guaranteed(standingLines)), without.parts('guarantees')),
  'guarantees with caps, minimums and credits': of(
    settled(MIXED, 3, { scoped: true, negative: true }, 1).chain(guaranteed(standingLines)),
    without.parts('guarantees'),
  ),
  'starts and ends by day and event': of(lines([...MIXED, 'blocks'], 2).chain(byDay), triggers),
  'starts and ends by quantity': of(triggeredCase({ offers: ['simple'], lines: 2, amendments: 0 }), triggers),
  'starts and ends by quantity, of all lines': of(lines(['plain'], 2).chain(byQuantity), triggers),
  'starts and ends by amount': of(lines(MIXED, 2).chain(byAmount), triggers),
  'starts and ends by amount, settled': of(
    settled(MIXED, 3, { scoped: true, negative: true }, 1).chain(byAmount),
    triggers,
  ),
  'another currency': of(
    settled(['plain', 'flat', 'share'], 2, { negative: true }).chain(exchanged),
    without.parts('invoiceCurrency'),
  ),
  'payouts in another currency': of(
    payoutCase({ ...bare, tiers: true }).chain(exchanged),
    without.parts('invoiceCurrency'),
  ),
  'trailing years': of(trailingCase({ offers: ['simple'], lines: 2, amendments: 0 }), without.prices),
  'short rates': of(assumedCase({ offers: ['simple'], lines: 2, amendments: 0 }), without.prices),
  'deductions from revenue': of(
    deductedCase({ offers: ['share'], lines: 2, amendments: 0 }),
    without.fields('deductions'),
  ),
  payouts: of(payoutCase(bare), without.parts('eligibility')),
  'payouts in tiers': of(
    payoutCase({ ...bare, tiers: true, limits: true }),
    without.both(without.prices, without.limits),
  ),
  'payouts limited in money': of(payoutCase({ ...bare, tiers: true, limits: true, amounts: true }), without.limits),
  attribution: of(payoutCase({ ...bare, attribution: true }), without.touches),
  'windows of two steps': of(
    payoutCase({ ...bare, attribution: true, tiers: true, amendments: 1 }).chain(inTwoSteps),
    without.steps,
  ),
  'partner overrides': of(payoutCase({ ...bare, attribution: true, overrides: true }), without.parts('overrides')),
  'payouts amended': of(payoutCase({ ...bare, attribution: true, tiers: true, amendments: 2 }), without.amendments),
  'reversals and locks': of(payoutCase({ ...bare, reversals: true }), without.events),
  'upgraded actions': of(
    payoutCase({ ...bare, tiers: true, reversals: true }).chain(upgraded),
    without.parts('upgrades'),
  ),
  'the largest share of reversals': of(
    payoutCase({ ...bare, tiers: true }).chain(reversedAtMost),
    without.largestShare,
  ),
  'payouts settled': of(
    payoutCase({ ...bare, tiers: true, reversals: true })
      .map(monthly)
      .chain(settledPayouts),
    without.parts('adjustments', 'commitments', 'guarantees'),
  ),
  'billed by quarter': of(
    lines([...COUNTED, 'daily', 'flat'], 2)
      .map(monthly)
      .map(cycles.byQuarter),
    without.cycle,
  ),
  'billed by quarter, settled': of(
    settled(MIXED, 3, { scoped: true, windows: WINDOWS, negative: true }, 1).map(monthly).map(cycles.byQuarter),
    without.cycle,
  ),
  'billed at the end of the campaign': of(
    lines([...COUNTED, 'daily', 'flat'], 2)
      .map(monthly)
      .chain(cycles.atTheEnd),
    without.cycle,
  ),
  'billed at the end, settled': of(
    settled(MIXED, 3, { scoped: true, windows: ['TERM'], negative: true }, 1)
      .map(monthly)
      .chain(cycles.atTheEnd),
    without.cycle,
  ),
  'weeks in two quarters': of(
    settled(MIXED, 2, { windows: WINDOWS, carry: true }, 1).map(monthly).chain(cycles.byWeek),
    without.cycle,
  ),
  'several commitments of one kind': of(
    settled(MIXED, 3, { scoped: true }, 1).chain(several.manyCommitments),
    without.parts('commitments'),
  ),
  'lines held to a part of others': of(
    settled(MIXED, 4, { scoped: true, negative: true }, 1).chain(several.partsOfOthers),
    without.parts('ratioCaps'),
  ),
  'several guarantees': of(lines(MIXED, 1).map(monthly).chain(several.twoGuarantees), without.parts('guarantees')),
  'several starts and ends by amount': of(
    settled(MIXED, 3, { scoped: true, negative: true }, 1).chain(several.manyAmounts),
    triggers,
  ),
  'several discrepancy rules': of(
    lines(['plain'], 0).chain(several.manyDiscrepancies),
    without.parts('discrepancyRules'),
  ),
  'several limits of payouts': of(payoutCase(bare).chain(several.manyLimits), without.limits),
  'several locks': of(payoutCase({ ...bare, reversals: true }).chain(several.manyLocks), without.parts('locks')),
  'everything about payouts': of(payoutCase(everything), without.both(without.prices, without.limits, without.events)),
};
