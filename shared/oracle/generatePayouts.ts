/**
 * Test-only. Affiliate contracts with touches, actions and their later changes, from a seed.
 * Must not: know an expected amount.
 */
import type { ContractVersion, Price } from '@countersign/shared/model';
import fc from 'fast-check';
import { isoOf } from './days.ts';
import { header, maybe, percent, rate, rising, START } from './generate.ts';
import type { OracleInput } from './world.ts';

type Arb<T> = fc.Arbitrary<T>;
const DAY = 86_400_000;
const PARTNERS = ['p1', 'p2', 'p3'];
const EVENTS = ['SALE', 'LEAD'];

/** What a family of payout cases holds. */
export interface PayoutFamily {
  readonly tiers: boolean;
  readonly attribution: boolean;
  readonly overrides: boolean;
  readonly reversals: boolean;
  readonly limits: boolean;
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

const rules = (family: PayoutFamily) =>
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
              fc
                .tuple(fc.nat({ max: 5 }), fc.constantFrom({}, { period: 'DAY' as const }))
                .map(([n, p]) => [{ quantity: String(n), ...p }]),
              2,
            )
          : fc.constant({}),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map((rows) => rows.map(([payout, ...rest], n) => Object.assign({ id: `r${n + 1}`, payout }, ...rest)));

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

const policy = fc
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
const locks = fc
  .tuple(
    lock,
    maybe('eventType', fc.constantFrom(...EVENTS), 4),
    maybe('extensionMonths', fc.nat({ max: 2 }), 3),
    maybe('payDay', fc.integer({ min: 1, max: 31 }), 2),
    maybe('payMonthsAfterLock', fc.nat({ max: 2 }), 3),
  )
  .map((parts) => [Object.assign({}, ...parts)]);

const override = fc
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

const eligibility = fc
  .array(
    fc.tuple(fc.array(condition, { minLength: 1, maxLength: 2 }), fc.constantFrom('PAY', 'OUTSIDE_TERMS', 'REJECT')),
    { maxLength: 2 },
  )
  .map((rows) => rows.map(([conditions, outcome], n) => ({ id: `e${n + 1}`, conditions, outcome })));

/** A moment in the first so many days, now and then on the hour that ends a day or a window. */
const moment = (days: number): Arb<number> =>
  fc.oneof(
    fc.integer({ min: 0, max: days * 24 }).map((h) => START * DAY + h * 3_600_000),
    fc.integer({ min: 0, max: days * DAY }).map((ms) => START * DAY + ms),
  );
const at = (ms: number): string => new Date(ms).toISOString();

const amounts = fc
  .tuple(
    fc.integer({ min: 0, max: 9000 }),
    maybe('tax', fc.constantFrom('1', '2.50'), 3),
    maybe('items', fc.constantFrom('3', '7.25'), 3),
  )
  .map(([order, ...rest]) => Object.assign({ order: (order / 100).toFixed(2) }, ...rest) as Record<string, string>);

const statusEvent = fc.tuple(
  fc.constantFrom('REVERSED', 'AMENDED', 'EXTENDED', 'OUTSIDE_TERMS'),
  fc.integer({ min: 1, max: 100 * 24 }),
  fc.integer({ min: 0, max: 5000 }),
);

const action = (family: PayoutFamily) =>
  fc.tuple(
    moment(40),
    fc.constantFrom(...EVENTS),
    amounts,
    family.attribution
      ? fc.option(fc.constantFrom(...PARTNERS), { nil: undefined, freq: 1 })
      : fc.constantFrom(...PARTNERS),
    maybe('geo', fc.constantFrom('US', 'DE', 'FR'), 1),
    family.reversals ? fc.array(statusEvent, { maxLength: 2 }) : fc.constant([]),
  );

/** An affiliate contract with its facts. */
export const payoutCase = (family: PayoutFamily): Arb<OracleInput> =>
  fc
    .tuple(
      header,
      rules(family),
      policy,
      locks,
      family.overrides ? fc.array(override, { maxLength: 3 }) : fc.constant([]),
      eligibility,
      fc.array(action(family), { maxLength: 10 }),
      family.attribution
        ? fc.array(fc.tuple(moment(40), fc.constantFrom('CLICK', 'VIEW'), fc.constantFrom(...PARTNERS)), {
            maxLength: 12,
          })
        : fc.constant([]),
      fc.nat({ max: 4 }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 45 }), rules(family), locks, eligibility), {
        maxLength: family.amendments ?? 0,
      }),
    )
    .map(([head, payoutRules, attribution, lockRules, overrides, eligible, rows, touches, month, amendments]) => {
      const version = {
        id: 'v1',
        contractId: 'c1',
        number: 'AFF-1',
        sequence: 1,
        direction: 'PAYABLE',
        effectiveFrom: isoOf(START - 2),
        effectiveTo: isoOf(START + 365),
        recordedAt: '2025-12-01T00:00:00Z',
        ...head,
        billingCycle: undefined,
        payoutRules,
        attribution,
        locks: lockRules,
        overrides: overrides.map((o, n) => ({ id: `o${n + 1}`, ...o })),
        eligibility: eligible,
      } as unknown as ContractVersion;
      const actions = rows.map(([ms, eventType, money, partnerId, geo, events], n) => ({
        id: `a${n + 1}`,
        eventType,
        amounts: money,
        occurredAt: at(ms),
        actorId: 'u1',
        ...(partnerId === undefined ? {} : { partnerId }),
        ...('geo' in geo ? { dimensions: geo as Record<string, string> } : {}),
        ...(events.length === 0
          ? {}
          : {
              statusEvents: events.map(([status, hours, cents]) => ({
                status,
                at: at(ms + hours * 3_600_000),
                ...(status === 'AMENDED' ? { amounts: { order: (cents / 100).toFixed(2) } } : {}),
              })),
            }),
      }));
      const facts = {
        delivery: [],
        actions,
        touches: touches.map(([ms, touchType, partnerId], n) => ({
          id: `t${n + 1}`,
          actorId: 'u1',
          touchType,
          partnerId,
          at: at(ms),
        })),
      };
      const versions = [version];
      amendments.forEach(([day, changed, changedLocks, changedEligibility], n) => {
        versions.push({
          ...version,
          id: `v${n + 2}`,
          kind: 'AMENDMENT',
          sequence: n + 2,
          effectiveFrom: isoOf(START + day),
          payoutRules: changed,
          locks: changedLocks,
          eligibility: changedEligibility,
        } as unknown as ContractVersion);
      });
      return { versions, facts, period: `2026-0${month + 1}` } as OracleInput;
    });
