import { buildZoneTable, frozenOffsets, type Price } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { offsetsOf } from './freeze.ts';
import { resultProblems } from './invariants.ts';
import { preview, previewJson } from './preview.ts';
import { bill, contract, cpm, delivered, line } from './testKit/contract.ts';

const gross = (result: ReturnType<typeof bill>) => result.lines.map((l) => l.gross);

describe('lines', () => {
  it('[BILL-24] counters continue through an amendment, or restart when it says RESET', () => {
    const tiers = (first: string, second: string): Price => ({
      type: 'GRADUATED',
      tiers: [
        { upTo: '1000000', rate: first },
        { upTo: null, rate: second },
      ],
    });
    const before = contract({ lines: [line(tiers('20', '18'))] });
    const after = (tierCounters: 'CONTINUE' | 'RESET') =>
      contract({
        id: 'v2',
        sequence: 2,
        kind: 'AMENDMENT',
        effectiveFrom: '2026-01-16',
        tierCounters,
        lines: [line(tiers('19', '17'))],
      });
    const delivery = [delivered('800000', '2026-01-10'), delivered('700000', '2026-01-20')];
    expect(gross(bill([before, after('CONTINUE')], { delivery }))).toEqual(['16000.00', '12300.00']);
    expect(gross(bill([before, after('RESET')], { delivery }))).toEqual(['16000.00', '13300.00']);
  });

  it('[BILL-5] an amendment that leaves a line as it was adds no rounding', () => {
    const before = contract({ lines: [cpm('2.50')] });
    const after = contract({
      id: 'v2',
      sequence: 2,
      kind: 'AMENDMENT',
      effectiveFrom: '2026-01-16',
      lines: [cpm('2.50', { label: 'Renamed' })],
    });
    const result = bill([before, after], {
      delivery: [delivered('15015', '2026-01-10'), delivered('15015', '2026-01-20')],
    });
    expect(gross(result)).toEqual(['75.08']);
    expect(result.lines[0]?.trace.children[1]?.text).toContain('version 1');
  });

  it('[BILL-24] a yearly all-units counter re-rates the units of earlier months', () => {
    const price: Price = {
      type: 'VOLUME',
      counter: 'YEAR',
      tiers: [
        { upTo: '100', rate: '10' },
        { upTo: null, rate: '8' },
      ],
    };
    const version = contract({ lines: [line(price, { rateType: 'CPC' })] });
    const delivery = [delivered('60', '2026-01-05'), delivered('60', '2026-02-05'), delivered('10', '2026-03-05')];
    const totals = ['2026-01', '2026-02', '2026-03'].map((period) => {
      const result = bill(version, { delivery, period });
      expect(resultProblems(result)).toEqual([]);
      return result.totals.total;
    });
    expect(totals).toEqual(['600.00', '360.00', '80.00']);
  });

  it('[BILL-22] the contracted quantity keeps the earliest units across months and asks consent for the bonus', () => {
    const version = contract({
      lines: [
        cpm('10', {
          contractedQuantity: '100000',
          overDeliveryPercent: '10',
          flight: { from: '2026-01-01', to: '2026-03-01' },
        }),
      ],
    });
    const delivery = [delivered('70000', '2026-01-05'), delivered('50000', '2026-02-05')];
    expect(bill(version, { delivery }).totals.total).toBe('700.00');
    const february = bill(version, { delivery, period: '2026-02' });
    expect(february.totals.total).toBe('300.00');
    expect(february.warnings.map((w) => w.code)).toContain('OVER_DELIVERY_CONSENT');
  });

  it('[BILL-23] free and makegood units are the earliest and do not advance tiers', () => {
    const price: Price = {
      type: 'GRADUATED',
      tiers: [
        { upTo: '100', rate: '10' },
        { upTo: null, rate: '1' },
      ],
    };
    const free = contract({ lines: [line(price, { rateType: 'CPC', freeUnits: '50' })] });
    expect(bill(free, { delivery: [delivered('160')] }).totals.total).toBe('1010.00');
    const owed = contract({
      lines: [line(price, { rateType: 'CPC' })],
      makegoods: [{ id: 'm', lineId: 'l1', quantity: '200' }],
    });
    const delivery = [delivered('150', '2026-01-05'), delivered('150', '2026-02-05')];
    expect(bill(owed, { delivery }).totals.total).toBe('0.00');
    expect(bill(owed, { delivery, period: '2026-02' }).totals.total).toBe('1000.00');
  });

  it('[BILL-26] half of revenue but never below a 6.50 CPM', () => {
    const price: Price = {
      type: 'COMBINE',
      op: 'GREATER_OF',
      of: [
        { type: 'PERCENT', percent: '50', rateType: 'CPS' },
        { type: 'UNIT', rate: '6.50', rateType: 'CPM' },
      ],
    };
    const version = contract({ lines: [line(price)] });
    const of = (revenue: string) =>
      bill(version, {
        delivery: [
          delivered('1000000', '2026-01-05', { metric: 'IMPRESSIONS' }),
          delivered(revenue, '2026-01-05', { metric: 'REVENUE' }),
        ],
      });
    expect([of('10000').totals.total, of('20000.50').totals.total]).toEqual(['6500.00', '10000.25']);
    expect(resultProblems(of('10000'))).toEqual([]);
  });

  it('[BILL-25] started blocks and packages; [BILL-4] graduated percentages', () => {
    const blocks: Price = {
      type: 'BLOCKS',
      mode: 'GRADUATED',
      tiers: [
        { size: '100', maxBlocks: '10', amount: '1' },
        { size: '1000', maxBlocks: null, amount: '1' },
      ],
    };
    expect(
      bill(contract({ lines: [line(blocks, { rateType: 'CPC' })] }), { delivery: [delivered('5325')] }).totals.total,
    ).toBe('15.00');
    const share: Price = {
      type: 'PERCENT_TIERS',
      tiers: [
        { upTo: '1000', percent: '10' },
        { upTo: null, percent: '20' },
      ],
    };
    expect(
      bill(contract({ lines: [line(share, { rateType: 'CPS' })] }), { delivery: [delivered('1500.50')] }).totals.total,
    ).toBe('200.10');
  });

  it('[BILL-20] split the difference beyond the band, one count within it', () => {
    const version = contract({
      lines: [cpm('10', { controllingMeasurement: { entity: 'a' } })],
      discrepancyRules: [{ id: 'r', thresholdPercent: '25', base: 'CONTROLLING', remedy: 'SPLIT_DIFFERENCE' }],
    });
    const of = (other: string) =>
      bill(version, {
        delivery: [delivered('100000', '2026-01-05', { source: 'a' }), delivered(other, '2026-01-05', { source: 'b' })],
      }).lines[0]?.quantity;
    expect([of('125000'), of('130000'), of('50000')]).toEqual(['100000', '115000', '75000']);
  });

  it('[BILL-21] UNDER_DELIVERY owes the gap as makegood and bills the controlling count', () => {
    const version = contract({
      lines: [cpm('10', { controllingMeasurement: { entity: 'a' } })],
      discrepancyRules: [{ id: 'r', thresholdPercent: '10', base: 'OTHER', remedy: 'UNDER_DELIVERY' }],
    });
    const result = bill(version, {
      delivery: [delivered('80000', '2026-01-05', { source: 'a' }), delivered('100000', '2026-01-05', { source: 'b' })],
    });
    expect(result.totals.total).toBe('800.00');
    expect(result.warnings[0]).toMatchObject({
      code: 'UNDER_DELIVERY',
      text: expect.stringContaining('20,000 units are owed'),
    });
  });

  it('[BILL-27] flat amounts prorate by days of the period, and days are counted in flight', () => {
    const flat = (change: object) =>
      bill(
        contract({
          lines: [
            {
              id: 'l1',
              rateType: 'FLAT',
              price: { type: 'FLAT', amount: '30000', ...change },
              flight: { from: '2026-06-01', to: '2026-06-18' },
            },
          ],
        }),
        { period: '2026-06' },
      ).totals.total;
    expect([flat({}), flat({ proration: 'NONE' })]).toEqual(['17000.00', '30000.00']);
    const days = contract({
      lines: [
        line({ type: 'UNIT', rate: '100' }, { rateType: 'CPD', flight: { from: '2026-01-30', to: '2026-02-03' } }),
      ],
    });
    expect([bill(days).totals.total, bill(days, { period: '2026-02' }).totals.total]).toEqual(['200.00', '200.00']);
  });
});

