import { describe, expect, it } from 'vitest';
import { reckonLine } from './whyThisNumber.ts';

const cells: Record<string, Record<string, Record<string, string>>> = {
  lines: { l1: { quantity: '1', rate: '4000.00', rateType: 'SPOT', clause: '7' } },
  adjustments: { a1: { kind: 'COMMISSION', percent: '15', label: 'Agency commission' } },
};
const source = (adjustments = cells.adjustments) => ({
  rowIds: (sheet: string) => Object.keys((sheet === 'adjustments' ? adjustments : cells[sheet]) ?? {}),
  value: (sheet: string, rowId: string, field: string) =>
    (sheet === 'adjustments' ? adjustments : cells[sheet])?.[rowId]?.[field] ?? null,
});

describe('why this number', () => {
  it('[UI-40] one spot at 4,000.00 with 15% commission adds 3,400.00 to net', () => {
    const reckoning = reckonLine(source(), 'l1', 'USD');
    expect(reckoning?.gross).toEqual({ amount: '4000.00', currency: 'USD' });
    expect(reckoning?.commissions).toEqual([{ label: 'Agency commission', percent: '15', amount: '-600.00' }]);
    expect(reckoning?.net).toEqual({ amount: '3400.00', currency: 'USD' });
    expect(reckoning?.clause).toBe('7');
  });

  it('[UI-41] leaves a line under a discount to the preview', () => {
    expect(reckonLine(source({ d: { kind: 'DISCOUNT', percent: '5' } }), 'l1', 'USD')).toBeNull();
  });
});
