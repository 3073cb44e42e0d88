/**
 * Test-only. Valid contracts with facts, from a seed: fast-check arbitraries that shrink to small examples.
 * Must not: know an expected amount; the oracle computes those.
 */
import type { ContractVersion, DeliveryFact, Line, Price } from '@countersign/shared/model';
import fc from 'fast-check';
import { billingMonthOf, isoOf } from './days.ts';
import type { OracleInput } from './world.ts';

type Arb<T> = fc.Arbitrary<T>;

const decimal = (max: number, digits: number): Arb<string> =>
  fc.integer({ min: 0, max }).map((n) => {
    const text = String(n).padStart(digits + 1, '0');
    return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  });
export const rate: Arb<string> = fc.oneof(decimal(4000, 2), decimal(99999, 4), decimal(30, 0));
export const money: Arb<string> = decimal(90_000, 0);
export const percent: Arb<string> = fc.oneof(decimal(40, 0), decimal(9999, 2).map(String));

/** `absent` leaves a member out in about three of four cases, and shrinks to leaving it out. */
export function maybe<K extends string, T>(key: K, arb: Arb<T>, freq = 3): Arb<{ [P in K]?: T }> {
  return fc.option(arb, { nil: undefined, freq }).map((value) => (value === undefined ? {} : { [key]: value })) as Arb<{
    [P in K]?: T;
  }>;
}

/** Bounds from steps: each the sum of the steps so far. */
export const rising = (steps: readonly number[]): string[] =>
  steps.map((_, i) => String(steps.slice(0, i + 1).reduce((a, n) => a + n, 0)));
const ascending = (step: number): Arb<string[]> =>
  fc.array(fc.integer({ min: 1, max: step }), { minLength: 0, maxLength: 3 }).map(rising);

const COUNTERS = ['PERIOD', 'QUARTER', 'YEAR', 'TERM'] as const;
const counter = maybe('counter', fc.constantFrom(...COUNTERS), 2);

const tiers = (step: number) =>
  ascending(step).chain((bounds) =>
    fc.tuple(
      ...[...bounds, null].map((upTo) =>
        fc.tuple(rate, maybe('flat', decimal(5000, 2), 2)).map(([r, flat]) => ({ upTo, rate: r, ...flat })),
      ),
    ),
  );

export const unit: Arb<Price> = rate.map((r) => ({ type: 'UNIT', rate: r }));
export const tiered = (type: 'GRADUATED' | 'VOLUME', step = 5000): Arb<Price> =>
  fc.tuple(tiers(step), counter).map(([t, c]) => ({ type, tiers: t, ...c }) as Price);
export const packaged: Arb<Price> = fc
  .tuple(fc.integer({ min: 1, max: 3000 }), decimal(9000, 2), maybe('freeUnits', decimal(2000, 0)), counter)
  .map(([size, amount, free, c]) => ({ type: 'PACKAGE', size: String(size), amount, ...free, ...c }) as Price);
export const blocks: Arb<Price> = fc
  .tuple(
    fc.constantFrom('GRADUATED' as const, 'VOLUME' as const),
    fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 5 }), decimal(900, 2)), {
      minLength: 1,
      maxLength: 3,
    }),
    counter,
  )
  .map(
    ([mode, rows, c]) =>
      ({
        type: 'BLOCKS',
        mode,
        tiers: rows.map(([size, max, amount], i) => ({
          size: String(size),
          maxBlocks: i === rows.length - 1 ? null : String(max),
          amount,
        })),
        ...c,
      }) as Price,
  );
export const percentage: Arb<Price> = fc
  .tuple(percent, maybe('freeAmount', decimal(4000, 0)))
  .map(([p, free]) => ({ type: 'PERCENT', percent: p, ...free }));
export const percentTiers = (step = 5000): Arb<Price> =>
  fc.tuple(fc.constantFrom('GRADUATED' as const, 'VOLUME' as const), tiers(step), percent, counter).map(
    ([mode, rows, p, c]) =>
      ({
        type: 'PERCENT_TIERS',
        mode,
        tiers: rows.map(({ upTo, flat }, i) => ({
          upTo,
          percent: String(Number(i) + 1) + p.slice(-2).replace(/^\./, ''),
          ...(flat ? { flat } : {}),
        })),
        ...c,
      }) as Price,
  );
export const flat = (proration: Arb<{ proration?: 'NONE' | 'DAYS' }>): Arb<Price> =>
  fc.tuple(money, proration).map(([amount, p]) => ({ type: 'FLAT', amount, ...p }));

