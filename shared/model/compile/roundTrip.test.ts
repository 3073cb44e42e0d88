import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../canonical.ts';
import { ContractVersion } from '../contract.ts';
import { compileVersion, metaOfVersion, sheetsFromVersion } from './index.ts';
import { normalised } from './sayable.ts';

const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9 .;|-]{0,11}[A-Za-z0-9]$/);
const decimal = fc.stringMatching(/^(0|[1-9]\d{0,6})(\.\d{1,4})?$/);
const quantity = fc.stringMatching(/^(0|[1-9]\d{0,8})$/);
const date = fc
  .date({ min: new Date('2010-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
  .map((d) => d.toISOString().slice(0, 10));
const maybe = <T>(arb: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arb, { nil: undefined });
const upTo = fc.option(quantity, { nil: null });
const rateType = fc.constantFrom('CPM', 'VCPM', 'CPC', 'CPCV', 'CPA', 'CPS', 'CPD', 'FLAT', 'SPOT');

const simplePrice = fc.oneof(
  fc.record({ type: fc.constant('UNIT'), rate: decimal }),
  fc.record({ type: fc.constant('FLAT'), amount: decimal, proration: maybe(fc.constantFrom('NONE', 'DAYS')) }),
  fc.record({
    type: fc.constant('PERCENT'),
    percent: decimal,
    fixed: maybe(decimal),
    minPer: maybe(decimal),
    maxPer: maybe(decimal),
  }),
  fc.record({
    type: fc.constantFrom('GRADUATED', 'VOLUME'),
    tiers: fc.array(fc.record({ upTo, rate: maybe(decimal), flat: maybe(decimal) }), { minLength: 1, maxLength: 3 }),
    counter: maybe(fc.constantFrom('YEAR', 'TERM')),
  }),
  fc.record({
    type: fc.constant('PERCENT_TIERS'),
    tiers: fc.array(fc.record({ upTo, percent: maybe(decimal), flat: maybe(decimal) }), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ type: fc.constant('PACKAGE'), size: quantity, amount: decimal, freeUnits: maybe(quantity) }),
  fc.record({
    type: fc.constant('BLOCKS'),
    mode: fc.constantFrom('GRADUATED', 'VOLUME'),
    tiers: fc.array(fc.record({ size: quantity, maxBlocks: upTo, amount: decimal }), { minLength: 1, maxLength: 2 }),
  }),
);
const price = fc.oneof(
  { weight: 5, arbitrary: simplePrice },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('COMBINE'),
      op: fc.constantFrom('GREATER_OF', 'LESSER_OF', 'SUM'),
      of: fc.array(simplePrice, { minLength: 1, maxLength: 2 }),
    }),
  },
);
const condition = fc.oneof(
  fc.record({
    field: fc.constantFrom('country', 'amounts.order'),
    op: fc.constantFrom('EQ', 'NE', 'GTE', 'LT', 'GT'),
    value: word,
  }),
  fc.record({
    field: fc.constant('device'),
    op: fc.constantFrom('IN', 'NOT_IN'),
    value: fc.array(word, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ field: fc.constant('coupon'), op: fc.constantFrom('EXISTS', 'MISSING') }),
);
const dimensions = fc.dictionary(
  fc.constantFrom('geo', 'device', 'daypart', 'airTime', 'breakType', 'days', 'class'),
  word,
);

function list<T extends object>(arb: fc.Arbitrary<T>, prefix: string): fc.Arbitrary<(T & { id: string })[]> {
  return fc.array(arb, { maxLength: 3 }).map((items) => items.map((item, i) => ({ ...item, id: `${prefix}${i}` })));
}

const clauseId = maybe(fc.constantFrom('c0', 'c1', 'elsewhere'));
const versionArbitrary = fc
  .record({
    id: fc.constant('v-1'),
    contractId: fc.constant('c-1'),
    number: word,
    title: maybe(word),
    contractKind: maybe(fc.constantFrom('IO', 'MSA', 'AFFILIATE', 'RATE_AGREEMENT')),
    parentId: maybe(word),
    direction: maybe(fc.constantFrom('RECEIVABLE', 'PAYABLE')),
    kind: fc.constantFrom('ORIGINAL', 'AMENDMENT'),
    sequence: fc.integer({ min: 1, max: 9 }),
    effectiveFrom: date,
    effectiveTo: fc.option(date, { nil: null }),
    tierCounters: maybe(fc.constantFrom('CONTINUE', 'RESET')),
    retroactive: maybe(fc.boolean()),
    reason: maybe(word),
    currency: fc.constantFrom('USD', 'JPY', 'BHD'),
    timeZone: fc.constant('America/New_York'),
    billingCalendar: maybe(fc.constantFrom('CALENDAR', 'BROADCAST')),
    parties: maybe(
      fc.array(
        fc.record({
          id: fc.constantFrom('advertiser', 'p-7'),
          kind: fc.constant('ADVERTISER'),
          legalName: maybe(word),
        }),
        { maxLength: 2 },
      ),
    ),
    lines: maybe(
      list(
        fc.record({
          label: maybe(word),
          productKey: maybe(word),
          rateType,
          price: maybe(price),
          contractedQuantity: maybe(quantity),
          guaranteed: maybe(fc.boolean()),
          flight: maybe(fc.record({ from: date, to: fc.option(date, { nil: null }) })),
          billingSource: maybe(fc.constantFrom('CONTRACTED', 'OWN_VOLUME', 'THIRD_PARTY_VOLUME')),
          dimensions: maybe(dimensions),
          status: maybe(fc.constantFrom('NORMAL', 'REVISED', 'PREEMPTED', 'MAKEGOOD', 'CANCELLED')),
          makegoodFor: maybe(word),
          clauseId,
        }),
        'L',
      ),
    ),
    rateCardRows: maybe(
      list(
        fc.record({
          productKey: word,
          dimensions: maybe(dimensions),
          rateType,
          price,
          effectiveFrom: maybe(date),
          effectiveTo: fc.option(date, { nil: null }),
          floorRate: maybe(decimal),
          partnerIds: maybe(fc.array(word, { minLength: 1, maxLength: 2 })),
          clauseId,
        }),
        'R',
      ),
    ),
    commitments: maybe(
      list(
        fc.record({
          scope: fc.constantFrom('LINE', 'CONTRACT'),
          lineId: maybe(fc.constant('L0')),
          kind: fc.constantFrom('MINIMUM', 'CAP'),
          amount: decimal,
          period: maybe(fc.constantFrom('BILLING_PERIOD', 'QUARTER', 'TERM')),
          basis: fc.constantFrom('GROSS', 'NET_OF_DISCOUNT'),
          prorateOnTermination: maybe(fc.boolean()),
          escalator: maybe(fc.record({ percent: decimal })),
          clauseId,
        }),
        'K',
      ),
    ),
    adjustments: maybe(
      list(
        fc.oneof(
          fc.record({
            kind: fc.constant('DISCOUNT'),
            label: maybe(word),
            percent: maybe(decimal),
            amount: maybe(decimal),
            order: maybe(fc.nat(9)),
          }),
          fc.record({
            kind: fc.constant('COMMISSION'),
            percent: decimal,
            payeeId: maybe(word),
            lineIds: maybe(fc.constant(['L0'])),
          }),
          fc.record({
            kind: fc.constant('TAX'),
            code: word,
            percent: decimal,
            base: maybe(fc.constant('BEFORE_COMMISSION')),
          }),
        ),
        'A',
      ),
    ),
    payoutRules: maybe(
      list(
        fc.record({
          eventType: maybe(word),
          priority: maybe(fc.nat(99)),
          conditions: maybe(fc.array(condition, { maxLength: 2 })),
          payout: price,
          orderBasis: maybe(
            fc.record({
              include: fc.array(word, { minLength: 1, maxLength: 2 }),
              subtract: maybe(fc.array(word, { minLength: 1, maxLength: 2 })),
            }),
          ),
          clauseId,
        }),
        'P',
      ),
    ),
    attribution: maybe(
      fc.record({
        model: fc.constantFrom('LAST', 'FIRST', 'LINEAR', 'POSITION', 'TIME_DECAY'),
        windows: fc.array(
          fc.record({
            touchType: fc.constantFrom('CLICK', 'VIEW', 'BID'),
            size: fc.constantFrom('P30D', 'PT24H', 'P4W', 'P1DT12H'),
            kind: maybe(fc.constantFrom('ELAPSED', 'CALENDAR')),
          }),
          { minLength: 1, maxLength: 3 },
        ),
        clickOverridesView: maybe(fc.boolean()),
        halfLifeDays: maybe(decimal),
        clauseId,
      }),
    ),
    eligibility: maybe(
      list(
        fc.record({
          conditions: fc.array(condition, { minLength: 1, maxLength: 2 }),
          outcome: fc.constantFrom('PAY', 'OUTSIDE_TERMS', 'REJECT'),
          reason: maybe(word),
          clauseId,
        }),
        'E',
      ),
    ),
    locks: maybe(
      fc.array(
        fc.record({
          months: maybe(fc.nat(3)),
          days: maybe(fc.nat(60)),
          payDay: maybe(fc.integer({ min: 1, max: 31 })),
        }),
        { maxLength: 2 },
      ),
    ),
    triggers: maybe(list(fc.record({ applies: fc.constant('END'), on: fc.constant('ON_QUANTITY'), quantity }), 'T')),
    overrides: maybe(list(fc.record({ partnerIds: maybe(fc.array(word, { maxLength: 2 })), price }), 'O')),
    clauses: maybe(list(fc.record({ key: fc.constantFrom('1', '2'), text: word, ordinal: maybe(fc.nat(9)) }), 'c')),
    terms: maybe(
      fc.array(
        fc.record({
          key: fc.oneof(word, fc.constantFrom('currency', 'model.version.id', 'late interest')),
          type: fc.constantFrom('TEXT', 'PERCENT', 'MONEY', 'DECIMAL', 'DATE'),
          value: fc.oneof(word, decimal, date),
          reason: maybe(word),
          informational: maybe(fc.boolean()),
          clauseId,
        }),
        { maxLength: 3 },
      ),
    ),
  })
  .map((version) => normalised(version) as unknown as ContractVersion);

describe('sheetsFromVersion', () => {
  test('[DOC-45] any contract version comes back from its sheets as it went in', () => {
    fc.assert(
      fc.property(versionArbitrary, (version) => {
        expect(ContractVersion.safeParse(version).success).toBe(true);
        const content = sheetsFromVersion(version);
        const back = compileVersion(content, metaOfVersion(version)).version;
        expect(back === null ? null : canonicalJson(normalised(back))).toBe(canonicalJson(normalised(version)));
      }),
      { numRuns: 150 },
    );
  });

  test('[DOC-45] the same version gives the same rows, so that importing a file again meets its own rows', () => {
    fc.assert(
      fc.property(versionArbitrary, (version) => {
        expect(sheetsFromVersion(version)).toEqual(sheetsFromVersion(structuredClone(version)));
      }),
      { numRuns: 20 },
    );
  });
});
