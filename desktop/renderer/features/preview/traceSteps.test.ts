import type { PreviewResult, TraceStep } from '@countersign/shared/billing';
import { describe, expect, it } from 'vitest';
import { numberedSteps, tracedAmount } from './traceSteps.ts';

const step = (kind: TraceStep['kind'], fields: Partial<TraceStep> = {}): TraceStep => ({
  kind,
  title: kind,
  text: '',
  children: [],
  ...fields,
});
const sources = { clauses: [], delivery: [], actions: [], posting: null };

const line = step('LINE', {
  amount: '75263.15',
  exact: '75263.145',
  children: [
    step('MEASURE', {
      facts: {
        count: 2,
        quantity: '5017543',
        from: '2016-09-01',
        to: '2016-09-15',
        source: null,
        metric: null,
        sample: ['f-2', 'f-1'],
      },
    }),
    step('RATE', { clauseId: '4.2', clauseText: 'All impressions…' }),
    step('TIER', {
      clauseId: '4.2',
      tiers: [
        { above: '0', upTo: '5000000', quantity: '0', rate: '18', flat: '0', exact: '0' },
        { above: '5000000', upTo: null, quantity: '5017543', rate: '15', flat: '0', exact: '75263.145' },
      ],
    }),
    step('PRICE', { exact: '75263.145' }),
    step('ROUND', { rounding: { mode: 'HALF_UP', minorDigits: 2, from: '75263.145', to: '75263.15' } }),
  ],
});

describe('trace steps', () => {
  it('[SCR-7] reads from the amount down: rounded, priced, tier, rate, measured', () => {
    const steps = numberedSteps(line, sources);
    expect(steps.map((s) => `${s.number} ${s.title}`)).toEqual([
      '1 LINE',
      '2 ROUND',
      '3 PRICE',
      '4 TIER',
      '5 RATE',
      '6 MEASURE',
    ]);
  });

  it('[SCR-7] shows the words of a clause once', () => {
    const steps = numberedSteps(line, {
      ...sources,
      clauses: [{ id: '4.2', key: '4.2', text: 'All impressions are charged at the tier reached.' }],
    });
    expect(steps.filter((s) => s.clause !== null)).toHaveLength(1);
    expect(steps.find((s) => s.title === 'RATE')?.clauseAbove).toBe('4.2');
  });

  it('[SCR-7] marks the tier that priced and leaves the others plain', () => {
    const tier = numberedSteps(line, sources).find((s) => s.title === 'TIER');
    expect(tier?.tiers.map((t) => t.on)).toEqual([false, true]);
  });

  it('[SCR-7] shows the whole tier table of the price around the tier that priced', () => {
    const price = {
      type: 'VOLUME' as const,
      tiers: [
        { upTo: '1000000', rate: '20' },
        { upTo: '5000000', rate: '18' },
        { upTo: null, rate: '15' },
      ],
    };
    const tier = numberedSteps(line, { ...sources, price }).find((s) => s.title === 'TIER');
    expect(tier?.tiers.map((t) => [t.rate, t.on])).toEqual([
      ['20', false],
      ['18', false],
      ['15', true],
    ]);
  });

  it('[SCR-7] lists fact rows by id, with date and quantity where this computer holds them', () => {
    const delivery = [
      { id: 'f-2', lineId: '8', localDate: '2016-09-09', quantity: '40784' },
      { id: 'f-1', lineId: '8', localDate: '2016-09-01', quantity: '4976759' },
      { id: 'f-3', lineId: '9', localDate: '2016-09-01', quantity: '1' },
    ];
    expect(
      numberedSteps(line, { ...sources, delivery })
        .at(-1)
        ?.facts?.rows.map((r) => r.id),
    ).toEqual(['f-1', 'f-2']);
    expect(
      numberedSteps(line, sources)
        .at(-1)
        ?.facts?.rows.map((r) => r.id),
    ).toEqual(['f-2', 'f-1']);
  });

  it('[SCR-7] begins with what is to be posted', () => {
    const posting = { lineKey: 'line:8', cumulative: '75263.15', posted: '70000.00', delta: '5263.15' };
    expect(numberedSteps(line, { ...sources, posting })[0]?.figures.map((f) => f.value)).toEqual([
      '75263.15',
      '70000.00',
      '5263.15',
    ]);
  });

  it('[SCR-7] a selection that the result does not hold has no trace', () => {
    const result = { lines: [], adjustments: [], posting: { entries: [], total: '0' } } as unknown as PreviewResult;
    expect(tracedAmount(result, { of: 'line', key: '8' })).toBeNull();
    expect(tracedAmount(result, { of: 'action', key: 'a/p' })).toBeNull();
  });
});
