/** Which billing period a day belongs to, and which a cycle bills. Owns: reading the cycle of a contract. Must not: bill. */
import {
  type Calendar,
  type ContractVersion,
  type DayNumber,
  dayNumber,
  monthOf,
  type Period,
  periodLike,
  quarterPeriod,
  weekPeriod,
} from '@countersign/shared/model';
import type { Frozen } from './freeze.ts';
import type { FrozenVersion } from './frozenVersion.ts';
import { contractEnd, contractStart } from './govern.ts';

/** The period that bills a day under the cycle of these versions, END_OF_CAMPAIGN by its month. At least one version. */
export function billingPeriodOf(versions: readonly ContractVersion[], day: DayNumber): Period {
  const head = versions.at(-1);
  if (head === undefined) throw new RangeError('A billing period needs the versions of a contract.');
  const calendar = head.billingCalendar ?? 'CALENDAR';
  if (head.billingCycle === 'WEEKLY') return weekPeriod(day);
  if (head.billingCycle !== 'QUARTERLY') return monthOf(day, calendar);
  const begins = Math.min(...versions.map((version) => dayNumber(version.effectiveFrom)));
  return quarterPeriod(head.billingAnchor === undefined ? begins : dayNumber(head.billingAnchor), day, calendar);
}

/**
 * The period that a cycle bills. Under END_OF_CAMPAIGN the period that holds the last day bills everything since the start;
 * under QUARTERLY the last month of a quarter bills its three. Every other period bills nothing and says when.
 */
export function cyclePeriod(
  asked: Period,
  versions: readonly FrozenVersion[],
  head: ContractVersion,
  calendar: Calendar,
): { period: Period; waits: string | null } {
  if (head.billingCycle === 'QUARTERLY') {
    const quarter = quarterPeriod(quarterAnchor(head, versions), asked.from, calendar);
    if (asked.key === quarter.key) return { period: quarter, waits: null };
    return { period: asked, waits: `It is billed by quarter, with the period ${quarter.key}.` };
  }
  if (head.billingCycle !== 'END_OF_CAMPAIGN') return { period: asked, waits: null };
  const end = contractEnd(versions);
  if (end === null || end > asked.to || end <= asked.from)
    return { period: asked, waits: 'It is billed once, in the period that holds its last day.' };
  return { period: { ...asked, from: periodLike(asked, contractStart(versions), calendar).from }, waits: null };
}

/** The period of the contract's cycle that bills a day: END_OF_CAMPAIGN has but one. */
export function periodOfDay(frozen: Frozen, day: DayNumber): Period {
  const { period, calendar, head } = frozen;
  return head.billingCycle === 'END_OF_CAMPAIGN' ? period : periodLike(period, day, calendar);
}

/** A day of the month that quarters are counted from. */
function quarterAnchor(head: ContractVersion, versions: readonly FrozenVersion[]): DayNumber {
  return head.billingAnchor === undefined ? contractStart(versions) : dayNumber(head.billingAnchor);
}
