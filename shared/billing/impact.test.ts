import { type DeliveryFact, dayNumber } from '@countersign/shared/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { impact } from './impact.ts';
import { preview, previewJson } from './preview.ts';
import { contract, cpm, delivered, line } from './testKit/contract.ts';

describe('the impact of an amendment', () => {
  it('[BILL-12] calls a line as the draft does, one that the draft drops as it was called, and one without a label by its id', () => {
    const base = [
      contract({ lines: [cpm('20', { label: 'Old' }), cpm('5', { id: 'l2', label: 'Gone' }), cpm('1', { id: 'l3' })] }),
    ];
    const draft = contract({
      id: 'draft',
      sequence: 2,
      recordedAt: undefined,
      lines: [cpm('18', { label: 'New' }), cpm('2', { id: 'l3' }), cpm('7', { id: 'l4', label: 'Added' })],
    });
    const delivery = ['l1', 'l2', 'l3', 'l4'].map((lineId) => delivered('1000', '2026-01-10', { lineId }));
    const { lines } = impact({ base, draft, facts: { delivery, touches: [], actions: [] }, periods: ['2026-01'] });
    expect(lines.map(({ lineId, label, delta }) => `${lineId} ${label} ${delta}`)).toEqual([
      'l1 New -2.00',
      'l2 Gone -5.00',
      'l3 l3 1.00',
      'l4 Added 7.00',
    ]);
  });

  it('[BILL-12] lists re-rated differences by line and period, and which periods were issued', () => {
    const base = [contract({ lines: [cpm('20'), cpm('5', { id: 'l2', label: 'Audio' })] })];
    const draft = contract({
      id: 'draft',
      sequence: 2,
      kind: 'AMENDMENT',
      effectiveFrom: '2026-01-16',
      recordedAt: undefined,
      lines: [cpm('18'), cpm('5', { id: 'l2', label: 'Audio' })],
    });
    const delivery = [
      delivered('480000', '2026-01-10'),
      delivered('520000', '2026-01-20'),
      delivered('100000', '2026-02-02'),
      delivered('1000', '2026-01-20', { lineId: 'l2' }),
    ];
    const result = impact({
      base,
      draft,
      facts: { delivery, touches: [], actions: [] },
      periods: ['2026-01', '2026-02'],
      posted: [{ period: '2026-01', lineKey: 'gross:l1', amount: '20000.00' }],
    });
    expect(result.periods).toEqual([
      { period: '2026-01', before: '20005.00', after: '18965.00', delta: '-1040.00', issued: true },
      { period: '2026-02', before: '2000.00', after: '1800.00', delta: '-200.00', issued: false },
    ]);
    expect(result.lines.map((l) => [l.period, l.lineId, l.delta])).toEqual([
      ['2026-01', 'l1', '-1040.00'],
      ['2026-02', 'l1', '-200.00'],
    ]);
    expect(result.totalDelta).toBe('-1240.00');
  });

  it('[BILL-31] warns of an all-units table that falls at a bound, before anyone delivers', () => {
    const tiers = [
      { upTo: '1000', rate: '20' },
      { upTo: null, rate: '15' },
    ];
    const result = impact({
      base: [],
      draft: contract({ lines: [line({ type: 'VOLUME', tiers })] }),
      facts: { delivery: [], touches: [], actions: [] },
      periods: ['2025-12', '2026-01'],
    });
    expect(result.warnings.map((w) => w.code)).toContain('TIER_CLIFF');
    expect(result.periods[0]).toMatchObject({ before: '0.00', after: '0.00' });
  });

  it('[BILL-31] warns of each such line once, by its label or id', () => {
    const tiers = [
      { upTo: '1000', rate: '20' },
      { upTo: null, rate: '15' },
    ];
    const lines = [{ label: 'Banner' }, { id: 'l2' }].map((change) => line({ type: 'VOLUME', tiers }, change));
    const { warnings } = impact({
      base: [],
      draft: contract({ lines }),
      facts: { delivery: [], touches: [], actions: [] },
      periods: [],
    });
    const text = (name: string) => `${name}: its all-units tiers charge less in total right after a bound than at it.`;
    expect(warnings.map((w) => w.text)).toEqual([text('Banner'), text('l2')]);
  });

  it('[BILL-33] compares weeks, from the one in which a draft begins', () => {
    const draft = contract({ billingCycle: 'WEEKLY', effectiveFrom: '2026-01-12', lines: [cpm('10')] });
    const { periods } = impact({
      base: [],
      draft,
      facts: { delivery: [delivered('1000', '2026-01-14')], touches: [], actions: [] },
      periods: ['2025-12-29', '2026-01-12'],
    });
    expect(periods.map((p) => `${p.period} ${p.delta} ${p.issued}`)).toEqual([
      '2025-12-29 0.00 false',
      '2026-01-12 10.00 false',
    ]);
  });
});

describe('delivery as columns', () => {
  it('[BILL-2] gives the same bytes as the same rows one by one', () => {
    const row = fc.record({
      series: fc.nat({ max: 2 }),
      day: fc.integer({ min: 1, max: 31 }),
      quantity: fc.integer({ min: 0, max: 1_000_000_000 }),
    });
    const names = [
      { lineId: 'l1' },
      { lineId: 'l2', source: 'own', metric: 'IMPRESSIONS' },
      { lineId: 'l2', source: 'vendor' },
    ];
    const version = contract({ lines: [cpm('2.35'), cpm('9.99', { id: 'l2' })] });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
        const date = (day: number): string => `2026-01-${String(day).padStart(2, '0')}`;
        const columns = {
          names,
          series: Uint32Array.from(rows.map((r) => r.series)),
          days: Int32Array.from(rows.map((r) => dayNumber(date(r.day)))),
          quantities: Float64Array.from(rows.map((r) => r.quantity)),
        };
        const delivery = rows.map(
          (r, i): DeliveryFact => ({
            ...(names[r.series] as { lineId: string }),
            localDate: date(r.day),
            quantity: String(r.quantity),
            key: String(i),
          }),
        );
        const empty = { touches: [], actions: [] };
        const one = preview({ versions: [version], facts: { ...empty, delivery }, period: '2026-01' });
        const other = preview({ versions: [version], facts: { ...empty, delivery: [], columns }, period: '2026-01' });
        expect(previewJson(other)).toBe(previewJson(one));
      }),
    );
  });
});
