/**
 * Test-only. The same case as it was known earlier: every fact and amendment told some days after it happened.
 * Must not: change what was told.
 */
import type { ActionFact, ContractVersion } from '@countersign/shared/model';
import { isoOf, periodOf } from './days.ts';
import type { OracleInput } from './world.ts';

const DAY = 86_400_000;
/** Days from a happening to its report: most at once, some weeks late. */
const LAGS = [0, 1, 0, 9, 2, 0, 33, 1, 17, 0, 64];
const lagOf = (place: number): number => LAGS[place % LAGS.length] ?? 0;
const after = (at: string, place: number): string => new Date(Date.parse(at) + lagOf(place) * DAY).toISOString();

/** An amendment is often recorded after its first day. */
const told = (version: ContractVersion, place: number): ContractVersion =>
  place === 0 ? version : { ...version, recordedAt: after(`${version.effectiveFrom}T12:00:00Z`, place + 2) };

const toldAction = (action: ActionFact, place: number): ActionFact => ({
  ...action,
  recordedAt: after(action.occurredAt, place),
  ...(action.statusEvents === undefined
    ? {}
    : { statusEvents: action.statusEvents.map((event, n) => ({ ...event, recordedAt: after(event.at, place + n) })) }),
});

/** The case as known so many days after its period began. */
export function asKnown(input: OracleInput, days: number): OracleInput {
  const { delivery, touches, actions } = input.facts;
  const [any] = input.versions;
  const calendar = { broadcast: any?.billingCalendar === 'BROADCAST', weekly: false };
  const month = /^\d{4}-\d{2}$/.test(input.period);
  const begins = month
    ? periodOf(Date.parse(`${input.period}-15T00:00:00Z`) / DAY, calendar).from
    : Date.parse(`${input.period}T00:00:00Z`) / DAY;
  return {
    ...input,
    asOf: `${isoOf(begins + days)}T18:00:00.000Z`,
    versions: input.versions.map(told),
    facts: {
      delivery: delivery.map((fact, n) => ({
        ...fact,
        recordedAt: after(fact.at ?? `${fact.localDate}T12:00:00Z`, n),
      })),
      touches: touches.map((touch, n) => ({ ...touch, recordedAt: after(touch.at, n) })),
      actions: actions.map(toldAction),
    },
  };
}
