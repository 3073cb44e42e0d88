/**
 * Test-only. Generated prices, each with a rate type it belongs to.
 * Must not: know a line or a fact.
 */
import type { Line, Price } from '@countersign/shared/model';
import fc from 'fast-check';
import { type Arb, decimal, maybe, money, percent, rate, rising } from './generateBasics.ts';

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
const packaged: Arb<Price> = fc
  .tuple(fc.integer({ min: 1, max: 3000 }), decimal(9000, 2), maybe('freeUnits', decimal(2000, 0)), counter)
  .map(([size, amount, free, c]) => ({ type: 'PACKAGE', size: String(size), amount, ...free, ...c }) as Price);
const blocks: Arb<Price> = fc
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
const percentage: Arb<Price> = fc
  .tuple(percent, maybe('freeAmount', decimal(4000, 0)))
  .map(([p, free]) => ({ type: 'PERCENT', percent: p, ...free }));
const percentTiers = (step = 5000): Arb<Price> =>
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
const flat = (proration: Arb<{ proration?: 'NONE' | 'DAYS' }>): Arb<Price> =>
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
  simple: offer(['CPM', 'CPC', 'SPOT'], fc.oneof(unit, tiered('GRADUATED'), tiered('VOLUME'))),
  blocks: offer(['CPM', 'CPC', 'SPOT'], fc.oneof(packaged, blocks)),
  share: offer(['CPS'], fc.oneof(percentage, percentTiers())),
  daily: offer(['CPD'], fc.oneof(unit, tiered('GRADUATED', 15))),
  flat: offer(['FLAT'], flat(fc.constantFrom({}, { proration: 'DAYS' as const }, { proration: 'NONE' as const }))),
  combined,
};
