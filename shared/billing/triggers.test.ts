import type { ContractVersion, Trigger } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { resultProblems } from './invariants.ts';
import { bill, contract, cpm, delivered, line } from './testKit/contract.ts';

const clauses = [{ id: 'c7', key: '7', text: 'Billing starts above 1,000,000 impressions.' }];
const withTrigger = (trigger: Trigger, change: Partial<ContractVersion> = {}) =>
  contract({ lines: [cpm('20')], clauses, triggers: [{ clauseId: 'c7', ...trigger }], ...change });
const january = delivered('800000', '2026-01-10');
const february = delivered('700000', '2026-02-10');
const delivery = [january, february];

describe('triggers', () => {
  it('[BILL-34] a start by quantity bills only what comes after it, over months, with its clause', () => {
    const version = withTrigger({ id: 't', applies: 'START', on: 'ON_QUANTITY', quantity: '1000000' });
    const first = bill(version, { delivery });
    expect(first.totals.gross).toBe('0.00');
    expect(first.warnings.map((w) => w.code)).toContain('TRIGGER_PENDING');
    const second = bill(version, { delivery, period: '2026-02' });
    expect(second.totals.gross).toBe('10000.00');
    expect(second.lines[0]?.quantity).toBe('500000');
    const step = second.lines[0]?.trace.children.find((c) => c.title === 'Before the start');
    expect(step?.text).toContain('200,000 units');
    expect(step?.clauseText).toBe(clauses[0]?.text);
    expect(resultProblems(second)).toEqual([]);
  });

  it('[BILL-34] a running count below zero names no units before a start or above an end that is not agreed', () => {
    const tiers = [{ upTo: null, rate: '1' }];
    const yearly = line({ type: 'VOLUME', counter: 'YEAR', tiers }, { rateType: 'CPC' });
    const given = { delivery: [delivered('5'), delivered('-6', '2026-02-10')], period: '2026-02' };
    const steps = (version: ContractVersion) => bill(version, given).lines[0]?.trace.children.map((c) => c.title);
    expect(steps(contract({ lines: [yearly] }))).toEqual(['Measured', 'Rate', 'Tier 1, all units', 'Rounding']);
    expect(steps(contract({ lines: [{ ...yearly, contractedQuantity: '9' }] }))).not.toContain('Above contracted');
    expect(bill(contract({ lines: [yearly] }), given).totals.gross).toBe('-6.00');
  });

  it('[BILL-34] the contracted quantity counts after the start, an end by quantity from the begin of the flight', () => {
    const triggers: Trigger[] = [
      { id: 't', applies: 'START', on: 'ON_QUANTITY', quantity: '500000' },
      { id: 'u', applies: 'END', on: 'ON_QUANTITY', quantity: '1200000' },
    ];
    const contracted = contract({ lines: [cpm('20', { contractedQuantity: '400000' })], triggers });
    expect(bill(contracted, { delivery }).totals.gross).toBe('6000.00');
    expect(bill(contracted, { delivery, period: '2026-02' }).totals.gross).toBe('2000.00');
    const ended = contract({ lines: [cpm('20')], triggers });
    expect(bill(ended, { delivery, period: '2026-02' }).totals.gross).toBe('8000.00');
  });

  it('[BILL-34] an end at the later of a date and a quantity ends nothing before the date', () => {
    const version = withTrigger({
      id: 't',
      applies: 'END',
      on: 'ON_QUANTITY',
      quantity: '600000',
      notBefore: '2026-02-01',
    });
    expect(bill(version, { delivery }).totals.gross).toBe('16000.00');
    expect(bill(version, { delivery, period: '2026-02' }).totals.gross).toBe('0.00');
  });

  it('[BILL-34] a start by amount bills only the gross above it, and an end by amount only the gross up to it', () => {
    const start = withTrigger({ id: 't', applies: 'START', on: 'ON_AMOUNT', amount: '20000' });
    expect(bill(start, { delivery }).totals).toMatchObject({ gross: '16000.00', cap: '-16000.00', net: '0.00' });
    const later = bill(start, { delivery, period: '2026-02' });
    expect(later.totals).toMatchObject({ gross: '14000.00', cap: '-4000.00', net: '10000.00' });
    expect(later.adjustments[0]).toMatchObject({ label: 'Before the start by amount', clauseId: 'c7' });
    expect(resultProblems(later)).toEqual([]);
    const end = withTrigger({ id: 't', applies: 'END', on: 'ON_AMOUNT', amount: '20000' });
    expect(bill(end, { delivery, period: '2026-02' }).totals.net).toBe('4000.00');
  });

  it('[BILL-34] a start or end by event counts from the day it happened', () => {
    const start = withTrigger({ id: 't', applies: 'START', on: 'ON_EVENT', event: 'launch', occurredOn: '2026-02-01' });
    expect(bill(start, { delivery }).totals.gross).toBe('0.00');
    expect(bill(start, { delivery, period: '2026-02' }).totals.gross).toBe('14000.00');
    const end = withTrigger({ id: 't', applies: 'END', on: 'ON_EVENT', event: 'closing', occurredOn: '2026-02-01' });
    expect(bill(end, { delivery, period: '2026-02' }).totals.gross).toBe('0.00');
  });

  it.each([
    ['START', 'ON_EVENT'],
    ['START', 'ON_DATE'],
    ['START', 'ON_QUANTITY'],
    ['START', 'ON_AMOUNT'],
  ] as const)('[BILL-34] a %s %s whose value the contract leaves open bills nothing and says so', (applies, on) => {
    const result = bill(withTrigger({ id: 't', applies, on }), { delivery });
    expect(result.totals.gross).toBe('0.00');
    expect(result.notBilled).toContainEqual(expect.objectContaining({ clauseId: 'c7', key: 'l1' }));
    expect(result.notBilled.every((n) => n.why.length > 0)).toBe(true);
  });

  it.each(['ON_EVENT', 'ON_DATE', 'ON_QUANTITY', 'ON_AMOUNT'] as const)(
    '[BILL-34] an END %s that is left open is listed with its clause and ends nothing',
    (on) => {
      const result = bill(withTrigger({ id: 't', applies: 'END', on }), { delivery });
      expect(result.totals.gross).toBe('16000.00');
      expect(result.notBilled).toMatchObject([{ clauseId: 'c7', key: 't' }]);
    },
  );

  it('[BILL-29] actions of a contract without payout rules are listed, never dropped', () => {
    const actions = [{ id: 'a', occurredAt: '2026-01-05T12:00:00Z' }];
    const result = bill(contract({ lines: [cpm('20')] }), { delivery, actions });
    expect(result.notBilled).toEqual([
      { clauseId: null, key: 'actions', text: '1 action of the period', why: 'The contract has no payout rule.' },
    ]);
  });

  it('[BILL-29] a held term reads with one full stop', () => {
    const terms = [
      { key: 'fee', type: 'TEXT' as const, value: 'A fee a month.', billed: false as const, reason: 'It depends.' },
    ];
    const [held] = bill(contract({ lines: [cpm('20')], terms }), { delivery }).notBilled;
    expect(`${held?.text}. ${held?.why}`).toBe('fee: A fee a month. It depends.');
  });

  it.each(['BILLING_PERIOD', 'QUARTER', 'TERM'] as const)(
    '[BILL-13] before the contract has started its minimum by %s is listed with why, and due from the start on',
    (period) => {
      const minimum = { id: 'm', scope: 'CONTRACT', kind: 'MINIMUM', basis: 'GROSS', clauseId: 'c7' } as const;
      const of = (occurredOn?: string) =>
        bill(
          withTrigger(
            { id: 't', applies: 'START', on: 'ON_EVENT', event: 'the launch', occurredOn },
            { commitments: [{ ...minimum, amount: '450000', period }], effectiveTo: '2026-02-01' },
          ),
        );
      const before = of();
      expect(before.totals.total).toBe('0.00');
      expect(before.notBilled).toContainEqual({
        clauseId: 'c7',
        key: 'm',
        text: 'Minimum 450,000',
        why: 'It starts with the launch, which has not been recorded.',
      });
      const after = of('2026-01-02');
      expect(after.totals.minimum).toBe('450000.00');
      expect(after.notBilled.filter(({ key }) => key === 'm')).toEqual([]);
    },
  );
});
