import { describe, expect, it } from 'vitest';
import { lineTotal } from './lineTotal.ts';

const line = { status: 'NORMAL', quantity: '4', rateType: 'SPOT', rate: '2800.00', priceModel: null };

describe('lineTotal', () => {
  it('[GRID-60] is quantity × rate for spots, rounded once to the minor unit', () => {
    expect(lineTotal(line, 'USD')).toEqual({ amount: '11200.00', currency: 'USD' });
    expect(lineTotal({ ...line, quantity: '3', rate: '0.335' }, 'USD')?.amount).toBe('1.01');
    expect(lineTotal({ ...line, priceModel: 'UNIT' }, 'JPY')?.amount).toBe('11200');
  });

  it('[GRID-61] is empty where the price needs facts, a figure is missing, or the line carries no money', () => {
    expect(lineTotal({ ...line, rateType: 'CPM' }, 'USD')).toBeNull();
    expect(lineTotal({ ...line, priceModel: 'GRADUATED' }, 'USD')).toBeNull();
    expect(lineTotal({ ...line, rate: null }, 'USD')).toBeNull();
    expect(lineTotal({ ...line, quantity: 'four' }, 'USD')).toBeNull();
    expect(lineTotal({ ...line, status: 'PRE_EMPTED' }, 'USD')).toBeNull();
    expect(lineTotal(line, 'XYZ')).toBeNull();
  });
});
