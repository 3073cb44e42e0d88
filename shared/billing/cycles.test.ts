/** Quarters, totals that wait, and lines held to a part of others. */

import { type ContractVersion, dayNumber } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { billingPeriodOf } from './cycle.ts';
import { resultProblems } from './invariants.ts';
import { bill, contract, cpm, delivered, type Given, line } from './testKit/contract.ts';
import { contractProblems } from './validate.ts';
import { countedUnit } from './words.ts';

const january = delivered('400000', '2026-01-10');
const march = delivered('700000', '2026-03-31', { key: 'b' });

const previewOf = (version: ContractVersion, given: Given, period: string) => bill(version, { ...given, period });

describe('a quarterly billing cycle', () => {
  const quarterly = contract({ billingCycle: 'QUARTERLY', lines: [cpm('10')] });

  it('[BILL-45] bills its three months at once, with the last of them', () => {
    const found = previewOf(quarterly, { delivery: [january, march] }, '2026-03');
    expect(found.period).toMatchObject({ key: '2026-03', from: '2026-01-01', to: '2026-04-01' });
    expect(found.totals.total).toBe('11000.00');
    expect(resultProblems(found)).toEqual([]);
  });

  it('[BILL-45] any other month bills nothing and says which period does', () => {
    const found = previewOf(quarterly, { delivery: [january, march] }, '2026-01');
    expect(found.totals.total).toBe('0.00');
    expect(found.notBilled.map((n) => n.why)).toEqual(['It is billed by quarter, with the period 2026-03.']);
  });

  it('[BILL-45] compares a floor, a tier and a minimum of a billing period over the quarter', () => {
    const floor = contract({
      billingCycle: 'QUARTERLY',
      lines: [
        line({
          type: 'VOLUME',
          tiers: [
            { upTo: '1000000', rate: '10' },
            { upTo: null, rate: '8' },
          ],
        }),
      ],
      commitments: [{ id: 'm', scope: 'CONTRACT', kind: 'MINIMUM', amount: '9000.00', basis: 'GROSS' }],
    });
    const found = previewOf(floor, { delivery: [january, march] }, '2026-03');
    expect(found.totals).toMatchObject({ gross: '8800.00', minimum: '200.00', total: '9000.00' });
  });

  it('[BILL-45] quarters count from the billing anchor, and a flat amount is the amount of a quarter', () => {
    const anchored = contract({
      billingCycle: 'QUARTERLY',
      billingAnchor: '2026-02-10',
      lines: [line({ type: 'FLAT', amount: '300.00' }, { rateType: 'FLAT' })],
    });
    expect(previewOf(anchored, {}, '2026-04').totals.total).toBe('300.00');
    expect(previewOf(anchored, {}, '2026-04').period).toMatchObject({ from: '2026-02-01', to: '2026-05-01' });
    expect(billingPeriodOf([anchored], dayNumber('2026-05-01')).key).toBe('2026-07');
    expect(billingPeriodOf([contract()], dayNumber('2026-05-01')).key).toBe('2026-05');
  });

  it('[BILL-45] quarters before count into a yearly cap', () => {
    const capped = contract({
      billingCycle: 'QUARTERLY',
      lines: [cpm('10')],
      commitments: [{ id: 'c', scope: 'CONTRACT', kind: 'CAP', amount: '12000.00', period: 'YEAR', basis: 'GROSS' }],
    });
    const may = delivered('500000', '2026-05-02', { key: 'c' });
    const found = previewOf(capped, { delivery: [january, march, may] }, '2026-06');
    expect(found.totals).toMatchObject({ gross: '5000.00', cap: '-4000.00', total: '1000.00' });
  });
});

