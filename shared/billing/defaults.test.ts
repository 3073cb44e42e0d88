/** What holds where a version leaves a list out: nothing is given, dropped or refused for it. */
import type { ActionFact } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { applyRateRules } from './rateRules.ts';
import { bill, contract, cpm, delivered, line } from './testKit/contract.ts';
import { runTestPack } from './testPack.ts';
import { heldTriggers } from './triggers.ts';

describe('lists that a version leaves out', () => {
  it('[BILL-36] without rate rules a price stands', () => {
    const price = { type: 'UNIT', rate: '1' } as const;
    expect(applyRateRules(contract(), cpm('1'), price)).toEqual({ price, applied: [] });
  });

  it('[BILL-42] without test cases nothing is run', () => {
    expect(runTestPack(contract())).toEqual([]);
  });

  it('[BILL-34] without lines a start by quantity has none to count, and says so', () => {
    const triggers = [{ id: 's', applies: 'START', on: 'ON_QUANTITY', quantity: '500' }] as const;
    expect(heldTriggers(contract({ triggers: [...triggers] }))).toEqual([
      { clauseId: null, key: 's', text: 'Starts at 500 units', why: 'No line of this version counts units.' },
    ]);
  });

  it('[BILL-34] nor does a line that bills days or what was contracted, and one that is measured says nothing', () => {
    const triggers = [{ id: 's', applies: 'END', on: 'ON_QUANTITY', quantity: '1500', clauseId: 'k' } as const];
    const said = (change: Parameters<typeof cpm>[1]) => heldTriggers(contract({ triggers, lines: [cpm('1', change)] }));
    const why = 'Its line bills what was contracted or its days, not what was measured.';
    for (const change of [{ rateType: 'CPD' }, { rateType: 'FLAT' }, { billingSource: 'CONTRACTED' }] as const)
      expect(said(change)).toEqual([{ clauseId: 'k', key: 's', text: 'Ends at 1,500 units', why }]);
    expect(said({})).toEqual([]);
  });

  it('[BILL-24] a RESET restarts a counter of the term once, not in every later period', () => {
    const tiers = [
      { upTo: '1000', rate: '10' },
      { upTo: null, rate: '5' },
    ];
    const lines = [line({ type: 'GRADUATED', tiers, counter: 'TERM' })];
    const versions = [
      contract({ lines }),
      contract({ lines, id: 'v2', sequence: 2, effectiveFrom: '2026-01-15', tierCounters: 'RESET' }),
    ];
    const delivery = ['2026-01-10', '2026-01-20', '2026-02-10', '2026-03-10'].map((day) => delivered('1000', day));
    const of = (period: string) => bill(versions, { delivery, period }).lines.map((l) => l.gross);
    expect(['2026-01', '2026-02', '2026-03'].map(of)).toEqual([['10.00', '10.00'], ['5.00'], ['5.00']]);
  });

  it('[BILL-34] the clause of a start is that of the line it speaks of', () => {
    const start = { applies: 'START', on: 'ON_QUANTITY', quantity: '500' } as const;
    const version = contract({
      lines: [cpm('10'), cpm('10', { id: 'l2' })],
      clauses: ['a', 'b'].map((id) => ({ id, key: id, text: `Clause ${id}.` })),
      triggers: [
        { ...start, id: 's2', lineId: 'l2', clauseId: 'b' },
        { ...start, id: 's1', lineId: 'l1', clauseId: 'a' },
      ],
    });
    const delivery = ['l1', 'l2'].map((lineId) => delivered('1000', '2026-01-10', { lineId }));
    const steps = bill(version, { delivery }).lines.map((l) =>
      l.trace.children.find((c) => c.title === 'Before the start'),
    );
    expect(steps.map((step) => step?.clauseText)).toEqual(['Clause a.', 'Clause b.']);
  });

  it('[BILL-21] without makegoods the whole shortfall of a guaranteed line is owed', () => {
    const flight = { from: '2026-01-01', to: '2026-02-01' };
    const change = { contractedQuantity: '1000', guaranteed: true, flight };
    const of = (billingSource: 'CONTRACTED' | undefined, quantity: string) => {
      const { lines, warnings } = bill(contract({ lines: [cpm('10', { ...change, billingSource })] }), {
        delivery: [delivered(quantity)],
      });
      return [...lines.map((l) => `${l.key} ${l.quantity} ${l.gross}`), ...warnings.map((w) => w.code)];
    };
    expect(of('CONTRACTED', '700')).toEqual(['l1 1000 10.00', 'l1#credit -300 -3.00', 'UNDER_DELIVERY']);
    expect(of('CONTRACTED', '1000')).toEqual(['l1 1000 10.00']);
    expect(of(undefined, '700')).toEqual(['l1 700 7.00', 'UNDER_DELIVERY']);
  });

  it('[ATTR-7] an action of a version without payout rules is outside of terms, beside one that has them', () => {
    const payoutRules = [{ id: 'r', payout: { type: 'UNIT', rate: '1' } as const }];
    const versions = [
      contract({ direction: 'PAYABLE', payoutRules }),
      contract({ direction: 'PAYABLE', id: 'v2', sequence: 2, effectiveFrom: '2026-01-15' }),
    ];
    const action = (id: string, day: string): ActionFact => ({ id, occurredAt: `${day}T17:00:00Z`, partnerId: 'p' });
    const actions = [action('1', '2026-01-14'), action('2', '2026-01-15')];
    expect(bill(versions, { actions }).actions?.map((a) => `${a.payout} ${a.status} ${a.reason}`)).toEqual([
      expect.stringMatching(/^1\.00 PENDING /),
      '0.00 OUTSIDE_TERMS No payout rule matches it.',
    ]);
  });
});
