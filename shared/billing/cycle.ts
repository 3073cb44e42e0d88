/** Which billing period a day belongs to. Owns: reading the cycle of a contract. Must not: bill. */
import {
  type ContractVersion,
  type DayNumber,
  dayNumber,
  monthOf,
  type Period,
  quarterPeriod,
  weekPeriod,
} from '@countersign/shared/model';

/** The period that bills a day under the cycle of these versions, END_OF_CAMPAIGN by its month. At least one version. */
export function billingPeriodOf(versions: readonly ContractVersion[], day: DayNumber): Period {
  const head = versions.at(-1);
  if (head === undefined) throw new RangeError('A billing period needs the versions of a contract.');
  const calendar = head.billingCalendar ?? 'CALENDAR';
  if (head.billingCycle === 'WEEKLY') return weekPeriod(day);
  if (head.billingCycle !== 'QUARTERLY') return monthOf(day, calendar);
  const begins = versions.map((version) => version.effectiveFrom).sort()[0] ?? head.effectiveFrom;
  return quarterPeriod(dayNumber(head.billingAnchor ?? begins), day, calendar);
}
