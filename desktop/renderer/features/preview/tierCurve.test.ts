import { describe, expect, it } from 'vitest';
import { tierCurve } from './tierCurve.ts';

const tiers = [
  { upTo: '1000000', rate: '20.00' },
  { upTo: '5000000', rate: '18.00' },
  { upTo: null, rate: '15.00' },
];

describe('tier curve', () => {
  it('[SCR-9] a volume price falls where the cheaper tier begins', () => {
    const curve = tierCurve({ type: 'VOLUME', tiers }, 'CPM', '5017543');
    expect(curve?.cliffs.map(({ at, before, after, falls }) => ({ at, before, after, falls }))).toEqual([
      { at: '1000000.000000', before: '20000.00', after: '18000.02', falls: true },
      { at: '5000000.000000', before: '90000.00', after: '75000.02', falls: true },
    ]);
  });

  it('[SCR-9] a graduated price has corners and no cliffs', () => {
    const curve = tierCurve({ type: 'GRADUATED', tiers }, 'CPM', '6000000');
    expect(curve?.cliffs).toEqual([]);
    expect(curve?.segments.map((s) => s.to.y)).toEqual(['20000.000000', '92000.000000', '143000.000000']);
  });

  it('[SCR-9] a flat charged on entering a tier is a jump upwards', () => {
    const withFlat = [
      { upTo: '10', rate: '1' },
      { upTo: null, rate: '1', flat: '5' },
    ];
    const curve = tierCurve({ type: 'GRADUATED', tiers: withFlat }, 'CPC', '20');
    expect(curve?.cliffs).toMatchObject([{ before: '10.00', after: '16.00', falls: false }]);
  });

  it('[SCR-9] a price that is no function of units has no curve', () => {
    expect(tierCurve({ type: 'PERCENT', percent: '7' }, 'CPS', '10')).toBeNull();
    expect(tierCurve({ type: 'UNIT', rate: '2' }, 'SPOT', '0')).toBeNull();
  });
});
