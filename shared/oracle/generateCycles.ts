/**
 * Test-only. The same contracts billed by quarter, at the end of the campaign, or by weeks that lie in two quarters.
 * Must not: know an expected amount.
 */
import type { ContractVersion, Line, Price } from '@countersign/shared/model';
import fc from 'fast-check';
import { billingMonthOf, dayOf, isoOf } from './days.ts';
import { withVersions } from './generateAgreed.ts';
import type { Arb } from './generateBasics.ts';
import { type OracleInput, World } from './world.ts';

/** The contract billed by quarters from its anchor, in the one that holds the period looked at. */
export const byQuarter = (input: OracleInput): OracleInput => {
  const { from } = new World(input).span(input.period);
  const changed = withVersions(input, () => ({ billingCycle: 'QUARTERLY' }));
  const world = new World(changed);
  const quarter = world.periodOf(Math.max(from, world.firstDay));
  return { ...changed, period: billingMonthOf(quarter.to - 1, world.broadcast).key };
};

const ofCampaign = (price: Price): Price =>
  price.type === 'COMBINE'
    ? { ...price, of: price.of.map(ofCampaign) }
    : 'counter' in price && price.counter !== 'TERM'
      ? { ...price, counter: undefined }
      : price;

/** The contract billed once, in the month of its last day. Which quarters a campaign is cut into the page does not say. */
export const atTheEnd = (input: OracleInput): Arb<OracleInput> => {
  const { from, to } = new World(input).span(input.period);
  return fc.integer({ min: from + 1, max: to + 40 }).map((last) => {
    const first = dayOf(input.versions[0]?.effectiveFrom ?? '');
    const end = Math.max(last, first + 1);
    const versions = input.versions
      .filter((version) => dayOf(version.effectiveFrom) < end)
      .map(
        (version): ContractVersion => ({
          ...version,
          billingCycle: 'END_OF_CAMPAIGN',
          effectiveTo: isoOf(end),
          lines: version.lines?.map((line): Line => (line.price ? { ...line, price: ofCampaign(line.price) } : line)),
          commitments: version.commitments?.filter(({ period }) => period !== 'QUARTER' && period !== 'YEAR'),
        }),
      );
    const broadcast = versions[0]?.billingCalendar === 'BROADCAST';
    return { ...input, versions, period: billingMonthOf(end - 1, broadcast).key };
  });
};

/** The contract billed by weeks, which now and then lie in two quarters or years. */
export const byWeek = (input: OracleInput): Arb<OracleInput> => {
  const changed = withVersions(input, () => ({ billingCycle: 'WEEKLY' }));
  const { from, to } = new World(input).span(input.period);
  const world = new World(changed);
  const edge = world.window('QUARTER', from).to;
  return fc
    .oneof(fc.integer({ min: from, max: to - 1 }), fc.constantFrom(edge - 1, edge, edge + 6))
    .map((day) => ({ ...changed, period: world.periodOf(Math.max(day, world.firstDay)).key }));
};
