// The date of a contract that comes next, and what it means. Pure: `today` is given, and all days are local dates of the contract.
import { dayNumber, isoDate, monthOf, type Period, quarterPeriod, weekPeriod } from '@countersign/shared/model';
import type { ContractFigures, VersionSummary } from '@countersign/shared/protocol/api';

export interface NextDate {
  /** ISO local date; null where there is none to tell. */
  readonly date: string | null;
  /** What happens then: `starts`, `month closes`; past dates say that they are: `ended`. */
  readonly words: string;
  readonly isPast: boolean;
}

const NOTHING: NextDate = { date: null, words: '', isPast: false };
const OVER: ReadonlySet<string> = new Set(['SUPERSEDED', 'EXPIRED', 'TERMINATED', 'VOID']);
const CLOSES = { MONTHLY: 'month closes', WEEKLY: 'week closes', QUARTERLY: 'quarter closes' } as const;

export interface Dated {
  readonly version: Pick<VersionSummary, 'state' | 'effectiveFrom' | 'documentKind'>;
  /** null while they are on their way: the list knows only when a frozen version starts. */
  readonly figures: Pick<ContractFigures, 'starts' | 'ends' | 'lastDay' | 'billing'> | null;
  /** Whether the contract has a version in force, so that its periods are billed. */
  readonly governs: boolean;
}

/**
 * [SCR-64] The nearest of start, end, last day of flights or rates and close of the billing period that has not passed; without one the
 * latest that has, said as past. A period closes only while something governs, and only until the one that holds the last day.
 */
export function nextDate({ version, figures, governs }: Dated, today: string): NextDate {
  if (OVER.has(version.state)) return NOTHING;
  const starts = figures?.starts ?? version.effectiveFrom;
  if (starts === null) return { ...NOTHING, words: 'no start date yet' };
  if (starts > today) return { date: starts, words: 'starts', isPast: false };
  const { ends = null, lastDay = null } = figures ?? {};
  const what = version.documentKind === 'RATE_CARD' ? 'rates' : 'flight';
  const closes = governs && figures !== null ? closeOf(figures, today) : null;
  const coming = [
    { date: ends, words: 'ends' },
    { date: lastDay, words: what === 'rates' ? 'rates end' : 'flight ends' },
    ...(closes === null ? [] : [closes]),
  ].flatMap(({ date, words }) => (date !== null && date >= today ? [{ date, words }] : []));
  const [next] = coming.toSorted((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  if (next !== undefined)
    return { date: next.date, words: next.date === today ? `${next.words} today` : next.words, isPast: false };
  if (ends !== null) return { date: ends, words: 'ended', isPast: true };
  if (lastDay !== null) return { date: lastDay, words: `${what} ended`, isPast: true };
  return { date: starts, words: version.state === 'EXECUTED' ? 'started' : 'start passed', isPast: true };
}

/** The last day of the billing period that is open today, or that holds the last day; null when nothing is billed any more or yet. */
function closeOf(
  { billing, ends, lastDay }: Pick<ContractFigures, 'ends' | 'lastDay' | 'billing'>,
  today: string,
): { readonly date: string; readonly words: string } | null {
  if (billing === null) return null;
  const last = ends !== null && lastDay !== null ? (ends < lastDay ? ends : lastDay) : (ends ?? lastDay);
  // Billed once, in the month that holds the contract's own last day.
  if (billing.cycle === 'END_OF_CAMPAIGN')
    return ends === null ? null : { date: lastDayOf(monthOf(dayNumber(ends), billing.calendar)), words: 'bill closes' };
  const day = dayNumber(last === null || last > today ? today : last);
  return { date: lastDayOf(periodOf(billing, day)), words: CLOSES[billing.cycle] };
}

function periodOf({ cycle, calendar, anchor }: NonNullable<ContractFigures['billing']>, day: number): Period {
  if (cycle === 'WEEKLY') return weekPeriod(day);
  return cycle === 'QUARTERLY' ? quarterPeriod(dayNumber(anchor), day, calendar) : monthOf(day, calendar);
}

const lastDayOf = ({ to }: Period): string => isoDate(to - 1);
