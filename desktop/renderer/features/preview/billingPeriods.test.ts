import { type ContractVersion, dayNumber, isoDate, monthOf } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { billingPeriods, firstPeriod, periodByKey, periodLabel } from './billingPeriods.ts';

const version = (fields: Partial<ContractVersion>): ContractVersion => ({
  id: 'v-1',
  contractId: 'c-1',
  number: '1',
  currency: 'USD',
  timeZone: 'America/New_York',
  effectiveFrom: '2016-11-01',
  ...fields,
});

describe('billing periods', () => {
  it('[SCR-2] a broadcast month runs from a Monday through the last Sunday', () => {
    expect(periodByKey('2016-11', 'BROADCAST')).toEqual({
      key: '2016-11',
      label: 'November 2016, broadcast month',
      from: '2016-10-31',
      to: '2016-11-28',
    });
    expect(periodByKey('2016-13', 'CALENDAR')).toBeNull();
  });

  it('[SCR-2] every date lies inside the month that is offered for it', () => {
    for (let day = dayNumber('2015-12-01'); day < dayNumber('2018-02-01'); day += 1) {
      const month = periodByKey(monthOf(day, 'BROADCAST').key, 'BROADCAST');
      expect(month !== null && isoDate(day) >= month.from && isoDate(day) < month.to, isoDate(day)).toBe(true);
    }
  });

  it('[SCR-2] offers the months of the flights, newest first', () => {
    const lines = [{ id: '1', rateType: 'SPOT' as const, flight: { from: '2016-11-01', to: '2016-12-02' } }];
    const offered = billingPeriods([version({ billingCalendar: 'BROADCAST', lines })], [], '2026-01-01');
    expect(offered.map((p) => p.key)).toEqual(['2016-12', '2016-11']);
  });

  it('[SCR-2] offers at most 240 periods and keeps the newest', () => {
    const offered = billingPeriods([version({ effectiveFrom: '1990-01-01' })], [], '2026-01-15');
    expect(offered).toHaveLength(240);
    expect(offered[0]?.key).toBe('2026-01');
  });

  it('[SCR-2] a weekly cycle offers Mondays', () => {
    const weekly = version({ billingCycle: 'WEEKLY', effectiveFrom: '2016-11-02', effectiveTo: '2016-11-15' });
    expect(billingPeriods([weekly], [], '2026-01-01').map((p) => p.key)).toEqual([
      '2016-11-14',
      '2016-11-07',
      '2016-10-31',
    ]);
    expect(periodLabel('2016-11-07', 'CALENDAR')).toBe('Week of 2016-11-07');
  });

  it('[SCR-2] shows the newest period with facts first', () => {
    const periods = billingPeriods([version({ effectiveTo: '2017-03-01' })], ['2016-12'], '2026-01-01');
    expect(firstPeriod(periods, ['2016-12'], '2026-01-01')?.key).toBe('2016-12');
    expect(firstPeriod(periods, [], '2017-01-10')?.key).toBe('2017-01');
  });

  it('[SCR-2] offers periods that hold facts outside the flights', () => {
    const periods = billingPeriods([version({ effectiveTo: '2016-12-01' })], ['2017-02'], '2026-01-01');
    expect(periods[0]?.key).toBe('2017-02');
  });
});