/** A price and the rate type it belongs to. */
export interface Offer {
  readonly rateType: Line['rateType'];
  readonly price: Price;
}
const offer = (rateTypes: readonly Line['rateType'][], price: Arb<Price>): Arb<Offer> =>
  fc.record({ rateType: fc.constantFrom(...rateTypes), price });

const combined: Arb<Offer> = fc
  .tuple(
    fc.constantFrom('GREATER_OF' as const, 'LESSER_OF' as const, 'SUM' as const),
    fc.array(
      fc.oneof(
        fc.oneof(unit, tiered('GRADUATED')).map((price) => ({ ...price, rateType: 'CPM' }) as Price),
        percentage.map((price) => ({ ...price, rateType: 'CPS' }) as Price),
        flat(fc.constant({})),
      ),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([op, of]) => ({ rateType: 'CPM', price: { type: 'COMBINE', op, of } }) as Offer);

export const offers: Record<string, Arb<Offer>> = {
  plain: offer(['CPM', 'VCPM', 'CPC', 'CPCV', 'SPOT'], fc.oneof(unit, tiered('GRADUATED'), tiered('VOLUME'))),
  blocks: offer(['CPM', 'CPC', 'SPOT'], fc.oneof(packaged, blocks)),
  share: offer(['CPS'], fc.oneof(percentage, percentTiers())),
  daily: offer(['CPD'], fc.oneof(unit, tiered('GRADUATED', 15))),
  flat: offer(['FLAT'], flat(fc.constantFrom({}, { proration: 'DAYS' as const }))),
  combined,
};

export const ZONES = [
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'Asia/Tokyo',
  'Australia/Lord_Howe',
  'America/Havana',
  'Africa/Cairo',
  'Asia/Kathmandu',
  'America/Santiago',
];
const MODES = ['HALF_UP', 'HALF_EVEN', 'HALF_DOWN', 'UP', 'DOWN', 'CEILING', 'FLOOR'] as const;
export const START = Date.UTC(2026, 0, 1) / 86_400_000;

const METRIC: Record<string, string> = { CPS: 'REVENUE' };
const quantity: Arb<string> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 6000 }).map(String) },
  { weight: 1, arbitrary: fc.integer({ min: -4000, max: -1 }).map(String) },
  { weight: 1, arbitrary: decimal(99999, 2) },
);

/** What a family of cases holds. */
export interface Family {
  readonly offers: readonly string[];
  readonly lines: number;
  readonly amendments: number;
  /** Repeated and superseded reports, known at different times. */
  readonly reports?: boolean;
  /** Facts at points in time instead of dates. */
  readonly instants?: boolean;
  /** Another source that counts the same lines, and a rule for what differs. */
  readonly discrepancy?: boolean;
  readonly makegoods?: boolean;
  /** The contract begins in the middle of a month, or ends early. */
  readonly partial?: boolean;
}

/** A line; its flight lies within the first hundred and sixty days. */
const lineArb = (family: Family, id: string): Arb<Line> =>
  fc
    .tuple(
      fc.oneof(...family.offers.map((name) => offers[name] as Arb<Offer>)),
      maybe('freeUnits', decimal(2000, 0), 5),
      maybe('contractedQuantity', decimal(20_000, 0), 4),
      maybe(
        'flight',
        fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 100 })).map(([from, days]) => ({
          from: isoOf(START + from),
          to: isoOf(START + from + days),
        })),
        3,
      ),
    )
    .map(([o, free, contracted, flight]) => {
      const counts = ['CPM', 'VCPM', 'CPC', 'CPCV', 'SPOT'].includes(o.rateType) && o.price.type !== 'COMBINE';
      const short = counts && !('counter' in o.price);
      return { id, ...o, ...(short ? free : {}), ...(counts ? contracted : {}), ...flight } as Line;
    });

const factsOf = (lines: readonly Line[]): Arb<DeliveryFact[]> =>
  fc
    .array(fc.tuple(fc.nat({ max: lines.length - 1 }), fc.integer({ min: 0, max: 130 }), quantity, fc.boolean()), {
      maxLength: 14,
    })
    .map((rows) =>
      rows.map(([index, day, amount, revenue], n) => {
        const line = lines[index] as Line;
        const metric = line.price?.type === 'COMBINE' ? (revenue ? 'REVENUE' : undefined) : METRIC[line.rateType];
        return {
          lineId: line.id,
          localDate: isoOf(START + day),
          quantity: amount,
          key: `k${n}`,
          ...(metric === undefined ? {} : { metric }),
        };
      }),
    );

