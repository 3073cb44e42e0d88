import type { Contract } from '@countersign/shared/protocol/api';
import { describe, expect, it } from 'vitest';
import { versionSummary } from '../testKit/versionSummary.ts';
import { findItems, paletteItems } from './paletteItems.ts';

const contract = (number: string, title: string, versionIds: readonly string[]): Contract => ({
  id: `c-${number}`,
  kind: 'CONTRACT',
  number,
  title,
  counterparty: 'Agency B',
  versions: versionIds.map((versionId, at) =>
    versionSummary({
      versionId,
      contractId: `c-${number}`,
      kind: at === 0 ? 'ORIGINAL' : 'AMENDMENT',
      sequence: at + 1,
      number,
      title,
      state: at === 0 ? 'EXECUTED' : 'DRAFT',
    }),
  ),
});
const contracts = [contract('2659161', 'November flight', ['v-1', 'v-2']), contract('S-2009', 'Connected TV', ['v-9'])];
const actions = [{ act: 'signOut', text: 'Sign out', note: '' }];

describe('command palette', () => {
  it('[SCR-26] offers every version, every place and every action', () => {
    const keys = paletteItems(contracts, null, actions).map((item) => item.key);
    expect(keys).toEqual(
      expect.arrayContaining(['version/v-1', 'version/v-2', 'version/v-9', 'place/', 'act/signOut']),
    );
    expect(keys.some((key) => key.startsWith('sheet/'))).toBe(false);
  });

  it('[SCR-26] offers the views and sheets of the open document first', () => {
    const items = paletteItems(contracts, 'v-2', actions);
    expect(items[0]).toMatchObject({ text: 'Workbook', note: '2659161, Amendment 1' });
    expect(items.find((item) => item.key === 'sheet/lines')?.does).toEqual({ go: '/v/v-2/workbook?sheet=lines' });
  });

  it('[SCR-27] every typed word must occur, in any order, in any case', () => {
    const items = paletteItems(contracts, null, actions);
    expect(findItems(items, 'draft NOV').map((item) => item.key)).toEqual(['version/v-2']);
    expect(findItems(items, 'nothing like it')).toEqual([]);
  });

  it('[SCR-27] a text that begins with the word stands before one that only holds it', () => {
    expect(findItems(paletteItems(contracts, null, actions), 'con').map((item) => item.text)[0]).toBe('Contracts');
    expect(findItems(paletteItems(contracts, null, actions), 's-20')[0]?.key).toBe('version/v-9');
  });
});
