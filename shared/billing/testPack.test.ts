import { describe, expect, it } from 'vitest';
import { contract, cpm, delivered } from './testContract.ts';
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
});
