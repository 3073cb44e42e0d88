/** What stands beside the amount: clauses, payments, what is not billed, and the memory that makes it quick. */
import type { ContractVersion, Line } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { freeze } from './freeze.ts';
import { Meter } from './meter.ts';
import { heldTerms } from './notBilled.ts';
import { bill, contract, cpm, delivered, line } from './testKit/contract.ts';

describe('what stands beside the amount', () => {
  it('[BILL-27] an amount for the whole period is charged with its first segment only', () => {
    const of = (rate: string): Line =>
      line({
        type: 'COMBINE',
        op: 'SUM',
        of: [
          { type: 'UNIT', rate },
          { type: 'FLAT', amount: '100.00', proration: 'NONE' },
        ],
      });
    const both = [
      contract({ lines: [of('10')] }),
      contract({ id: 'v2', sequence: 2, effectiveFrom: '2026-01-15', lines: [of('20')] }),
    ];
    const delivery = [delivered('1000', '2026-01-10'), delivered('1000', '2026-01-20')];
    expect(bill(both, { delivery }).lines.map((l) => l.gross)).toEqual(['110.00', '20.00']);
  });

  it('[BILL-34] the clause of a start by quantity is not that of another start', () => {
    const version = contract({
      lines: [cpm('10')],
      clauses: ['a', 'b'].map((id) => ({ id, key: id, text: `Clause ${id}.` })),
      triggers: [
        { id: 's0', applies: 'START', on: 'ON_DATE', date: '2026-01-02', clauseId: 'a' },
        { id: 's1', applies: 'START', on: 'ON_QUANTITY', quantity: '500', clauseId: 'b' },
      ],
    });
    const children = bill(version, { delivery: [delivered('1000')] }).lines[0]?.trace.children ?? [];
    expect(children.find((step) => step.title === 'Before the start')?.clauseText).toBe('Clause b.');
  });

  it('[BILL-46] a contract without end never pays because it ends', () => {
    const open = contract({ lines: [cpm('10')], leastPayment: { amount: '100.00' }, effectiveTo: null });
    expect(bill(open, { delivery: [delivered('4000')] }).payment).toMatchObject({ due: '0.00', waits: '40.00' });
  });

  it('[BILL-29] what is kept and why are joined by the reader: each ends without stray stops and blanks', () => {
    const terms = [
      { key: ' Bonus.. ', type: 'TEXT', value: 'a tenth... ', billed: false, reason: ' Paid by hand... ' },
    ];
    expect(heldTerms(contract({ terms: terms as ContractVersion['terms'] }))).toEqual([
      { clauseId: null, key: ' Bonus.. ', text: 'Bonus.. : a tenth', why: 'Paid by hand.' },
    ]);
  });

  it('[BILL-29] a makegood of a version without lines has nowhere to be delivered', () => {
    expect(heldTerms(contract({ makegoods: [{ id: 'm', lineId: 'l1', quantity: '5' }] }))[0]?.why).toBe(
      'It is owed in the line l1, which this version does not have.',
    );
  });
});

describe('the memory of a preview', () => {
  it('[BILL-44] a line is cut, measured and counted once per period, rate type and metric', () => {
    const frozen = freeze({
      versions: [contract({ lines: [cpm('10')] })],
      facts: { delivery: [delivered('1000')], touches: [], actions: [] },
      period: '2026-01',
    });
    const meter = new Meter(frozen);
    const segments = meter.segmentsOf('l1', frozen.period);
    const units = meter.unitsOf('l1', frozen.period, 'CPM', undefined);
    expect(meter.segmentsOf('l1', frozen.period)).toBe(segments);
    expect(meter.unitsOf('l1', frozen.period, 'CPM', undefined)).toBe(units);
    expect(meter.unitsOf('l1', frozen.period, 'CPM', '')).not.toBe(units);
    const [segment] = segments;
    expect(segment && meter.measuredOf(segment, 'CPM', undefined)).toBe(units[0]?.measured);
  });
});
