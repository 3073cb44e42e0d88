/** The billing periods of a contract that have something to show. Owns the choice; must not bill. */
import { billingPeriodOf } from '@countersign/shared/billing';
import {
  buildZoneTable,
  type ContractVersion,
  type DayNumber,
  dayNumber,
  instantMs,
  localDay,
  nextPeriod,
  type Period,
  timeOfDayMs,
} from '@countersign/shared/model';
import type { FactSet } from './factStore.ts';

/** A contracted flight without an end is shown for so many periods, not for ever. */
const MOST_PERIODS = 36;

/** [FACT-6] Period keys, ascending: where facts happened and where contracted lines fly; never empty. */
export function factPeriods(versions: readonly ContractVersion[], facts: FactSet): string[] {
  const head = versions.at(-1);
  if (head === undefined) return [];
  const calendar = head.billingCalendar ?? 'CALENDAR';
  const found = new Map<string, Period>();
  const add = (day: DayNumber): Period => {
    const period = billingPeriodOf(versions, day);
    found.set(period.key, period);
    return period;
  };
  for (const day of factDays(head, facts)) add(day);
  for (const line of versions.flatMap((version) => version.lines ?? [])) {
    if (line.billingSource !== 'CONTRACTED' || line.flight === undefined) continue;
    const end = line.flight.to;
    let period = add(dayNumber(line.flight.from));
    for (let i = 1; i < MOST_PERIODS && end != null && period.to < dayNumber(end); i += 1) {
      period = nextPeriod(period, calendar);
      found.set(period.key, period);
    }
  }
  if (found.size === 0) add(dayNumber(head.effectiveFrom));
  return [...found.values()].toSorted((a, b) => a.from - b.from).map(({ key }) => key);
}

function factDays(head: ContractVersion, facts: FactSet): Set<DayNumber> {
  const days = new Set<DayNumber>();
  const instants: number[] = [];
  for (const fact of facts.delivery) {
    if (fact.localDate !== undefined) days.add(dayNumber(fact.localDate));
    else if (fact.at !== undefined) instants.push(instantMs(fact.at));
  }
  for (const action of facts.actions) instants.push(instantMs(action.occurredAt));
  if (instants.length === 0) return days;
  const bounds = instants.reduce(([low, high], ms): [number, number] => [Math.min(low, ms), Math.max(high, ms)], [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as [number, number]);
  const table = buildZoneTable(head.timeZone, ...bounds);
  // A broadcast day begins at 06:00 unless the contract says otherwise (shared/billing reads it the same way).
  const startMs = head.billingCalendar === 'BROADCAST' ? timeOfDayMs(head.broadcastDayStart ?? '06:00') : 0;
  for (const ms of instants) days.add(localDay(table, ms, startMs));
  return days;
}