describe('a least payment', () => {
  const small = contract({
    clauses: [{ id: 'k1', key: '7', text: 'Sums below 100 are paid with the next.' }],
    lines: [cpm('10')],
    leastPayment: { amount: '100.00', clauseId: 'k1' },
    effectiveTo: '2026-04-01',
  });
  const delivery = [
    delivered('4000', '2026-01-10'),
    delivered('5000', '2026-02-10', { key: 'b' }),
    delivered('2000', '2026-03-10', { key: 'c' }),
  ];

  it('[BILL-46] a total below it waits; the bill and what is posted stay as they are', () => {
    const found = previewOf(small, { delivery }, '2026-01');
    expect(found.totals.total).toBe('40.00');
    expect(found.posting.total).toBe('40.00');
    expect(found.payment).toMatchObject({ waited: '0.00', due: '0.00', waits: '40.00', clauseId: 'k1' });
    expect(found.payment?.text).toBe(
      '40.00: 40.00 is below the least payment of 100.00 and waits for the next period.',
    );
  });

  it('[BILL-46] what waited joins the next total, and is paid when both reach it', () => {
    expect(previewOf(small, { delivery }, '2026-02').payment).toMatchObject({
      waited: '40.00',
      due: '0.00',
      waits: '90.00',
    });
    const more = [...delivery, delivered('1000', '2026-02-11')];
    expect(previewOf(small, { delivery: more }, '2026-02').payment).toMatchObject({ due: '100.00', waits: '0.00' });
  });

  it('[BILL-46] the last period of the contract pays what waited, unless it is kept', () => {
    const less = delivery.slice(0, 2);
    expect(previewOf(small, { delivery: less }, '2026-03').payment).toMatchObject({ due: '90.00', waits: '0.00' });
    const kept = { ...small, leastPayment: { amount: '100.00', atEnd: 'KEEP' as const } };
    expect(previewOf(kept, { delivery: less }, '2026-03').payment).toMatchObject({ due: '0.00', waits: '90.00' });
  });

  it('[BILL-46] payments and what waits add up to the totals for any run of periods', () => {
    const months = ['2026-01', '2026-02', '2026-03'];
    const bills = months.map((period) => previewOf(small, { delivery }, period));
    const cents = (text: string | undefined): bigint => BigInt((text ?? '0').replace('.', ''));
    const paid = bills.reduce((sum, bill) => sum + cents(bill.payment?.due), 0n);
    const billed = bills.reduce((sum, bill) => sum + cents(bill.totals.total), 0n);
    expect(paid + cents(bills.at(-1)?.payment?.waits)).toBe(billed);
  });
});

describe('a cap as a part of other lines', () => {
  const held = contract({
    lines: [cpm('10', { id: 'main' }), cpm('10', { id: 'extra' })],
    ratioCaps: [{ id: 'r', lineIds: ['extra'], percent: '25', ofLineIds: ['main'] }],
  });
  const units = (main: string, extra: string) => ({
    delivery: [delivered(main, '2026-01-10', { lineId: 'main' }), delivered(extra, '2026-01-10', { lineId: 'extra' })],
  });

  it('[BILL-47] holds a line to the percentage of what the others earned in the period', () => {
    const found = previewOf(held, units('1000000', '400000'), '2026-01');
    expect(found.totals).toMatchObject({ gross: '14000.00', cap: '-1500.00', total: '12500.00' });
    expect(found.lines.find((l) => l.lineId === 'extra')?.shares.cap).toBe('-1500.00');
    expect(found.adjustments[0]?.trace.text).toBe('At most 25% of 10,000.00; 4,000.00 counted.');
    expect(resultProblems(found)).toEqual([]);
  });

  it('[BILL-47] at the percentage or below nothing is held; without the others nothing is left', () => {
    expect(previewOf(held, units('1000000', '250000'), '2026-01').totals.cap).toBe('0.00');
    expect(previewOf(held, units('0', '100000'), '2026-01').totals.total).toBe('0.00');
  });

  it('[BILL-30] a ratio names lines of the version, never its own', () => {
    const wrong = contract({
      lines: [cpm('1', { id: 'a' })],
      ratioCaps: [{ id: 'r', lineIds: ['a'], percent: '5', ofLineIds: ['a', 'b'] }],
    });
    expect(contractProblems(wrong).map((p) => [p.code, p.place.path])).toEqual([
      ['UNKNOWN_LINE', 'ratioCaps[0].ofLineIds[1]'],
      ['RATIO_OF_ITSELF', 'ratioCaps[0].ofLineIds'],
    ]);
  });
});

describe('units in words', () => {
  it('[BILL-48] one of a unit is written in the singular, a contracted flat amount as the amount', () => {
    const oneDay = contract({
      lines: [
        line({ type: 'FLAT', amount: '31.00' }, { rateType: 'FLAT', flight: { from: '2026-01-05', to: '2026-01-06' } }),
      ],
    });
    const found = previewOf(oneDay, {}, '2026-01');
    expect(found.lines[0]).toMatchObject({ quantity: '1', quantityUnit: 'days', gross: '1.00' });
    expect(found.lines[0]?.trace.text).toContain('1 day from 2026-01-05');
    expect(countedUnit('1', 'days')).toBe('day');
    expect(countedUnit('1', 'of sales')).toBe('of sales');
    expect(countedUnit('2', 'spots')).toBe('spots');
    const flat = contract({
      lines: [
        line(
          { type: 'FLAT', amount: '31.00' },
          { rateType: 'FLAT', billingSource: 'CONTRACTED', flight: { from: '2026-01-05', to: '2026-01-06' } },
        ),
      ],
    });
    expect(previewOf(flat, {}, '2026-01').lines[0]?.trace.text).toContain('The flat amount as contracted');
  });
});
