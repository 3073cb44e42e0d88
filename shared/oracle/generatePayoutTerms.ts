/**
 * Test-only. Generated terms of affiliate contracts: payout rules, attribution, locks, overrides, eligibility.
 * Must not: know an action or a touch.
 */
import type { PayoutRule, Price } from '@countersign/shared/model';
import fc from 'fast-check';
import { isoOf } from './days.ts';
import { type Arb, decimal, maybe, percent, rate, rising, START } from './generateBasics.ts';

export const PARTNERS = ['p1', 'p2', 'p3'];
export const EVENTS = ['SALE', 'LEAD'];

/** What a family of payout cases holds. */
export interface PayoutFamily {
  readonly tiers: boolean;
  readonly attribution: boolean;
  readonly overrides: boolean;
  readonly reversals: boolean;
  readonly limits: boolean;
  /** Limits are of money, not of actions. */
  readonly amounts?: boolean;
  /** Versions after the first that change rules, locks and eligibility. */
  readonly amendments?: number;
}

const bounds = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }).map(rising);
const unit: Arb<Price> = rate.map((r) => ({ type: 'UNIT', rate: r }));
const share: Arb<Price> = fc
  .tuple(
    percent,
    maybe('fixed', rate, 3),
    maybe('minPer', rate, 3),
    maybe(
      'maxPer',
      rate.map((r) => `5${r}`),
      3,
    ),
  )
  .map(([p, ...rest]) => Object.assign({ type: 'PERCENT', percent: p }, ...rest) as Price);
const byCount: Arb<Price> = fc
  .tuple(fc.constantFrom('GRADUATED', 'VOLUME'), bounds, fc.array(rate, { minLength: 4, maxLength: 4 }))
  .map(
    ([type, tops, rates]) => ({ type, tiers: [...tops, null].map((upTo, i) => ({ upTo, rate: rates[i] })) }) as Price,
  );
const byAmount: Arb<Price> = fc
  .tuple(fc.constantFrom('GRADUATED', 'VOLUME'), bounds, fc.array(percent, { minLength: 4, maxLength: 4 }))
  .map(
    ([mode, tops, rates]) =>
      ({
        type: 'PERCENT_TIERS',
        mode,
        tiers: [...tops.map((top) => `${top}0`), null].map((upTo, i) => ({ upTo, percent: rates[i] })),
      }) as Price,
  );
const combined: Arb<Price> = fc
  .tuple(
    fc.constantFrom('GREATER_OF', 'LESSER_OF', 'SUM'),
    fc.array(fc.oneof(unit, share), { minLength: 1, maxLength: 3 }),
  )
  .map(([op, of]) => ({ type: 'COMBINE', op, of }) as Price);
const simple = fc.oneof(unit, share, combined);

const condition = fc.oneof(
  fc
    .constantFrom('EQ' as const, 'NE' as const)
    .chain((op) => fc.constantFrom('US', 'DE').map((value) => ({ field: 'geo', op, value }))),
  fc.constantFrom('IN' as const, 'NOT_IN' as const).map((op) => ({ field: 'geo', op, value: ['US', 'FR'] })),
  fc.constantFrom('EXISTS' as const, 'MISSING' as const).map((op) => ({ field: 'geo', op })),
  fc
    .tuple(
      fc.constantFrom('GT' as const, 'GTE' as const, 'LT' as const, 'LTE' as const),
      fc.integer({ min: 0, max: 60 }),
    )
    .map(([op, value]) => ({ field: 'amounts.order', op, value: String(value) })),
);

type LimitTerms = PayoutRule['limits'];

const perPartner = maybe('per', fc.constant('PARTNER'), 1);

