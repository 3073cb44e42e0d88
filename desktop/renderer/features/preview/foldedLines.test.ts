import type { ResultLine } from '@countersign/shared/billing';
import type { ContractVersion } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { foldedLines, isQuiet, supersededIds } from './foldedLines.ts';
import { tierNumber } from './tierCurve.ts';

const billed = (lineId: string, quantity: string, gross: string): ResultLine =>
  ({ key: lineId, lineId, quantity, gross }) as ResultLine;
const quiet = ['a', 'b', 'c'].map((id) => billed(id, '0', '0.00'));
const open = billed('d', '93', '450.00');
const old = new Set(['a', 'b', 'c']);

describe('lines of a statement that a revision replaced', () => {
  it('[SCR-43] are folded when there are three, and shown when asked for', () => {
    expect(foldedLines([...quiet, open], old, false, null)).toEqual({ shown: [open], folded: 3 });
    expect(foldedLines([...quiet, open], old, true, null)).toEqual({ shown: [...quiet, open], folded: 3 });
    expect(foldedLines([...quiet, open], old, false, 'b').shown.map((line) => line.key)).toEqual(['b', 'd']);
  });

  it('[SCR-43] stay in sight when they are few, all there is, or bill something', () => {
    expect(foldedLines([...quiet.slice(1), open], old, false, null).folded).toBe(0);
    expect(foldedLines(quiet, old, false, null)).toEqual({ shown: quiet, folded: 0 });
    expect(foldedLines([...quiet.slice(1), billed('a', '0', '-0.01'), open], old, false, null).folded).toBe(0);
    expect(foldedLines([...quiet, open], new Set(['a']), false, null).folded).toBe(0);
  });

  it('[SCR-43] are those the newest version marks as revised, and quiet at zero of any sign', () => {
    const version = (statuses: Record<string, string | undefined>): ContractVersion =>
      ({ lines: Object.entries(statuses).map(([id, status]) => ({ id, status })) }) as ContractVersion;
    expect([...supersededIds([version({ a: 'REVISED' }), version({ a: undefined, b: 'REVISED' })])]).toEqual(['b']);
    expect([...supersededIds([])]).toEqual([]);
    expect([isQuiet(billed('a', '-0', '0')), isQuiet(billed('a', '0', '0.01'))]).toEqual([true, false]);
  });
});

describe('the tier a line reached', () => {
  const price = {
    type: 'VOLUME' as const,
    tiers: [
      { upTo: '100', rate: '2' },
      { upTo: null, rate: '1' },
    ],
  };
  const reached = (upTo: string | null): ResultLine => ({ tier: { above: '0', upTo } }) as ResultLine;

  it('[SCR-9] counts from one, in a table that has it', () => {
    expect([tierNumber(reached('100'), price), tierNumber(reached(null), price)]).toEqual(['1', '2']);
    expect(tierNumber(reached('50'), price)).toBeNull();
    expect(tierNumber(reached(null), { type: 'UNIT', rate: '1' })).toBeNull();
    expect(tierNumber(reached(null), null)).toBeNull();
    expect(tierNumber({} as ResultLine, price)).toBeNull();
  });
});