export const header: Arb<Partial<ContractVersion>> = fc
  .tuple(
    fc.constantFrom('USD', 'USD', 'JPY', 'BHD'),
    fc.constantFrom(...ZONES),
    maybe('billingCalendar', fc.constantFrom('CALENDAR' as const, 'BROADCAST' as const)),
    maybe('billingCycle', fc.constant('WEEKLY' as const), 6),
    maybe('roundingMode', fc.constantFrom(...MODES)),
    maybe(
      'billingAnchor',
      fc.integer({ min: -40, max: 70 }).map((n) => isoOf(START + n)),
    ),
  )
  .map(([currency, timeZone, calendar, cycle, mode, anchor]) => ({
    currency,
    timeZone,
    ...calendar,
    ...cycle,
    ...mode,
    ...anchor,
  }));

/** First day and end of the contract, in days after the start. */
const term: Arb<readonly [number, number]> = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 20, max: 150 }))
  .map(([begins, days]) => [begins, begins + days] as const);

export const deliveryCase = (family: Family): Arb<OracleInput> =>
  fc
    .tuple(
      header,
      fc
        .integer({ min: 1, max: family.lines })
        .chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => lineArb(family, `l${i + 1}`)))),
      fc.integer({ min: 0, max: 120 }),
      family.partial ? term : fc.constant([0, 365] as const),
    )
    .chain(([head, lines, periodDay, [begins, ends]]) =>
      fc
        .tuple(
          factsOf(lines),
          fc.array(
            fc.tuple(
              fc.integer({ min: 1, max: 110 }),
              fc.constantFrom(undefined, 'RESET' as const, 'CONTINUE' as const),
              fc.nat({ max: lines.length - 1 }),
              fc.oneof(...family.offers.map((name) => offers[name] as Arb<Offer>)),
            ),
            { maxLength: family.amendments },
          ),
        )
        .map(([delivery, amendments]) => {
          // A week may lie in two quarters: the page does not say which of them counts it.
          const lasting = lines.some((l) => l.price !== undefined && JSON.stringify(l.price).match(/QUARTER|YEAR/));
          const terms = lasting ? { ...head, billingCycle: undefined } : head;
          const original = {
            id: 'v1',
            contractId: 'c1',
            number: 'IO-1',
            sequence: 1,
            effectiveFrom: isoOf(START + begins),
            effectiveTo: isoOf(START + ends),
            recordedAt: '2025-12-01T00:00:00Z',
            ...terms,
            lines,
          } as ContractVersion;
          const versions = [original];
          amendments
            .filter(([day]) => begins + day < ends)
            .forEach(([day, counters, index, replacement], n) => {
              const last = versions.at(-1) as ContractVersion;
              versions.push({
                ...last,
                id: `v${n + 2}`,
                kind: 'AMENDMENT',
                sequence: n + 2,
                effectiveFrom: isoOf(START + begins + day),
                tierCounters: counters,
                lines: last.lines?.map((line, i) =>
                  i === index &&
                  replacement.rateType === line.rateType &&
                  !(terms.billingCycle && JSON.stringify(replacement.price).match(/QUARTER|YEAR/)) &&
                  line.price?.type !== 'COMBINE'
                    ? { ...line, price: replacement.price }
                    : line,
                ),
              } as ContractVersion);
            });
          const day = START + begins + periodDay;
          const period =
            terms.billingCycle === 'WEEKLY'
              ? mondayOf(day)
              : billingMonthOf(day, terms.billingCalendar === 'BROADCAST').key;
          return { versions, facts: { delivery, touches: [], actions: [] }, period };
        }),
    );

function mondayOf(day: number): string {
  return isoOf(day - ((((day + 3) % 7) + 7) % 7));
}

const idOf = (prefix: string, n: number): string => `${prefix}${n + 1}`;