export const rules = (family: PayoutFamily) =>
  fc
    .array(
      fc.tuple(
        family.tiers ? fc.oneof(simple, byCount, byAmount) : simple,
        maybe('eventType', fc.constantFrom(...EVENTS), 3),
        maybe('priority', fc.nat({ max: 2 }), 2),
        maybe('conditions', fc.array(condition, { minLength: 1, maxLength: 2 }), 3),
        maybe(
          'orderBasis',
          fc.constantFrom({ include: ['order'], subtract: ['tax'] }, { include: ['order', 'items'] }),
          3,
        ),
        family.limits
          ? maybe(
              'limits',
              family.amounts
                ? fc
                    .tuple(decimal(60, 0), maybe('period', fc.constantFrom('DAY', 'BILLING_PERIOD'), 1), perPartner)
                    .map(([amount, ...rest]) => [Object.assign({ amount }, ...rest)] as LimitTerms)
                : fc
                    .tuple(fc.nat({ max: 5 }), maybe('period', fc.constantFrom('DAY', 'TERM'), 1), perPartner)
                    .map(([n, ...rest]) => [Object.assign({ quantity: String(n) }, ...rest)] as LimitTerms),
              2,
            )
          : fc.constant({}),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .chain((rows) =>
      // Most contracts end in a rule that every action meets.
      fc
        .boolean()
        .map((open) =>
          rows.map(([payout, type, priority, conditions, ...rest], n) =>
            open && n === rows.length - 1
              ? Object.assign({ id: `r${n + 1}`, payout, priority: 9 }, ...rest)
              : Object.assign({ id: `r${n + 1}`, payout }, type, priority, conditions, ...rest),
          ),
        ),
    );

const windows = fc
  .tuple(
    fc.constantFrom('P1D', 'PT24H', 'P3D', 'P1W', 'P30D', 'PT1H30M'),
    fc.constantFrom('P1D', 'P2D', 'P1W'),
    fc.constantFrom('ELAPSED' as const, 'CALENDAR' as const, undefined),
    maybe('special', fc.constantFrom('P1D', 'P5D'), 3),
  )
  .map(([click, view, kind, special]) => {
    const days = kind === 'CALENDAR' ? click.replace(/^PT.*/, 'P4D') : click;
    const kinds = kind === undefined ? {} : { kind };
    const extra =
      special.special === undefined
        ? []
        : [
            {
              touchType: 'CLICK',
              size: special.special,
              conditions: [{ field: 'geo', op: 'EQ' as const, value: 'US' }],
            },
          ];
    return [{ touchType: 'CLICK', size: days, ...kinds }, { touchType: 'VIEW', size: view, ...kinds }, ...extra];
  });

export const policy = fc
  .tuple(
    fc.constantFrom('LAST', 'FIRST', 'LINEAR', 'POSITION', 'TIME_DECAY'),
    windows,
    maybe('clickOverridesView', fc.boolean(), 2),
    fc.constantFrom('7', '1', '0.5', '30'),
  )
  .map(([model, w, over, half]) => ({
    model,
    windows: w,
    ...over,
    ...(model === 'TIME_DECAY' ? { halfLifeDays: half } : {}),
  }));

const lock = fc.oneof(
  fc.record({ months: fc.nat({ max: 1 }), days: fc.nat({ max: 20 }) }),
  fc.record({ days: fc.nat({ max: 40 }) }),
  fc.record({ dayOfMonth: fc.integer({ min: 1, max: 31 }) }),
);
export const locks = fc
  .tuple(
    lock,
    maybe('eventType', fc.constantFrom(...EVENTS), 4),
    maybe('extensionMonths', fc.nat({ max: 2 }), 3),
    maybe('payDay', fc.integer({ min: 1, max: 31 }), 2),
    maybe('payMonthsAfterLock', fc.nat({ max: 2 }), 3),
  )
  .map((parts) => [Object.assign({}, ...parts)]);

export const override = fc
  .tuple(
    fc.oneof(unit, share),
    maybe('partnerIds', fc.subarray(PARTNERS, { minLength: 1 }), 1),
    maybe('dimensions', fc.constantFrom({ geo: 'US' }, { geo: 'DE' }), 3),
    maybe(
      'from',
      fc.integer({ min: 0, max: 30 }).map((n) => isoOf(START + n)),
      3,
    ),
    maybe(
      'to',
      fc.integer({ min: 31, max: 60 }).map((n) => isoOf(START + n)),
      3,
    ),
  )
  .map(([price, ...rest]) => Object.assign({ price }, ...rest));

export const eligibility = fc
  .array(
    fc.tuple(
      fc.array(condition, { minLength: 1, maxLength: 2 }),
      fc.constantFrom('PAY', 'PAY', 'PAY', 'OUTSIDE_TERMS', 'REJECT'),
    ),
    { maxLength: 2 },
  )
  .map((rows) => rows.map(([conditions, outcome], n) => ({ id: `e${n + 1}`, conditions, outcome })));
