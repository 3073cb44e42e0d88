/** What a line bills that was contracted: flat amounts, ordered dates and tiers with flats, and the words about them. */
import type { Line, Price } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { bill, contract, line } from './testKit/contract.ts';

const contracted = (price: Price, change: Partial<Line> = {}): Line =>
  line(price, {
    rateType: 'CPC',
    billingSource: 'CONTRACTED',
    flight: { from: '2026-01-01', to: '2026-03-01' },
    ...change,
  });
const months = (of: Line, ...periods: string[]) =>
  periods.map((period) =>
    bill(contract({ lines: [of] }), { period })
      .lines.map((l) => `${l.quantity} ${l.gross}`)
      .join(),
  );
const measured = (of: Line) => bill(contract({ lines: [of] })).lines[0]?.trace.children[0]?.text;

describe('contracted lines', () => {
  const ordered = [
    { date: '2026-01-05', quantity: '10' },
    { date: '2026-01-31', quantity: '20' },
    { date: '2026-02-01', quantity: '30' },
  ];

  it('[BILL-16] bill ordered units in the month of their date', () => {
    expect(months(contracted({ type: 'UNIT', rate: '2' }, { ordered }), '2026-01', '2026-02')).toEqual([
      '30 60.00',
      '30 60.00',
    ]);
  });

  it('[BILL-16] owe the flat of the first tier with the first order, once', () => {
    const tiers = [
      { upTo: '40', rate: '2', flat: '100' },
      { upTo: null, rate: '1' },
    ];
    expect(months(contracted({ type: 'GRADUATED', tiers }, { ordered }), '2026-01', '2026-02')).toEqual([
      '30 160.00',
      '30 40.00',
    ]);
  });

  it.each<[string, Price, Line['rateType']]>([
    ['price', { type: 'FLAT', amount: '5900' }, 'CPC'],
    ['price for each period', { type: 'FLAT', amount: '5900', proration: 'NONE' }, 'CPC'],
    ['price of a flat line', { type: 'FLAT', amount: '5900' }, 'FLAT'],
    ['rate of a flat line', { type: 'UNIT', rate: '5900' }, 'FLAT'],
  ])('[BILL-16] a flat %s falls due by the schedule, whatever the dates of the order', (_, price, rateType) => {
    const gross = (of: Line) => months(of, '2026-01', '2026-02').map((text) => text.split(' ')[1]);
    const change = { rateType, contractedQuantity: '1' };
    expect(gross(contracted(price, change))).toEqual(['3100.00', '2800.00']);
    expect(gross(contracted(price, { ...change, ordered: [{ date: '2026-01-05', quantity: '1' }] }))).toEqual([
      '3100.00',
      '2800.00',
    ]);
  });

  it('[BILL-18] a makegood names what it makes good, where the order says so; other lines never do', () => {
    const of = (change: Partial<Line>) =>
      measured(contracted({ type: 'UNIT', rate: '2' }, { ordered: ordered.slice(0, 1), ...change }));
    expect(of({ status: 'MAKEGOOD', makegoodFor: 'l0' })).toBe('10 clicks ordered, making good l0.');
    expect(of({ status: 'MAKEGOOD' })).toBe('10 clicks ordered.');
    expect(of({ makegoodFor: 'l0' })).toBe('10 clicks ordered.');
  });

  it('[BILL-29] what has no quantity or no end is listed with what is missing', () => {
    const why = (change: Partial<Line>) =>
      bill(contract({ effectiveTo: null, lines: [contracted({ type: 'UNIT', rate: '2' }, change)] })).notBilled.map(
        (n) => n.why,
      );
    const noQuantity = 'It bills what was contracted, and no contracted quantity is stated.';
    const noEnd = 'It bills what was contracted over its flight, and the flight has no end.';
    const open = { from: '2026-01-01', to: null };
    expect(why({})).toEqual([noQuantity]);
    expect(why({ rateType: 'CPD', flight: open })).toEqual([noQuantity]);
    expect(why({ rateType: 'CPD' })).toEqual([]);
    expect(why({ contractedQuantity: '10', flight: open })).toEqual([noEnd]);
    expect(why({ ordered, flight: open })).toEqual([]);
  });
});
