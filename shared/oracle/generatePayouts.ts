/**
 * Test-only. Affiliate contracts with touches, actions and their later changes, from a seed.
 * Must not: know an expected amount.
 */
import type { ContractVersion } from '@countersign/shared/model';
import fc from 'fast-check';
import { isoOf } from './days.ts';
import { type Arb, header, maybe, START } from './generateBasics.ts';
import {
  EVENTS,
  eligibility,
  locks,
  override,
  PARTNERS,
  type PayoutFamily,
  policy,
  rules,
} from './generatePayoutTerms.ts';
import type { OracleInput } from './world.ts';

const DAY = 86_400_000;

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
      ? fc.option(fc.constantFrom(...PARTNERS), { nil: undefined, freq: 2 })
      : fc.constantFrom(...PARTNERS),
    maybe('geo', fc.constantFrom('US', 'DE', 'FR'), 1),
    family.reversals ? fc.array(statusEvent, { maxLength: 2 }) : fc.constant([]),
  );

/** How long before an action a touch lies: often as long as a window is, now and then after the action. */
const lag = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 4 * DAY }) },
  { weight: 3, arbitrary: fc.constantFrom(0, 1, 1.5 / 24, 2, 3, 5, 7, 30).map((days) => days * DAY) },
  { weight: 1, arbitrary: fc.constantFrom(1, 3, 7).map((days) => days * DAY + 1) },
  { weight: 1, arbitrary: fc.integer({ min: -DAY, max: 30 * DAY }) },
);
/** Touches before the actions they may earn; `of` names an action by its place. */
const touchesOf = fc.array(
  fc.record({
    of: fc.nat({ max: 9 }),
    lag,
    touchType: fc.constantFrom('CLICK', 'VIEW'),
    partnerId: fc.constantFrom(...PARTNERS),
  }),
  { minLength: 3, maxLength: 12 },
);
const monthOf = fc.oneof(
  { weight: 5, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.constant(1) },
  { weight: 2, arbitrary: fc.nat({ max: 4 }) },
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
      fc.array(action(family), { minLength: 2, maxLength: 10 }),
      family.attribution ? touchesOf : fc.constant([]),
      monthOf,
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
        touches: touches.map(({ of, lag, ...touch }, n) => ({
          id: `t${n + 1}`,
          actorId: 'u1',
          ...touch,
          at: at((rows[of % rows.length]?.[0] ?? 0) - lag),
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
