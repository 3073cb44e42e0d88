/**
 * Test-only. Terms laid over generated lines: orders billed as ordered, commitments that rise or end early, invoices in
 * another currency.
 * Must not: know an expected amount.
 */
import type { Line } from '@countersign/shared/model';
import fc from 'fast-check';
import { dayOf, isoOf } from './days.ts';
import { withVersions } from './generateAgreed.ts';
import { type Arb, decimal, START } from './generateBasics.ts';
import { deliveryCase, type Family } from './generateLines.ts';
import type { OracleInput } from './world.ts';

/** The month of a period, from January on. */
const monthOf = ({ period }: OracleInput): string => (period < '2026-01' ? '2026-01' : period.slice(0, 7));

const schedule = fc.constantFrom(undefined, 'PRORATED', 'PREPAID', 'END_OF_CAMPAIGN', 'STRAIGHTLINE');

/** Lines that bill what was ordered, by a schedule or by dates. */
export const contractedCase = (family: Family): Arb<OracleInput> =>
  deliveryCase({ ...family, amendments: 0 }).chain((input) =>
    fc
      .array(
        fc.tuple(
          schedule,
          decimal(90_000, 0),
          fc.array(fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 1, max: 9000 })), { maxLength: 5 }),
          fc.boolean(),
        ),
        { minLength: family.lines, maxLength: family.lines },
      )
      .map((orders) =>
        withVersions(input, (version) => ({
          billingCycle: undefined,
          lines: version.lines?.map((line: Line, n) => {
            const [way, quantity, parts, dated] = orders[n] ?? [undefined, '1', [], false];
            const { freeUnits: _, ...rest } = line;
            // The flight lies within the contract: of one that does not, the page does not say what is prorated.
            const from = Math.max(dayOf(line.flight?.from ?? version.effectiveFrom), dayOf(version.effectiveFrom));
            const to = Math.max(dayOf(line.flight?.to ?? isoOf(from + 100)), from + 1);
            const flight = line.flight === undefined ? {} : { flight: { from: isoOf(from), to: isoOf(to) } };
            const ordered = parts
              .filter(([at]) => from + at < to)
              .map(([at, units]) => ({ date: isoOf(from + at), quantity: String(units) }));
            const contractedQuantity = String(ordered.reduce((sum, part) => sum + Number(part.quantity), 0));
            const price = line.price !== undefined && 'counter' in line.price ? omitCounter(line.price) : line.price;
            const base = { ...rest, ...flight, price, billingSource: 'CONTRACTED' };
            return dated && price?.type === 'UNIT' && ordered.length > 0
              ? { ...base, contractedQuantity, ordered }
              : { ...base, contractedQuantity: quantity, ...(way === undefined ? {} : { schedule: way }) };
          }),
        })),
      )
      .map((changed) => {
        return { ...changed, period: monthOf(changed) };
      }),
  );

function omitCounter<T extends { counter?: unknown }>({ counter: _, ...price }: T) {
  return price;
}

/** Caps and minimums that rise each year, and minimums of a term that ended early. */
export const risingCase = (family: Family): Arb<OracleInput> =>
  fc
    .tuple(
      deliveryCase({ ...family, amendments: 0 }),
      fc.array(
        fc.record({
          kind: fc.constantFrom('CAP', 'MINIMUM'),
          amount: decimal(60_000, 0),
          basis: fc.constantFrom('GROSS', 'NET_OF_DISCOUNT'),
          percent: fc.constantFrom('5', '2.5', '10'),
          from: fc.constantFrom('2023-01-01', '2024-03-01', '2025-02-01'),
        }),
        { minLength: 1, maxLength: 2 },
      ),
      fc.option(fc.tuple(fc.integer({ min: 1, max: 160 }), fc.boolean(), decimal(900_000, 0)), { nil: undefined }),
    )
    .map(([input, rising, ended]) => {
      const terms = rising.map(({ percent, from, ...commitment }, n) => ({
        id: `k${n + 1}`,
        scope: 'CONTRACT',
        ...commitment,
        // Of one basis the minimum stays below the cap, whatever year it is.
        ...(commitment.kind === 'MINIMUM' ? { amount: String(Math.floor(Number(commitment.amount) / 1000)) } : {}),
        ...(commitment.kind === 'CAP' ? { amount: String(Number(commitment.amount) + 1000) } : {}),
        escalator: { percent, every: 'YEAR', from },
      }));
      const last = ended === undefined ? undefined : isoOf(START + ended[0]);
      const term = {
        id: 'k9',
        scope: 'CONTRACT',
        kind: 'MINIMUM',
        amount: ended?.[2] ?? '0',
        basis: 'GROSS',
        period: 'TERM',
        term: { from: isoOf(START), to: isoOf(START + 365) },
        ...(ended?.[1] ? { prorateOnTermination: true } : {}),
      };
      const changed = withVersions(input, () => ({
        billingCalendar: undefined,
        billingCycle: undefined,
        effectiveFrom: isoOf(START),
        effectiveTo: last ?? isoOf(START + 365),
        commitments: last === undefined ? terms : [term],
      }));
      // The last period is the interesting one where the term ended.
      const period = last === undefined ? monthOf(input) : isoOf(START + (ended?.[0] ?? 1) - 1).slice(0, 7);
      return { ...changed, period };
    });

/** The case invoiced in another currency. */
export const exchanged = (input: OracleInput): Arb<OracleInput> =>
  fc
    .record({
      to: fc.constantFrom('EUR', 'JPY', 'KWD'),
      rate: fc.oneof(decimal(300_000, 4), fc.constantFrom('1', '0.92', '151.005')),
      source: fc.constant('bank'),
      at: fc.constant('2026-01-31T16:00:00Z'),
    })
    .map((invoiceCurrency) => withVersions(input, () => ({ invoiceCurrency })));
