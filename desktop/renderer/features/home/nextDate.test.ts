import { describe, expect, it } from 'vitest';
import { type Dated, nextDate } from './nextDate.ts';

const MONTHLY = { cycle: 'MONTHLY', calendar: 'CALENDAR', anchor: '2016-10-03' } as const;
const dated = (
  figures: Partial<NonNullable<Dated['figures']>> = {},
  version: Partial<Dated['version']> = {},
): Dated => ({
  version: { state: 'EXECUTED', effectiveFrom: '2016-10-03', documentKind: 'CONTRACT', ...version },
  figures: { starts: '2016-10-03', ends: null, lastDay: null, billing: null, ...figures },
  governs: true,
});
const said = (of: Dated, today = '2016-11-08') => {
  const { date, words } = nextDate(of, today);
  return date === null ? words : `${date} ${words}`;
};
const CARD = { documentKind: 'RATE_CARD' } as const;

describe('nextDate', () => {
  it('[SCR-64] says the nearest date to come and what it means', () => {
    expect(said(dated({ starts: '2016-11-21' }))).toBe('2016-11-21 starts');
    expect(said(dated({ ends: '2016-12-31', lastDay: '2016-11-20' }))).toBe('2016-11-20 flight ends');
    expect(said(dated({ ends: '2016-11-08' }, CARD))).toBe('2016-11-08 ends today');
    expect(said(dated({ lastDay: '2016-11-20' }, CARD))).toBe('2016-11-20 rates end');
    // A term and the flight that end together are one end.
    expect(said(dated({ ends: '2016-11-20', lastDay: '2016-11-20' }))).toBe('2016-11-20 ends');
  });

  it('[SCR-64] says when the period closes that is open, or that holds the last day, by the calendar and cycle of the contract', () => {
    const billed = (billing: object, more: object = {}) =>
      said(dated({ billing: { ...MONTHLY, ...billing }, ...more }));
    expect(billed({})).toBe('2016-11-30 month closes');
    expect(billed({ calendar: 'BROADCAST' })).toBe('2016-11-27 month closes');
    expect(billed({ calendar: 'BROADCAST' }, { lastDay: '2016-11-02' })).toBe('2016-11-27 month closes');
    expect(billed({ cycle: 'WEEKLY' })).toBe('2016-11-13 week closes');
    expect(billed({ cycle: 'QUARTERLY' })).toBe('2016-12-31 quarter closes');
    expect(billed({ cycle: 'END_OF_CAMPAIGN' }, { ends: '2016-11-04' })).toBe('2016-11-30 bill closes');
    expect(billed({ cycle: 'END_OF_CAMPAIGN' }, { lastDay: '2016-11-20' })).toBe('2016-11-20 flight ends');
    expect(said({ ...dated({ billing: MONTHLY }, { state: 'DRAFT' }), governs: false })).toBe(
      '2016-10-03 start passed',
    );
  });

  it('[SCR-64] without a date to come says the latest that passed as past; without a start says so; what is over says nothing', () => {
    expect(said(dated({ ends: '2016-10-31', lastDay: '2016-10-30', billing: MONTHLY }))).toBe('2016-10-31 ended');
    expect(said(dated({ lastDay: '2016-10-30' }))).toBe('2016-10-30 flight ended');
    expect(said(dated({ lastDay: '2016-10-30' }, CARD))).toBe('2016-10-30 rates ended');
    expect(said(dated())).toBe('2016-10-03 started');
    expect(said(dated({ starts: null }, { effectiveFrom: null, state: 'DRAFT' }))).toBe('no start date yet');
    expect(said(dated({ starts: '2016-12-01' }, { state: 'SUPERSEDED' }))).toBe('');
    // The figures are on their way: the list knows the start of a frozen version.
    expect(said({ ...dated({}, { effectiveFrom: '2016-12-01' }), figures: null })).toBe('2016-12-01 starts');
  });
});