describe('time zones of another machine', () => {
  it('[BILL-1] a handed-over offset table gives its bytes; without it the platform decides', () => {
    const version = contract({ timeZone: 'Africa/Casablanca', lines: [cpm('10')] });
    const facts = {
      delivery: [{ lineId: 'l1', at: '2026-01-31T23:30:00Z', quantity: '1000' }],
      touches: [],
      actions: [],
    };
    const input = { versions: [version], facts, period: '2026-01' };
    expect(previewJson(preview({ ...input, offsets: offsetsOf(input) }))).toBe(previewJson(preview(input)));
    const wide = buildZoneTable('Africa/Casablanca', Date.UTC(1971, 0, 1), Date.UTC(2099, 0, 1));
    const cut = { ...input, offsets: { 'Africa/Casablanca': frozenOffsets(wide) } };
    expect(previewJson(preview(cut))).toBe(previewJson(preview(input)));
    const utc = preview({ ...input, offsets: { 'Africa/Casablanca': [[null, 0]] } });
    const ahead = preview({ ...input, offsets: { 'Africa/Casablanca': [[null, 3_600_000]] } });
    expect([utc.totals.total, ahead.totals.total]).toEqual(['10.00', '0.00']);
    expect(utc.inputHash).not.toBe(ahead.inputHash);
    expect(() =>
      preview({
        ...input,
        offsets: {
          'Africa/Casablanca': [
            [null, 0],
            [5, 0],
            [5, 1],
          ],
        },
      }),
    ).toThrow(/does not ascend/);
  });
});
