import { describe, expect, it } from 'vitest';
import { bill, contract, cpm, delivered, line } from './testKit/contract.ts';

const gross = (result: ReturnType<typeof bill>) => result.lines.map((l) => l.gross);

describe('rates by layer and what is added to a bill', () => {
  it('[BILL-19] override, line, rate card row and default, in this order; a rate card change cuts the period', () => {
    const rows = [
      {
        id: 'r1',
        productKey: 'ctv',
        rateType: 'CPM' as const,
        price: { type: 'UNIT' as const, rate: '20' },
        effectiveTo: '2026-01-16',
      },
      {
        id: 'r2',
        productKey: 'ctv',
        rateType: 'CPM' as const,
        price: { type: 'UNIT' as const, rate: '22' },
        effectiveFrom: '2026-01-16',
      },
      {
        id: 'r3',
        productKey: 'ctv',
        dimensions: { geo: 'US' },
        rateType: 'CPM' as const,
        price: { type: 'UNIT' as const, rate: '30' },
      },
    ];
    const of = (dimensions: Record<string, string>, extra = {}) =>
      gross(
        bill(contract({ lines: [line(undefined, { productKey: 'ctv', dimensions })], rateCardRows: rows, ...extra }), {
          delivery: [delivered('1000', '2026-01-10'), delivered('1000', '2026-01-20')],
        }),
      );
    expect(of({})).toEqual(['20.00', '22.00']);
    expect(of({ geo: 'US' })).toEqual(['60.00']);
    expect(of({}, { overrides: [{ id: 'o', productKey: 'ctv', price: { type: 'UNIT', rate: '1' } }] })).toEqual([
      '2.00',
    ]);
    const none = bill(contract({ lines: [line(undefined, { productKey: 'x' })] }), { delivery: [delivered('1000')] });
    expect(none.notBilled[0]?.why).toContain('No rate holds');
    expect(none.totals.total).toBe('0.00');
  });

  it('[BILL-29] pending starts, free money terms and ungoverned facts are listed, never dropped', () => {
    const version = contract({
      effectiveTo: '2026-01-20',
      lines: [cpm('10'), cpm('10', { id: 'l2', label: 'After launch' })],
      triggers: [{ id: 't', applies: 'START', lineId: 'l2', on: 'ON_EVENT', event: 'the launch', clauseId: 'c9' }],
      clauses: [{ id: 'c1', key: '4.2', text: 'Company pays 20% of collected cash.' }],
      terms: [
        {
          key: 'cashShare',
          type: 'PERCENT',
          value: '20',
          clauseId: 'c1',
          reason: 'Collected cash is not among the facts.',
        },
        { key: 'governingLaw', type: 'TEXT', value: 'New York' },
      ],
    });
    const result = bill(version, {
      delivery: [delivered('1000', '2026-01-25'), delivered('5', '2026-01-10', { lineId: 'nobody' })],
    });
    expect(result.notBilled.map((n) => n.key).sort()).toEqual(['cashShare', 'l1', 'l2']);
    expect(result.notBilled.find((n) => n.key === 'cashShare')).toMatchObject({
      clauseId: 'c1',
      why: 'Collected cash is not among the facts.',
    });
    expect(result.rejectedFacts).toEqual([
      { reason: 'The line is in no version of the contract', count: 1, samples: ['nobody 2026-01-10 5'] },
    ]);
  });

  it('[BILL-28] an invoice is converted once from its rounded total', () => {
    const version = contract({
      lines: [cpm('1.23456', { rateType: 'CPC' })],
      invoiceCurrency: { to: 'JPY', rate: '149.735', source: 'ECB', at: '2026-02-01T00:00:00Z' },
    });
    expect(bill(version, { delivery: [delivered('1000')] }).invoice).toMatchObject({
      currency: 'JPY',
      total: '184857',
      rate: '149.735',
    });
  });

  it('[BILL-10] tax by line and code, before or after commission', () => {
    const version = contract({
      lines: [cpm('1', { rateType: 'CPC', taxCode: 'A' }), cpm('1', { id: 'l2', rateType: 'CPC', taxCode: 'B' })],
      adjustments: [
        { kind: 'COMMISSION', id: 'c', percent: '10' },
        { kind: 'TAX', id: 'ta', code: 'A', percent: '20', base: 'BEFORE_COMMISSION' },
        { kind: 'TAX', id: 'tb', code: 'B', percent: '10' },
      ],
    });
    const result = bill(version, { delivery: [delivered('100'), delivered('100', '2026-01-03', { lineId: 'l2' })] });
    expect(result.lines.map((l) => l.shares.tax)).toEqual(['20.00', '9.00']);
  });
});
