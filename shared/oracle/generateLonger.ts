/**
 * Test-only. Terms that reach beyond a period or beside the count: trailing and assumed totals, deductions from revenue,
 * starts and ends by quantity.
 * Must not: know an expected amount.
 */
import type { ContractVersion, DeliveryFact, Line, Price } from '@countersign/shared/model';
import fc from 'fast-check';
import { isoOf } from './days.ts';
import { type Arb, decimal, maybe, percent, rate, START } from './generateBasics.ts';
import { deliveryCase, type Family } from './generateLines.ts';
import type { OracleInput } from './world.ts';

const withLines = (input: OracleInput, change: (line: Line, place: number) => object): OracleInput => ({
  ...input,
  versions: input.versions.map(
    (version) =>
      ({
        ...version,
        lines: version.lines?.map((line, place) => ({ ...line, ...change(line, place) })),
      }) as ContractVersion,
  ),
});

/** All-units tables without flats. */
const table = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 3 }),
    fc.array(rate, { minLength: 4, maxLength: 4 }),
  )
  .map(([bounds, rates]) =>
    [...bounds.sort((a, b) => a - b).map(String), null].map((upTo, n) => ({ upTo, rate: rates[n] ?? '1' })),
  );

/** The twelve months before choose the tier; the contract is old enough to have some. */
export const trailingCase = (family: Family): Arb<OracleInput> =>
  fc
    .tuple(deliveryCase({ ...family, amendments: 0 }), fc.array(table, { minLength: 2, maxLength: 2 }))
    .map(([input, tables]) => {
      const changed = withLines(input, (_, n) => ({
        price: { type: 'VOLUME', tiers: tables[n % 2], counter: 'TRAILING_YEAR' } as Price,
        freeUnits: undefined,
      }));
      const versions = changed.versions.map((version) => ({
        ...version,
        billingCycle: undefined,
        effectiveFrom: isoOf(START - 400),
      }));
      const period = input.period.slice(0, 7);
      return { ...changed, versions, period } as OracleInput;
    });

/** Short rate: until the counter closes the tier of at least the assumed total holds. */
export const assumedCase = (family: Family): Arb<OracleInput> =>
  fc
    .tuple(
      deliveryCase({ ...family, amendments: 0 }),
      fc.array(fc.tuple(table, fc.integer({ min: 0, max: 9000 }), fc.constantFrom('QUARTER', 'YEAR', 'TERM')), {
        minLength: 2,
        maxLength: 2,
      }),
    )
    .map(([input, terms]) => {
      const changed = withLines(input, (_, n) => {
        const [tiers, assumed, counter] = terms[n % 2] ?? [[], 0, 'YEAR'];
        return {
          price: { type: 'VOLUME', tiers, counter, assumedTotal: String(assumed) } as Price,
          freeUnits: undefined,
        };
      });
      const versions = changed.versions.map((version) => ({ ...version, billingCycle: undefined }));
      const period = input.period < '2026-01' ? '2026-01' : input.period.slice(0, 7);
      return { ...changed, versions, period } as OracleInput;
    });

const deduction = fc
  .tuple(
    fc.oneof(
      percent.map((p) => ({ percent: p })),
      fc.constant({ metric: 'RETURNS' }),
    ),
    maybe('capPercent', percent, 2),
    maybe('capAmount', decimal(5000, 0), 2),
  )
  .map((parts) => Object.assign({}, ...parts));

/** Shares of revenue after deductions, some of them reported beside the revenue. */
export const deductedCase = (family: Family): Arb<OracleInput> =>
  fc
    .tuple(
      deliveryCase({ ...family, amendments: 0 }),
      fc.array(fc.array(deduction, { minLength: 1, maxLength: 2 }), { minLength: 2, maxLength: 2 }),
      fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 900 })), { minLength: 14, maxLength: 14 }),
    )
    .map(([input, deductions, returned]) => {
      const changed = withLines(input, (_, n) => ({
        deductions: (deductions[n % 2] ?? []).map((d, place) => ({ id: `x${place + 1}`, ...d })),
      }));
      const revenue = input.facts.delivery.filter((fact) => !fact.quantity.startsWith('-'));
      const returns: DeliveryFact[] = revenue.flatMap((fact, n) => {
        const [reported, quantity] = returned[n] ?? [false, 0];
        return reported ? [{ ...fact, metric: 'RETURNS', quantity: String(quantity), key: `r${n}` }] : [];
      });
      return { ...changed, facts: { ...input.facts, delivery: [...revenue, ...returns] } };
    });

/** Lines that start or end with a quantity, some of them not before a day. */
export const triggeredCase = (family: Family): Arb<OracleInput> =>
  fc
    .tuple(
      deliveryCase({ ...family, amendments: 0 }),
      fc.array(
        fc.tuple(
          maybe('starts', fc.integer({ min: 0, max: 4000 }), 1),
          maybe('ends', fc.integer({ min: 1, max: 12_000 }), 1),
          maybe('notBefore', fc.integer({ min: 0, max: 120 }), 2),
        ),
        { minLength: 2, maxLength: 2 },
      ),
    )
    .map(([input, terms]) => {
      const triggers = (input.versions[0]?.lines ?? []).flatMap((line, n) => {
        const [{ starts }, { ends }, { notBefore }] = terms[n % 2] ?? [{}, {}, {}];
        const by = { lineId: line.id, on: 'ON_QUANTITY' as const };
        const later = notBefore === undefined ? {} : { notBefore: isoOf(START + notBefore) };
        return [
          ...(starts === undefined
            ? []
            : [{ id: `s${n}`, applies: 'START' as const, quantity: String(starts), ...by }]),
          ...(ends === undefined
            ? []
            : [{ id: `e${n}`, applies: 'END' as const, quantity: String((starts ?? 0) + ends), ...by, ...later }]),
        ];
      });
      const delivery = input.facts.delivery.filter((fact) => !fact.quantity.startsWith('-'));
      return {
        ...input,
        facts: { ...input.facts, delivery },
        versions: input.versions.map((version) => ({ ...version, triggers })),
      };
    });
