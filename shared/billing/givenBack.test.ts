/** What corrections give back of caps, ends and guarantees falls to lines by what they bill; what falls due finds a line. */
import type { ContractVersion, DeliveryFact, Guarantee } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { bill, contract, cpm, delivered } from './testKit/contract.ts';

const two = (change: Partial<ContractVersion>): ContractVersion =>
  contract({ lines: ['l1', 'l2'].map((id) => cpm('1', { id, rateType: 'CPC' })), ...change });
const counted = (month: string, first: string, second: string): DeliveryFact[] =>
  [first, second].map((quantity, i) => delivered(quantity, `2026-${month}-10`, { lineId: `l${i + 1}` }));
/** "cap minimum" of each line, and the total. */
const of = (version: ContractVersion, delivery: readonly DeliveryFact[], period: string) => {
  const { lines, totals } = bill(version, { delivery, period });
  return [...lines.map(({ shares }) => `${shares.cap} ${shares.minimum}`), totals.total];
};

describe('an end by amount', () => {
  it('[BILL-34] that a correction falls below again gives back what it held', () => {
    const version = two({ triggers: [{ id: 't', applies: 'END', on: 'ON_AMOUNT', amount: '100' }] });
    const delivery = [...counted('01', '90', '30'), ...counted('02', '-30', '-10')];
    expect(of(version, delivery, '2026-01').at(-1)).toBe('100.00');
    expect(of(version, delivery, '2026-02')).toEqual(['15.00 0.00', '5.00 0.00', '-20.00']);
    expect(of(version, counted('02', '0', '0'), '2026-02').at(-1)).toBe('0.00');
  });
});

describe('a guarantee', () => {
  const guarantee = (change: Partial<Guarantee> = {}): Guarantee => ({
    id: 'g',
    offsets: 'DRAW',
    due: [{ date: '2026-01-05', amount: '100' }],
    ...change,
  });

  it('[BILL-35] recouped from earnings that are corrected later is given back line by line', () => {
    const delivery = [...counted('01', '30', '30'), ...counted('02', '-12', '-8')];
    const version = two({ guarantees: [guarantee()] });
    expect(of(version, delivery, '2026-01').at(-1)).toBe('100.00');
    expect(of(version, delivery, '2026-02')).toEqual(['12.00 0.00', '8.00 0.00', '0.00']);
  });

  it('[BILL-35] of a line out of flight falls due on the lines that are billed, and recoups nothing from them', () => {
    const lines = [
      cpm('1', { rateType: 'CPC' }),
      cpm('1', { id: 'l2', rateType: 'CPC', flight: { from: '2026-06-01', to: '2026-07-01' } }),
    ];
    const version = contract({ lines, guarantees: [guarantee({ lineIds: ['l2'] })] });
    expect(of(version, counted('01', '40', '0'), '2026-01')).toEqual(['0.00 100.00', '140.00']);
  });
});

describe('a minimum of a billing period', () => {
  it('[BILL-13] of a line that is out of flight is neither billed nor missed', () => {
    const lines = [cpm('1'), cpm('1', { id: 'l2', flight: { from: '2026-06-01', to: '2026-07-01' } })];
    const minimum = { id: 'm', scope: 'LINE', lineId: 'l2', kind: 'MINIMUM', amount: '50', basis: 'GROSS' } as const;
    const { adjustments, notBilled, totals } = bill(contract({ lines, commitments: [minimum] }));
    expect([adjustments, notBilled, totals.total]).toEqual([[], [], '0.00']);
  });
});
