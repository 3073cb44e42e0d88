/** Generated contracts and facts for the laws. Owns: small decimals, prices, versions, delivery. Must not: be imported by the product. */
import type { ContractVersion, DeliveryFact, Price } from '@countersign/shared/model';
import fc from 'fast-check';
import { contract, line } from './contract.ts';

const rate = fc
  .integer({ min: 0, max: 999_999 })
  .map((n) => `${Math.floor(n / 1000)}.${String(n % 1000).padStart(3, '0')}`);
const bounds = fc
  .uniqueArray(fc.integer({ min: 1, max: 5000 }), { minLength: 0, maxLength: 4 })
  .map((list) => list.sort((a, b) => a - b));
export const tiers = fc
  .tuple(bounds, fc.array(fc.tuple(rate, rate), { minLength: 5, maxLength: 5 }))
  .map(([list, rates]) =>
    [...list.map(String), null].map((upTo, i) => ({ upTo, rate: rates[i]?.[0] ?? '1', flat: rates[i]?.[1] ?? '0' })),
  );
const price: fc.Arbitrary<Price> = fc.oneof(
  rate.map((r): Price => ({ type: 'UNIT', rate: r })),
  tiers.map((t): Price => ({ type: 'GRADUATED', tiers: t })),
  tiers.map((t): Price => ({ type: 'VOLUME', tiers: t })),
  fc
    .tuple(fc.integer({ min: 1, max: 900 }), rate)
    .map(([size, amount]): Price => ({ type: 'PACKAGE', size: String(size), amount })),
);
export const percent = fc
  .integer({ min: 0, max: 10_000 })
  .map((n) => `${Math.floor(n / 100)}.${String(n % 100).padStart(2, '0')}`);

export const delivery = fc
  .array(
    fc.record({
      line: fc.constantFrom('a', 'b'),
      day: fc.integer({ min: 1, max: 31 }),
      quantity: fc.integer({ min: -500, max: 3000 }),
    }),
    { maxLength: 25 },
  )
  .map((rows): DeliveryFact[] =>
    rows.map(({ line: lineId, day, quantity }, i) => ({
      lineId,
      localDate: `2026-01-${String(day).padStart(2, '0')}`,
      quantity: String(quantity),
      key: String(i),
    })),
  );

export const version = fc
  .record({
    a: price,
    b: price,
    cap: fc.option(fc.integer({ min: 0, max: 3000 })),
    minimum: fc.option(fc.integer({ min: 0, max: 3000 })),
    basis: fc.constantFrom('GROSS' as const, 'NET_OF_DISCOUNT' as const),
    discount: percent,
    commission: percent,
    tax: percent,
    currency: fc.constantFrom('USD', 'JPY', 'BHD'),
  })
  .map(
    ({ a, b, cap, minimum, basis, discount, commission, tax, currency }): ContractVersion =>
      contract({
        currency,
        lines: [line(a, { id: 'a', rateType: 'CPC' }), line(b, { id: 'b' })],
        commitments: [
          ...(cap === null
            ? []
            : [
                {
                  id: 'cap',
                  scope: 'CONTRACT' as const,
                  kind: 'CAP' as const,
                  amount: String(Math.max(cap, minimum ?? 0)),
                  basis,
                },
              ]),
          ...(minimum === null
            ? []
            : [{ id: 'min', scope: 'CONTRACT' as const, kind: 'MINIMUM' as const, amount: String(minimum), basis }]),
        ],
        adjustments: [
          { kind: 'DISCOUNT', id: 'd', percent: discount },
          { kind: 'COMMISSION', id: 'c', percent: commission },
          { kind: 'TAX', id: 't', code: 'VAT', percent: tax },
        ],
      }),
  );
