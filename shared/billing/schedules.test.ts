import { describe, expect, it } from 'vitest';
import { bill, contract, cpm, delivered } from './testKit/contract.ts';

describe('schedules', () => {
  it('[BILL-16] straight-line, prepaid and end-of-campaign schedules sum to the contract', () => {
    const of = (schedule: 'STRAIGHTLINE' | 'PREPAID' | 'END_OF_CAMPAIGN') =>
      ['2026-01', '2026-02', '2026-03'].map(
        (period) =>
          bill(
            contract({
              lines: [
                cpm('10', {
                  contractedQuantity: '1000000',
                  billingSource: 'CONTRACTED',
                  schedule,
                  flight: { from: '2026-01-10', to: '2026-03-20' },
                }),
              ],
            }),
            { period },
          ).totals.total,
      );
    expect(of('STRAIGHTLINE')).toEqual(['3333.33', '3333.34', '3333.33']);
    expect(of('PREPAID')).toEqual(['10000.00', '0.00', '0.00']);
    expect(of('END_OF_CAMPAIGN')).toEqual(['0.00', '0.00', '10000.00']);
  });

  it('[BILL-22] a line ends at an agreed quantity', () => {
    const version = contract({
      lines: [cpm('10')],
      triggers: [{ id: 't', applies: 'END', lineId: 'l1', on: 'ON_QUANTITY', quantity: '150000' }],
    });
    const delivery = [delivered('100000', '2026-01-05'), delivered('100000', '2026-02-05')];
    expect(bill(version, { delivery, period: '2026-02' }).totals.total).toBe('500.00');
  });

  it('[BILL-3] a broadcast spot after midnight belongs to the day and month before', () => {
    const version = contract({
      billingCalendar: 'BROADCAST',
      lines: [{ id: 'l1', rateType: 'SPOT', price: { type: 'UNIT', rate: '400' } }],
    });
    const spot = { lineId: 'l1', quantity: '1', at: '2026-01-26T05:32:00Z' };
    expect(bill(version, { delivery: [spot] }).totals.total).toBe('400.00');
    expect(bill(version, { delivery: [spot], period: '2026-02' }).totals.total).toBe('0.00');
  });
});

describe('ends that are not dates', () => {
  it('[BILL-14] an end by amount is a cap over the term', () => {
    const version = contract({
      lines: [cpm('1', { rateType: 'CPC' })],
      triggers: [{ id: 't', applies: 'END', on: 'ON_AMOUNT', amount: '100' }],
    });
    const delivery = [delivered('70', '2026-01-05'), delivered('50', '2026-02-05')];
    expect(bill(version, { delivery, period: '2026-02' }).totals.total).toBe('30.00');
  });

  it('[BILL-33] END_OF_CAMPAIGN bills once, in the period of the last day', () => {
    const version = contract({ effectiveTo: '2026-03-15', billingCycle: 'END_OF_CAMPAIGN', lines: [cpm('2.50')] });
    const delivery = [delivered('15015', '2026-01-05'), delivered('15015', '2026-03-05')];
    const january = bill(version, { delivery });
    expect([january.totals.total, january.notBilled[0]?.key]).toEqual(['0.00', 'billingCycle']);
    expect(bill(version, { delivery, period: '2026-03' }).totals.total).toBe('75.08');
    expect(bill(version, { delivery, period: '2026-04' }).totals.total).toBe('0.00');
  });

  it('[BILL-33] a WEEKLY contract bills weeks from Monday', () => {
    const version = contract({ billingCycle: 'WEEKLY', lines: [cpm('10')] });
    const delivery = [
      delivered('1000', '2026-01-11'),
      delivered('1000', '2026-01-12'),
      delivered('1000', '2026-01-18'),
    ];
    const week = bill(version, { delivery, period: '2026-01-12' });
    expect([week.period.from, week.period.to, week.totals.total]).toEqual(['2026-01-12', '2026-01-19', '20.00']);
  });
});