/** Discounts, commission and taxes over some or all lines. */
export const adjustments = (lineIds: readonly string[], scoped: boolean) => {
  const scope = scoped ? maybe('lineIds', fc.subarray([...lineIds], { minLength: 1 }), 3) : fc.constant({});
  return fc
    .tuple(
      fc.array(
        fc.tuple(
          fc.oneof(
            percent.map((p) => ({ percent: p })),
            money.map((amount) => ({ amount })),
          ),
          fc.nat({ max: 2 }),
          scope,
        ),
        { maxLength: 3 },
      ),
      fc.array(fc.tuple(percent, scope), { maxLength: 2 }),
      fc.array(
        fc.tuple(
          percent,
          maybe('base', fc.constantFrom('AFTER_COMMISSION' as const, 'BEFORE_COMMISSION' as const), 2),
          scope,
        ),
        { maxLength: 2 },
      ),
    )
    .map(([discounts, commissions, taxes]) => [
      ...discounts.map(([value, order, s], n) => ({
        kind: 'DISCOUNT' as const,
        id: idOf('d', n),
        ...value,
        order,
        ...s,
      })),
      ...commissions.map(([p, s], n) => ({ kind: 'COMMISSION' as const, id: idOf('m', n), percent: p, ...s })),
      ...taxes.map(([p, base, s], n) => ({
        kind: 'TAX' as const,
        id: idOf('t', n),
        code: idOf('T', n),
        percent: p,
        ...base,
        ...s,
      })),
    ]);
};

/** Caps and minimums; at most one of each kind, scope and basis, each minimum below the cap beside it. */
export const commitments = (lineIds: readonly string[], windows: readonly string[], carry: boolean) =>
  fc
    .array(
      fc.record({
        kind: fc.constantFrom('CAP' as const, 'MINIMUM' as const),
        scope:
          lineIds.length === 0
            ? fc.constant('CONTRACT' as const)
            : fc.constantFrom('LINE' as const, 'CONTRACT' as const),
        lineId: lineIds.length === 0 ? fc.constant('') : fc.constantFrom(...lineIds),
        amount: decimal(60_000, 0),
        basis: fc.constantFrom('GROSS' as const, 'NET_OF_DISCOUNT' as const),
        period: fc.constantFrom(undefined, ...windows),
        rollover: carry ? fc.constantFrom(undefined, 'NONE' as const, 'CARRY' as const) : fc.constant(undefined),
      }),
      { maxLength: 3 },
    )
    .map((rows) => {
      const caps = rows.filter((row) => row.kind === 'CAP');
      const minimums = rows.filter((row) => row.kind === 'MINIMUM');
      const kept =
        caps.length > 0
          ? minimums.map((m) => ({
              ...m,
              amount: String(Math.min(Number(m.amount), ...caps.map((c) => Number(c.amount)))),
            }))
          : minimums;
      return [...caps, ...kept].map(({ lineId, period, rollover, ...row }, n) => ({
        id: idOf('k', n),
        ...row,
        ...(row.scope === 'LINE' ? { lineId } : {}),
        ...(period === undefined ? {} : { period }),
        ...(rollover === undefined ? {} : { rollover }),
      }));
    });

export interface SettleOptions {
  /** Adjustments may name lines. */
  readonly scoped: boolean;
  /** Lengths of commitments besides the billing period. */
  readonly windows: readonly string[];
  readonly carry: boolean;
  /** Keep facts that take away. */
  readonly negative: boolean;
  /** Lines with a tax code of their own. */
  readonly taxCodes?: boolean;
  /** Commitments of part periods by days. */
  readonly partial?: boolean;
}

/** A delivery case with the terms that settle it. */
export const settledCase = (family: Family, options: SettleOptions): Arb<OracleInput> =>
  deliveryCase(family).chain((input) => {
    const ids = input.versions[0]?.lines?.map((line) => line.id) ?? [];
    const weekly = input.versions[0]?.billingCycle === 'WEEKLY';
    const windows = options.windows.filter((window) => !weekly || window === 'TERM');
    const whole = options.carry || windows.length > 0;
    const bound = whole
      ? ids.filter((id) => input.versions[0]?.lines?.find((l) => l.id === id)?.flight === undefined)
      : ids;
    const codes = fc.array(fc.constantFrom(undefined, 'T1', 'T2', 'T9'), {
      minLength: ids.length,
      maxLength: ids.length,
    });
    const parts = fc.array(fc.boolean(), { minLength: 3, maxLength: 3 });
    return fc.tuple(adjustments(ids, options.scoped), commitments(bound, windows, options.carry), codes, parts).map(
      ([a, c, taxCodes, part]) =>
        ({
          ...input,
          versions: input.versions.map((version) => ({
            ...version,
            ...(options.taxCodes
              ? {
                  lines: version.lines?.map((l, n) => (taxCodes[n] === undefined ? l : { ...l, taxCode: taxCodes[n] })),
                }
              : {}),
            adjustments: a,
            commitments: c.map((k, n) => (options.partial && part[n] ? { ...k, proratePartPeriods: true } : k)),
          })),
          facts: {
            ...input.facts,
            delivery: input.facts.delivery.filter((f) => options.negative || !f.quantity.startsWith('-')),
          },
        }) as OracleInput,
    );
  });
