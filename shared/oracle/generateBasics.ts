/**
 * Test-only. The smallest generated parts: decimals, optional members, the head of a contract, days.
 * Must not: know a price or a fact.
 */
import type { ContractVersion } from '@countersign/shared/model';
import fc from 'fast-check';
import { isoOf } from './days.ts';

export type Arb<T> = fc.Arbitrary<T>;

export const decimal = (max: number, digits: number): Arb<string> =>
  fc.integer({ min: 0, max }).map((n) => {
    const text = String(n).padStart(digits + 1, '0');
    return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  });
export const rate: Arb<string> = fc.oneof(decimal(4000, 2), decimal(99999, 4), decimal(30, 0));
export const money: Arb<string> = decimal(90_000, 0);
export const percent: Arb<string> = fc.oneof(decimal(40, 0), decimal(9999, 2).map(String));

/** Leaves a member out in `absent` of `absent` + 1 cases, and shrinks to leaving it out. */
export function maybe<K extends string, T>(key: K, arb: Arb<T>, absent = 3): Arb<{ [P in K]?: T }> {
  const out: Arb<{ [P in K]?: T }> = fc.constant({});
  const held = arb.map((value) => ({ [key]: value }) as { [P in K]?: T });
  return fc.oneof({ withCrossShrink: true }, { weight: absent, arbitrary: out }, { weight: 1, arbitrary: held });
}

/** Bounds from steps: each the sum of the steps so far. */
export const rising = (steps: readonly number[]): string[] =>
  steps.map((_, i) => String(steps.slice(0, i + 1).reduce((a, n) => a + n, 0)));
const ZONES = [
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'Asia/Tokyo',
  'Australia/Lord_Howe',
  'America/Havana',
  'Africa/Cairo',
  'Asia/Kathmandu',
  'America/Santiago',
];
const MODES = ['HALF_UP', 'HALF_EVEN', 'HALF_DOWN', 'UP', 'DOWN', 'CEILING', 'FLOOR'] as const;
export const START = Date.UTC(2026, 0, 1) / 86_400_000;

export const header: Arb<Partial<ContractVersion>> = fc
  .tuple(
    fc.constantFrom('USD', 'USD', 'JPY', 'BHD'),
    fc.constantFrom(...ZONES),
    maybe('billingCalendar', fc.constantFrom('CALENDAR' as const, 'BROADCAST' as const)),
    maybe('billingCycle', fc.constant('WEEKLY' as const), 6),
    maybe('roundingMode', fc.constantFrom(...MODES)),
    maybe(
      'billingAnchor',
      fc.integer({ min: -40, max: 70 }).map((n) => isoOf(START + n)),
    ),
  )
  .map(([currency, timeZone, calendar, cycle, mode, anchor]) => ({
    currency,
    timeZone,
    ...calendar,
    ...cycle,
    ...mode,
    ...anchor,
  }));
