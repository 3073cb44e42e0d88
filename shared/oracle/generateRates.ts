/**
 * Test-only. What chooses and changes the rate of generated lines: rate cards, overrides, defaults, rate rules.
 * Must not: know an expected amount.
 */
import type { ContractVersion, Line } from '@countersign/shared/model';
import fc from 'fast-check';
import { isoOf } from './days.ts';
import { type Arb, maybe, rate, START } from './generateBasics.ts';
import { deliveryCase, type Family } from './generateLines.ts';
import { tiered, unit } from './generatePrices.ts';
import type { OracleInput } from './world.ts';

const DIMENSIONS = [{}, { geo: 'US' }, { geo: 'DE' }, { device: 'tv' }, { geo: 'US', device: 'tv' }];

const day = (min: number, max: number): Arb<string> => fc.integer({ min, max }).map((n) => isoOf(START + n));
const dates = <F extends string, T extends string>(from: F, to: T) =>
  fc.tuple(maybe(from, day(0, 100), 2), maybe(to, day(101, 160), 2)).map(([a, b]) => ({ ...a, ...b }));

const row = fc
  .tuple(
    fc.constantFrom(...DIMENSIONS),
    fc.oneof(unit, tiered('GRADUATED'), tiered('VOLUME')),
    dates('effectiveFrom', 'effectiveTo'),
    maybe('floorRate', rate, 3),
    maybe('minimumQuantity', fc.integer({ min: 0, max: 20_000 }).map(String), 3),
  )
  .map(([dimensions, price, ...rest]) => Object.assign({ productKey: 'ctv', dimensions, price }, ...rest));

const override = (lineIds: readonly string[]) =>
  fc
    .tuple(
      unit,
      fc.constantFrom({ productKey: 'ctv' }, ...lineIds.map((lineId) => ({ lineId }))),
      maybe('dimensions', fc.constantFrom(...DIMENSIONS), 2),
      dates('from', 'to'),
    )
    .map(([price, ...rest]) => Object.assign({ price }, ...rest));

const rule = (lineIds: readonly string[]) =>
  fc
    .tuple(
      fc.constantFrom('1.10', '0.9', '1.15', '2', '0.333333'),
      maybe('lineIds', fc.subarray([...lineIds], { minLength: 1 }), 2),
      maybe(
        'conditions',
        fc.constantFrom('US', 'DE').map((value) => [{ field: 'geo', op: 'EQ', value }]),
        3,
      ),
      maybe(
        'rounding',
        fc.record({ decimals: fc.integer({ min: 0, max: 4 }), mode: fc.constantFrom('HALF_UP', 'UP', 'DOWN') }),
        1,
      ),
      maybe('order', fc.nat({ max: 2 }), 1),
    )
    .map(([factor, ...rest]) => Object.assign({ factor }, ...rest));

const numbered = <T extends object>(prefix: string, list: readonly T[]) =>
  list.map((item, n) => ({ id: `${prefix}${n + 1}`, ...item }));

/** Rows with equal keys never overlap: of each key, dates apart, the first is kept. */
function apart<T extends { dimensions: object; minimumQuantity?: string }>(rows: readonly T[], type: string) {
  const seen = new Set<string>();
  return rows.flatMap((item) => {
    const key = JSON.stringify([type, item.dimensions]);
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ ...item, rateType: type }];
  });
}

/** Lines with and without a price of their own, and the layers the rest finds one in. */
export const ratedCase = (family: Family): Arb<OracleInput> =>
  deliveryCase(family).chain((input) => {
    const first = input.versions[0] as ContractVersion;
    const ids = (first.lines ?? []).map((line) => line.id);
    return fc
      .tuple(
        fc.array(fc.tuple(fc.constantFrom(...DIMENSIONS), fc.nat({ max: 2 })), {
          minLength: ids.length,
          maxLength: ids.length,
        }),
        fc.array(row, { minLength: 1, maxLength: 4 }),
        fc.array(override(ids), { maxLength: 2 }),
        fc.array(rule(ids), { maxLength: 2 }),
        unit,
      )
      .map(([placed, rows, overrides, rules, standard]) => {
        const types = [...new Set((first.lines ?? []).map((line) => line.rateType))];
        const layered = (version: ContractVersion): ContractVersion =>
          ({
            ...version,
            lines: version.lines?.map((line: Line, n) => {
              const [dimensions, own] = placed[n] ?? [{}, 0];
              const { price, ...rest } = { ...line, productKey: 'ctv', dimensions };
              return own === 0 && price !== undefined ? { ...rest, price } : rest;
            }),
            rateCardRows: numbered(
              'r',
              types.flatMap((type) => apart(rows, type)),
            ),
            defaultRates: types.map((rateType) => ({ id: `s-${rateType}`, rateType, price: standard })),
            overrides: numbered('o', overrides),
            rateRules: numbered('f', rules),
          }) as ContractVersion;
        return { ...input, versions: input.versions.map(layered) };
      });
  });
