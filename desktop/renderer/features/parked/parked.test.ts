import type { Contract, Parked } from '@countersign/shared/protocol/api';
import { describe, expect, it } from 'vitest';
import { sidesOf } from '../history/entryWords.ts';
import { changesOf, draftsFor, parkedSubject, parkedText } from './parkedWords.ts';

const change = (field: string, label: string, from: string | null, to: string | null) => ({
  sheet: 'lines',
  rowId: 'r-000000000001',
  row: 'Line 18.0',
  field,
  label,
  from,
  to,
});
const entry = (changes: Parked['changes'], kind = 'edit'): Parked => ({
  index: '812',
  at: '2026-11-21T09:00:00.000Z',
  versionId: 'v-3',
  docName: '2659161, version 3',
  deviceId: 'd-1',
  userId: 'u-ops',
  name: 'Ops',
  kind,
  reason: 'The key of the device was revoked by entry 811.',
  changes,
});

describe('what a revoked device sent', () => {
  it('[SCR-45] is named by its cell, by the number of cells, or by the command it was', () => {
    const rate = change('rate', 'Rate', '2800.00', '2801.00');
    expect(parkedSubject(entry([rate]))).toBe('Line 18.0, Rate');
    expect(parkedSubject(entry([rate, change('note', 'Note', null, 'x')]))).toBe('2 cells');
    expect(parkedSubject(entry([], 'submit'))).toBe('Submitted');
    expect(sidesOf(rate)).toEqual({ from: '2,800.00', to: '2,801.00' });
    expect(sidesOf(change('$insert', 'New row', null, '["r-1","a"]'))).toBeNull();
  });

  it('[SCR-46] is copied as a table of one line a cell, whatever a note holds', () => {
    const text = parkedText(entry([change('rate', 'Rate', '2800.00', null), change('note', 'Note', 'a\tb\nc', 'd')]));
    expect(text.split('\n')).toEqual([
      'Sheet\tRow\tColumn\tFrom\tTo',
      'Lines\tLine 18.0\tRate\t2800.00\t',
      'Lines\tLine 18.0\tNote\ta b c\td',
    ]);
  });

  it('[SCR-46] can be entered into drafts of the same document only, and never into a sheet nobody knows', () => {
    const version = (versionId: string, sequence: number, state: string) => ({
      versionId,
      sequence,
      state,
      kind: 'AMENDMENT',
    });
    const contracts = [
      { versions: [version('v-2', 2, 'EXECUTED'), version('v-4', 4, 'DRAFT'), version('v-3', 3, 'DRAFT')] },
      { versions: [version('v-9', 1, 'DRAFT')] },
    ] as unknown as Contract[];
    expect(draftsFor(entry([]), contracts)).toEqual([
      { versionId: 'v-3', name: 'Amendment 2' },
      { versionId: 'v-4', name: 'Amendment 3' },
    ]);
    expect(draftsFor({ ...entry([]), versionId: 'v-gone' }, contracts)).toEqual([]);
    const odd = { ...change('rate', 'Rate', null, '1'), sheet: 'unheardOf' };
    expect(changesOf(entry([odd, change('rate', 'Rate', null, '1.00')]))).toEqual([
      { sheet: 'lines', rowId: 'r-000000000001', field: 'rate', to: '1.00' },
    ]);
  });
});
