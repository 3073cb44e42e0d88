import type { ImportStarted, ImportState } from '@countersign/shared/protocol/api';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../api/index.ts';
import { commitDenial, commitText, importProblem, outcomeWords, progressWords } from './importWords.ts';
import { forSheet, mappingProblem, mappingRows, withColumn, withKey } from './mappingRows.ts';

const started: ImportStarted = {
  importId: 'i-1',
  fileName: 'card.csv',
  fileHash: '0'.repeat(64),
  columns: ['Placement', 'CPM', 'Effective from'],
  sample: [
    { Placement: 'Leaderboard', CPM: '5.50', 'Effective from': '' },
    { Placement: 'Leaderboard', CPM: '6.00', 'Effective from': '2016-11-01' },
  ],
  suggestedMapping: { sheet: 'rates', columns: { product: 'Placement', rate: 'CPM' }, key: ['product'] },
  rows: 2,
  readAs: 'UTF-8, separated by comma',
};
const state = (fields: Partial<ImportState>): ImportState => ({
  importId: 'i-1',
  state: 'checked',
  done: 2,
  total: 2,
  ...fields,
});
const result = { added: 1, changed: 1, same: 0, refused: [] };

describe('import mapping', () => {
  it('[SCR-20] each sheet column shows what fills it and its first different values', () => {
    const rows = mappingRows(started, started.suggestedMapping);
    expect(rows.find((row) => row.column === 'product')).toMatchObject({
      from: 'Placement',
      isKey: true,
      required: true,
      samples: ['Leaderboard'],
    });
    expect(rows.find((row) => row.column === 'rate')?.samples).toEqual(['5.50', '6.00']);
    expect(rows.find((row) => row.column === 'geo')?.from).toBeNull();
  });

  it('[SCR-20] a column can be filled, left out and made to name the row', () => {
    const filled = withColumn(started.suggestedMapping, 'from', 'Effective from');
    expect(filled.columns.from).toBe('Effective from');
    expect(withColumn(filled, 'from', null).columns).toEqual(started.suggestedMapping.columns);
    expect(withKey(filled, 'from', true).key).toEqual(['product', 'from']);
    expect(withKey(filled, 'product', false).key).toEqual([]);
  });

  it('[SCR-20] another sheet matches headings that carry its column names', () => {
    expect(forSheet(started, 'rates')).toBe(started.suggestedMapping);
    expect(forSheet({ ...started, columns: ['Clause', 'Words'] }, 'clauses')).toEqual({
      sheet: 'clauses',
      columns: { key: 'Clause', text: 'Words' },
      key: ['key'],
    });
  });

  it('[SCR-20] says what is missing before rows can be checked', () => {
    expect(mappingProblem(started.suggestedMapping)).toBeNull();
    expect(mappingProblem({ ...started.suggestedMapping, key: [] })).toMatch(/name a row/);
    expect(mappingProblem({ ...started.suggestedMapping, key: ['geo'] })).toMatch(/^Geography names a row/);
    expect(mappingProblem({ sheet: 'rates', columns: {}, key: ['product'] })).toMatch(/at least one column/);
  });
});

describe('import outcome', () => {
  it('[SCR-21] says what will be added, changed and is there already', () => {
    expect(outcomeWords({ ...result, same: 515 })).toBe(
      '1 row will be added, 1 changed. 515 rows are there already, as in the file.',
    );
    expect(outcomeWords({ added: 0, changed: 4, same: 0, refused: [] })).toBe('4 rows will be changed.');
    expect(outcomeWords({ added: 0, changed: 0, same: 1, refused: [] })).toBe(
      'Nothing will change. 1 row is there already, as in the file.',
    );
  });

  it('[SCR-22] one refused cell refuses the whole file', () => {
    const refused = [{ row: 3, column: 'CPM', value: 'free', reason: 'Not a decimal.' }];
    expect(commitDenial(state({ result }))).toBeNull();
    expect(commitDenial(state({ result: { ...result, refused } }))).toMatch(/whole or not at all/);
    expect(commitDenial(state({ state: 'checking' }))).toMatch(/not checked/);
    expect(commitDenial(state({ result: { added: 0, changed: 0, same: 2, refused: [] } }))).toMatch(/already/);
  });

  it('[SCR-21] the button counts the rows it writes', () => {
    expect(commitText(state({ result }))).toBe('Import 2 rows');
    expect(progressWords(state({ done: 12000, total: 20000 }))).toBe('12,000 of 20,000 rows');
  });

  it('[SCR-21] a refused file says why and what to do', () => {
    const problem = { status: 415, code: 'wrongKind', title: 'Import refused', detail: 'The file is a picture' };
    expect(importProblem(new ApiError({ ...problem, action: 'Choose a CSV or XLSX file.' }))).toBe(
      'The file is a picture. Choose a CSV or XLSX file.',
    );
    expect(importProblem(new ApiError({ ...problem, detail: '', action: '' }))).toBe('Import refused.');
  });
});
