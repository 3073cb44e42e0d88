// The dates a reader of the log chooses: a few common ones, or days of one's own. Owns turning them into instants. Pure.

export const DATE_FILTERS = ['any', 'today', 'week', 'month', 'days'] as const;
export type DateFilter = (typeof DATE_FILTERS)[number];
export const DATE_WORDS: Readonly<Record<DateFilter, string>> = {
  any: 'Any time',
  today: 'Today',
  week: 'Last 7 days',
  month: 'Last 30 days',
  days: 'From day to day',
};

/** First and last day as ISO local dates of this computer; empty is open. */
export interface Days {
  readonly from: string;
  readonly to: string;
}
export const ALL_DAYS: Days = { from: '', to: '' };

/** ISO instants: the first that counts, and the one after the last; null is open. */
export interface Period {
  readonly from: string | null;
  readonly to: string | null;
}

const DAY_MS = 86_400_000;
const BACK = { week: 7, month: 30 } as const;

/** Midnight on this computer as a day begins, `after` days later: a change of summer time makes no day longer here. */
function midnight(day: string, after: number): string | null {
  const [year = 0, month = 0, date = 0] = day.split('-').map((part) => Number.parseInt(part, 10));
  const at = new Date(year, month - 1, date + after);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

/** What a choice means. @param now this computer's clock, in milliseconds. */
export function periodOf(filter: DateFilter, days: Days, now: number): Period {
  switch (filter) {
    case 'any':
      return { from: null, to: null };
    case 'today':
      return { from: new Date(new Date(now).setHours(0, 0, 0, 0)).toISOString(), to: null };
    case 'days':
      return {
        from: days.from === '' ? null : midnight(days.from, 0),
        to: days.to === '' ? null : midnight(days.to, 1),
      };
    default:
      return { from: new Date(now - BACK[filter] * DAY_MS).toISOString(), to: null };
  }
}

/** Whether the last day lies before the first: nothing can fit then. */
export const endsBeforeItStarts = ({ from, to }: Days): boolean => from !== '' && to !== '' && to < from;
