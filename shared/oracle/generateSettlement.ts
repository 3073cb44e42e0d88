/**
 * Test-only. Terms that settle generated lines: discounts, commissions, taxes, caps and minimums.
 * Must not: know an expected amount.
 */
import fc from 'fast-check';
import { guaranteed, withVersions } from './generateAgreed.ts';
import { type Arb, decimal, maybe, money, percent } from './generateBasics.ts';
import { deliveryCase, type Family } from './generateLines.ts';
import type { OracleInput } from './world.ts';

const idOf = (prefix: string, n: number): string => `${prefix}${n + 1}`;

/** Discounts, commission and taxes over some or all lines. */
const adjustments = (lineIds: readonly string[], scoped: boolean) => {
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
const commitments = (lineIds: readonly string[], windows: readonly string[], carry: boolean) =>
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
    const codes = fc.array(fc.constantFrom(undefined, 'T1', 'T2', 'T9'), {
      minLength: ids.length,
      maxLength: ids.length,
    });
    const parts = fc.array(fc.boolean(), { minLength: 3, maxLength: 3 });
    return fc.tuple(adjustments(ids, options.scoped), commitments(ids, windows, options.carry), codes, parts).map(
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

/**
 * Payouts with a guarantee that recoups from them, discounts, commissions and commitments; each payout rule is a line.
 * No taxes: which rules are lines of a period in which they pay nothing is not said, and tax is rounded for each line.
 */
export const settledPayouts = (input: OracleInput): Arb<OracleInput> =>
  fc
    .tuple(guaranteed(() => [])(input), adjustments([], false), commitments([], [], false))
    .map(([held, a, c]) =>
      withVersions(held, () => ({ adjustments: a.filter((rule) => rule.kind !== 'TAX'), commitments: c })),
    );
