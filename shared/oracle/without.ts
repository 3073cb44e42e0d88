/**
 * Test-only. A case without the terms its family is there for: where its bill stays the same, the case did not reach them.
 * Must not: leave a contract invalid; the oracle bills it.
 */
import type { ContractVersion, Line, Price } from '@countersign/shared/model';
import type { OracleInput } from './world.ts';

export type Without = (input: OracleInput) => OracleInput;

const versions =
  (change: (version: ContractVersion) => object): Without =>
  (input) => ({
    ...input,
    versions: input.versions.map((version) => ({ ...version, ...change(version) }) as ContractVersion),
  });

/** Without the named parts of its versions. */
export const parts = (...names: (keyof ContractVersion)[]): Without =>
  versions(() => Object.fromEntries(names.map((name) => [name, undefined])));

/** Without the named fields of its lines. */
export const fields = (...names: (keyof Line)[]): Without =>
  versions((version) => ({
    lines: version.lines?.map((line) => ({ ...line, ...Object.fromEntries(names.map((name) => [name, undefined])) })),
  }));

/** Without amendments. */
export const amendments: Without = (input) => ({ ...input, versions: input.versions.slice(0, 1) });

/** Every tier but the first, every part of a price but its first, taken away. */
function plainPrice(price: Price): Price {
  if (price.type === 'COMBINE') return price.of[0] ?? price;
  if (price.type === 'BLOCKS' || price.type === 'PACKAGE' || price.type === 'PERCENT')
    return { type: 'UNIT', rate: '0.01' };
  if (price.type === 'GRADUATED' || price.type === 'VOLUME') return { type: 'UNIT', rate: price.tiers[0]?.rate ?? '0' };
  if (price.type === 'PERCENT_TIERS') return { type: 'PERCENT', percent: price.tiers[0]?.percent ?? '0' };
  return price;
}
export const prices: Without = versions((version) => ({
  lines: version.lines?.map((line) => (line.price === undefined ? line : { ...line, price: plainPrice(line.price) })),
  payoutRules: version.payoutRules?.map((rule) => ({ ...rule, payout: plainPrice(rule.payout) })),
}));

/** Without flat amounts and daily prices: what time alone earns. */
export const days: Without = versions((version) => ({
  lines: version.lines?.filter((line) => line.rateType !== 'CPD' && line.rateType !== 'FLAT'),
}));

/** Without dates of lines and of the contract. */
export const dates: Without = versions((version) => ({
  effectiveFrom: '2025-01-01',
  effectiveTo: '2028-01-01',
  lines: version.lines?.map((line) => ({ ...line, flight: undefined })),
}));

/** Each count once, as first reported. */
export const reports: Without = (input) => ({
  ...input,
  asOf: undefined,
  facts: { ...input.facts, delivery: input.facts.delivery.filter((fact) => (fact.reportVersion ?? 1) === 1) },
});

/** Points in time read in UTC, with days that begin at midnight. */
export const zones: Without = versions(() => ({ timeZone: 'UTC', broadcastDayStart: '00:00' }));

/** Limits of payout rules. */
export const limits: Without = versions((version) => ({
  payoutRules: version.payoutRules?.map((rule) => ({ ...rule, limits: undefined })),
}));

/** What happened to actions later. */
export const events: Without = (input) => ({
  ...input,
  facts: { ...input.facts, actions: input.facts.actions.map((action) => ({ ...action, statusEvents: undefined })) },
});

/** Steps between touch and action. */
export const steps: Without = versions((version) => ({
  attribution: version.attribution && {
    ...version.attribution,
    windows: version.attribution.windows.map((window) => ({ ...window, via: undefined })),
  },
}));

/** Touches. */
export const touches: Without = (input) => ({ ...input, facts: { ...input.facts, touches: [] } });

/** The largest share of reversals. */
export const largestShare: Without = versions((version) => ({
  locks: version.locks?.map((lock) => ({ ...lock, maxReversalPercent: undefined })),
}));

/** Billed by months. */
export const cycle: Without = versions(() => ({ billingCycle: undefined }));

/** Tax codes, sources and the like that several changes take away one after another. */
export const both =
  (...changes: readonly Without[]): Without =>
  (input) =>
    changes.reduce((so, change) => change(so), input);
