/**
 * Test-only. Valid contracts of delivered lines with facts, from a seed: fast-check arbitraries that shrink to small examples.
 * Must not: know an expected amount; the oracle computes those.
 */
import type { ContractVersion, DeliveryFact, Line } from '@countersign/shared/model';
import fc from 'fast-check';
import { billingMonthOf, isoOf, periodOf, type Span } from './days.ts';
import { type Arb, decimal, header, maybe, START } from './generateBasics.ts';
import { type Offer, offers } from './generatePrices.ts';
import type { OracleInput } from './world.ts';

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
  /** The period was billed and posted before, as known then. */
  readonly posted?: boolean;
  /** Facts at points in time instead of dates. */
  readonly instants?: boolean;
  /** Another source that counts the same lines, and a rule for what differs. */
  readonly discrepancy?: boolean;
  readonly makegoods?: boolean;
  /** The contract begins in the middle of a month, or ends early. */
  readonly partial?: boolean;
}

/** Mostly within the span, now and then up to ten weeks before it or anywhere in the first months. */
export const dayNear = (span: Span): Arb<number> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: span.from, max: span.to - 1 }) },
    { weight: 3, arbitrary: fc.integer({ min: span.from - 70, max: span.from - 1 }) },
    { weight: 1, arbitrary: fc.integer({ min: START, max: START + 160 }) },
  );

/** Mostly over a part of the span; now and then beside it. */
const flightNear = (span: Span): Arb<{ from: string; to: string }> =>
  fc
    .oneof(
      {
        weight: 5,
        arbitrary: fc.tuple(
          fc.integer({ min: span.from - 30, max: span.to - 2 }),
          fc.integer({ min: span.from + 1, max: span.to + 30 }),
        ),
      },
      { weight: 1, arbitrary: fc.tuple(fc.integer({ min: START, max: START + 60 }), fc.constant(0)) },
    )
    .map(([from, to]) => ({ from: isoOf(from), to: isoOf(Math.max(from + 1, to)) }));

/** A line with its price. */
const lineArb = (family: Family, id: string, span: Span): Arb<Line> =>
  fc
    .tuple(
      fc.oneof(...family.offers.map((name) => offers[name] as Arb<Offer>)),
      maybe('freeUnits', decimal(2000, 0), 5),
      maybe('contractedQuantity', decimal(20_000, 0), 4),
      maybe('flight', flightNear(span), 3),
    )
    .map(([o, free, contracted, flight]) => {
      const counts = ['CPM', 'VCPM', 'CPC', 'CPCV', 'SPOT'].includes(o.rateType) && o.price.type !== 'COMBINE';
      const short = counts && !('counter' in o.price);
      return { id, ...o, ...(short ? free : {}), ...(counts ? contracted : {}), ...flight } as Line;
    });

const factsOf = (lines: readonly Line[], span: Span): Arb<DeliveryFact[]> =>
  fc
    .array(fc.tuple(fc.nat({ max: lines.length - 1 }), dayNear(span), quantity, fc.boolean()), {
      minLength: 2,
      maxLength: 14,
    })
    .map((rows) =>
      rows.map(([index, day, amount, revenue], n) => {
        const line = lines[index] as Line;
        const metric = line.price?.type === 'COMBINE' ? (revenue ? 'REVENUE' : undefined) : METRIC[line.rateType];
        return {
          lineId: line.id,
          localDate: isoOf(day),
          quantity: amount,
          key: `k${n}`,
          ...(metric === undefined ? {} : { metric }),
        };
      }),
    );

/** First day and end of the contract, in days after the start. */
const term: Arb<readonly [number, number]> = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 20, max: 150 }))
  .map(([begins, days]) => [begins, begins + days] as const);

/** The head of a contract, its term in days after the start, and the billing period looked at. */
interface Frame {
  readonly head: Partial<ContractVersion>;
  readonly begins: number;
  readonly ends: number;
  readonly span: Span;
}

const frame = (family: Family): Arb<Frame> =>
  fc
    .tuple(header, family.partial ? term : fc.constant([0, 365] as const), fc.integer({ min: 0, max: 120 }))
    .map(([head, [begins, ends], periodDay]) => {
      const calendar = { broadcast: head.billingCalendar === 'BROADCAST', weekly: head.billingCycle === 'WEEKLY' };
      return { head, begins, ends, span: periodOf(START + begins + periodDay, calendar) };
    });

/** A week may lie in two quarters: the page does not say which of them counts it. */
const lasts = (terms: unknown): boolean => /QUARTER|YEAR/.test(JSON.stringify(terms) ?? '');

/** One version after another, each with the price of one line replaced. */
function amended(
  original: ContractVersion,
  changes: readonly (readonly [number, 'RESET' | 'CONTINUE' | undefined, number, Offer])[],
): ContractVersion[] {
  const versions = [original];
  for (const [day, counters, index, replacement] of changes) {
    const last = versions.at(-1) as ContractVersion;
    const fits = (line: Line): boolean =>
      replacement.rateType === line.rateType &&
      !(original.billingCycle && lasts(replacement.price)) &&
      line.price?.type !== 'COMBINE';
    versions.push({
      ...last,
      id: `v${versions.length + 1}`,
      kind: 'AMENDMENT',
      sequence: versions.length + 1,
      effectiveFrom: isoOf(day),
      tierCounters: counters,
      lines: last.lines?.map((line, i) => (i === index && fits(line) ? { ...line, price: replacement.price } : line)),
    } as ContractVersion);
  }
  return versions;
}

/** A contract of lines, its amendments, facts near the billed period. */
export const deliveryCase = (family: Family): Arb<OracleInput> =>
  frame(family).chain(({ head, begins, ends, span }) =>
    fc
      .integer({ min: 1, max: family.lines })
      .chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => lineArb(family, `l${i + 1}`, span))))
      .chain((lines) =>
        fc
          .tuple(
            factsOf(lines, span),
            fc.array(
              fc.tuple(
                dayNear(span),
                fc.constantFrom(undefined, 'RESET' as const, 'CONTINUE' as const),
                fc.nat({ max: lines.length - 1 }),
                fc.oneof(...family.offers.map((name) => offers[name] as Arb<Offer>)),
              ),
              { minLength: Math.min(1, family.amendments), maxLength: family.amendments },
            ),
          )
          .map(([delivery, changes]) => {
            const original = {
              id: 'v1',
              contractId: 'c1',
              number: 'IO-1',
              sequence: 1,
              effectiveFrom: isoOf(START + begins),
              effectiveTo: isoOf(START + ends),
              recordedAt: '2025-12-01T00:00:00Z',
              ...head,
              ...(lasts(lines) ? { billingCycle: undefined } : {}),
              lines,
            } as ContractVersion;
            const within = changes.filter(([day]) => day > START + begins && day < START + ends);
            const first = Math.max(span.from, START + begins);
            const monthly = billingMonthOf(first, head.billingCalendar === 'BROADCAST').key;
            const period = original.billingCycle === 'WEEKLY' ? span.key : monthly;
            return { versions: amended(original, within), facts: { delivery, touches: [], actions: [] }, period };
          }),
      ),
  );
