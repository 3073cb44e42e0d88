import type { TestCase } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { contract, cpm, delivered } from './testKit/contract.ts';
import { runTestPack } from './testPack.ts';
import { contractProblems } from './validate.ts';

const version = contract({
  lines: [cpm('20')],
  adjustments: [{ kind: 'COMMISSION', id: 'c', percent: '15' }],
  testCases: [
    {
      id: 'right',
      title: 'A million impressions',
      period: '2026-01',
      facts: { delivery: [delivered('1000000')] },
      expect: { gross: '20000', net: '17000.00' },
    },
    { id: 'wrong', period: '2026-01', facts: { delivery: [delivered('1000')] }, expect: { gross: '21.00' } },
    { id: 'early', period: '2025-01', facts: {}, expect: { total: '0' } },
    { id: 'empty', period: '2026-01', facts: {}, expect: {} },
  ],
});

describe('the contract test pack', () => {
  it('[BILL-42] runs each case through the preview and names every total that differs', () => {
    expect(contractProblems(version)).toEqual([]);
    const outcomes = runTestPack(version);
    expect(outcomes.map((o) => [o.id, o.passed])).toEqual([
      ['right', true],
      ['wrong', false],
      ['early', false],
      ['empty', false],
    ]);
    expect(outcomes[1]?.differences).toEqual([{ total: 'gross', expected: '21.00', actual: '20.00' }]);
    expect(outcomes[2]?.problem).toContain('before the contract begins');
    expect(outcomes[3]?.problem).toContain('expects no total');
  });

  it('[BILL-42] the cases of an amendment are billed with the versions before it', () => {
    const amendment = contract({
      id: 'v2',
      sequence: 2,
      kind: 'AMENDMENT',
      effectiveFrom: '2026-01-16',
      lines: [cpm('10')],
      testCases: [
        {
          id: 'cut',
          period: '2026-01',
          facts: { delivery: [delivered('1000', '2026-01-10'), delivered('1000', '2026-01-20')] },
          expect: { gross: '30.00' },
        },
      ],
    });
    expect(runTestPack(amendment, [contract({ lines: [cpm('20')] })])).toMatchObject([{ passed: true }]);
  });

  it('[BILL-42] a case without a title is called by its id; what it says is said in full, and nothing else', () => {
    const outcomes = runTestPack(version);
    expect(outcomes[0]).toEqual({
      id: 'right',
      title: 'A million impressions',
      passed: true,
      differences: [],
      problem: null,
    });
    expect(outcomes[1]).toMatchObject({ title: 'wrong', problem: null });
    expect(outcomes[2]).toEqual({
      id: 'early',
      title: 'early',
      passed: false,
      differences: [],
      problem: 'period: The period 2025-01 ends before the contract begins on 2026-01-01. Ask for a later period.',
    });
    expect(outcomes[3]).toEqual({
      id: 'empty',
      title: 'empty',
      passed: false,
      differences: [],
      problem: 'The case expects no total. State at least one.',
    });
  });

  it('[BILL-42] every total may be expected, by value; facts of every kind count, as known at the time a case names', () => {
    const cases: readonly TestCase[] = [
      {
        id: 'all',
        period: '2026-01',
        facts: { delivery: [delivered('1000')] },
        expect: {
          gross: '20',
          cap: '-10.0',
          minimum: '0',
          discount: '-1',
          commission: '-0.9',
          net: '8.10',
          tax: '0.81',
          total: '8.91',
        },
      },
      { id: 'no facts', period: '2026-01', facts: {}, expect: { total: '0' } },
      {
        id: 'before it was told',
        period: '2026-01',
        facts: { delivery: [delivered('1000', '2026-01-10', { recordedAt: '2026-01-12T00:00:00Z' })] },
        asOf: '2026-01-11T00:00:00Z',
        expect: { gross: '0' },
      },
    ];
    const terms = contract({
      lines: [cpm('20')],
      commitments: [{ id: 'k', scope: 'CONTRACT', kind: 'CAP', amount: '10', basis: 'GROSS' }],
      adjustments: [
        { kind: 'DISCOUNT', id: 'd', percent: '10' },
        { kind: 'COMMISSION', id: 'c', percent: '10' },
        { kind: 'TAX', id: 't', code: 'VAT', percent: '10' },
      ],
      testCases: [...cases],
    });
    expect(runTestPack(terms).map(({ differences, problem }) => [differences, problem])).toEqual([
      [[], null],
      [[], null],
      [[], null],
    ]);
    const wrong = Object.fromEntries(Object.keys(cases[0]?.expect ?? {}).map((total) => [total, '7']));
    const [outcome] = runTestPack({ ...terms, testCases: [{ ...(cases[0] as TestCase), expect: wrong }] });
    expect(outcome?.differences.map(({ total }) => total)).toEqual(Object.keys(wrong));
  });

  it('[BILL-42] the touches and actions of a case are paid', () => {
    const program = contract({
      direction: 'PAYABLE',
      payoutRules: [{ id: 'r', payout: { type: 'UNIT', rate: '5' } }],
      attribution: { model: 'LAST', windows: [{ touchType: 'CLICK', size: 'P30D' }] },
      testCases: [
        {
          id: 'paid',
          period: '2026-01',
          facts: {
            touches: [{ id: 't', actorId: 'a', touchType: 'CLICK', partnerId: 'p', at: '2026-01-09T12:00:00Z' }],
            actions: [{ id: '1', actorId: 'a', occurredAt: '2026-01-10T12:00:00Z' }],
          },
          expect: { gross: '5' },
        },
      ],
    });
    expect(runTestPack(program)).toMatchObject([{ passed: true, differences: [] }]);
  });
});
