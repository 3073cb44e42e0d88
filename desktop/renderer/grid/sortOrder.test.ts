import { describe, expect, it } from 'vitest';
import { mergedOrder, sortedRows } from './sortOrder.ts';

const values: Record<string, string | null> = { a: '100', b: '20.5', c: null, d: '20.50', e: '-3' };
const cellOf = (id: string) => values[id] ?? null;

describe('sort as a command', () => {
  it('[GRID-50] orders decimals by exact value, blanks last both ways, ties as they were', () => {
    expect(sortedRows(['a', 'b', 'c', 'd', 'e'], cellOf, 'rate', 'ascending')).toEqual(['e', 'b', 'd', 'a', 'c']);
    expect(sortedRows(['a', 'b', 'c', 'd', 'e'], cellOf, 'rate', 'descending')).toEqual(['a', 'b', 'd', 'e', 'c']);
  });

  it('[GRID-51] rows that come later follow their neighbour of the document; rows that went leave no gap', () => {
    expect(mergedOrder(['c', 'a', 'b'], ['a', 'n1', 'n2', 'c'])).toEqual(['c', 'a', 'n1', 'n2']);
    expect(mergedOrder(['b', 'a'], ['n', 'a', 'b'])).toEqual(['n', 'b', 'a']);
  });
});
