/** What a line owes that was promised a quantity: credits at the end of its flight, and consent to a bonus. */
import type { ContractVersion, Line, Price } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { bill, contract, delivered, line } from './testKit/contract.ts';

const UNIT: Price = { type: 'UNIT', rate: '1' };
const promised = (change: Partial<Line> = {}, price: Price = UNIT): Line =>
  line(price, {
    rateType: 'CPC',
    billingSource: 'CONTRACTED',
    contractedQuantity: '1000',
    guaranteed: true,
    flight: { from: '2026-01-10', to: '2026-02-20' },
    ...change,
  });
type Rows = Readonly<Record<string, string>>;
/** Credits and warnings of one month. */
const owed = (of: Line, quantities: Rows, period = '2026-02', change: Partial<ContractVersion> = {}): string[] => {
  const delivery = Object.entries(quantities).map(([day, quantity]) => delivered(quantity, day));
  const { lines, warnings } = bill(contract({ lines: [of], ...change }), { delivery, period });
  const credits = lines.filter(({ key }) => key.endsWith('#credit')).map((l) => `${l.quantity} ${l.gross}`);
  return [...credits, ...warnings.map((w) => w.code).filter((code) => code !== 'NOT_GOVERNED')];
};
const CREDITED = ['-400 -400.00', 'UNDER_DELIVERY'];

describe('a guaranteed line that fell short', () => {
  const short = { '2026-01-15': '250', '2026-02-05': '350' };

  it('[BILL-21] is credited once, in the period its flight ends', () => {
    expect(['2026-01', '2026-02', '2026-03'].map((period) => owed(promised(), short, period))).toEqual([
      [],
      CREDITED,
      [],
    ]);
    const toTheEnd = promised({ flight: { from: '2026-01-10', to: '2026-03-01' } });
    expect(owed(toTheEnd, short)).toEqual(CREDITED);
    expect(owed(promised({ flight: { from: '2026-01-10', to: null } }), short, '2026-02')).toEqual([]);
    expect(owed(promised({ guaranteed: false }), short)).toEqual([]);
  });

  it('[BILL-21] is owed nothing that came after its flight, and nothing where no count was reported', () => {
    expect(owed(promised(), { ...short, '2026-02-20': '400' })).toEqual(CREDITED);
    expect(owed(promised(), { ...short, '2026-02-19': '400' })).toEqual([]);
    expect(owed(promised(), {})).toEqual([]);
  });

  it('[BILL-21] makegoods agreed for it are taken off, down to nothing', () => {
    const made = (...quantities: string[]) => ({
      makegoods: quantities.map((quantity, i) => ({
        id: `m${i}`,
        lineId: 'l1',
        shortfallRef: 'l1',
        quantity,
        from: '2026-02-01',
      })),
    });
    expect(owed(promised(), short, '2026-02', made('100'))).toEqual(['-300 -300.00', 'UNDER_DELIVERY']);
    expect(owed(promised(), short, '2026-02', made('100', '300'))).toEqual([]);
    expect(owed(promised(), short, '2026-02', made('500'))).toEqual([]);
  });

  it('[BILL-21] of a sum only what depends on units is credited', () => {
    const sum: Price = { type: 'COMBINE', op: 'SUM', of: [UNIT, { type: 'FLAT', amount: '70' }] };
    expect(owed(promised({}, sum), short)).toEqual(CREDITED);
  });

  it.each(['FLAT', 'CPD'] as const)('[BILL-21] a line of %s promises no units', (rateType) => {
    const of = promised({ rateType, contractedQuantity: '41' });
    expect(owed(of, short)).toEqual([]);
    expect(
      bill(contract({ lines: [of] }), { period: '2026-02', delivery: [delivered('1', '2026-01-15')] }).warnings,
    ).toEqual([]);
  });
});

describe('a bonus', () => {
  it('[BILL-22] asks consent in the period that passes the percentage, not before', () => {
    const of = promised({ overDeliveryPercent: '10', guaranteed: false });
    const consent = (quantities: Rows) => ['2026-01', '2026-02'].map((period) => owed(of, quantities, period));
    expect(consent({ '2026-01-15': '900', '2026-02-05': '200' })).toEqual([[], []]);
    expect(consent({ '2026-01-15': '900', '2026-02-05': '201' })).toEqual([[], ['OVER_DELIVERY_CONSENT']]);
    expect(consent({ '2026-01-15': '1101' })).toEqual([['OVER_DELIVERY_CONSENT'], ['OVER_DELIVERY_CONSENT']]);
  });
});
