import type { Contract, VersionSummary } from '@countersign/shared/protocol/api';
import { describe, expect, it } from 'vitest';
import { versionSummary } from '../testKit/versionSummary.ts';
import { contractRows, isInGroup, rowHolds, STATE_GROUPS } from './contractRows.ts';
import { needWords } from './needWords.ts';

const version = (patch: Partial<VersionSummary>): VersionSummary =>
  versionSummary({ effectiveFrom: '2016-11-01', changedAt: '2016-11-08T09:14:00.000Z', ...patch });
const contract = (patch: Partial<Contract>): Contract => ({
  id: 'c-1',
  kind: 'CONTRACT',
  number: '2659161',
  title: 'November flight',
  counterparty: 'Advertiser A',
  versions: [version({})],
  ...patch,
});

describe('Home list', () => {
  it('[UI-14] what waits says its number once', () => {
    const text = 'TX-TV-2004, Texas television 2004: approved, not yet executed.';
    expect(needWords({ text }, 'TX-TV-2004 · Version 1')).toBe('Texas television 2004: approved, not yet executed.');
    expect(needWords({ text: 'Finance asks to be approver.' }, 'Break-glass')).toBe('Finance asks to be approver.');
  });

  it('[UI-10] stands at the open draft before the executed version', () => {
    const versions = [
      version({ versionId: 'v-1', state: 'EXECUTED', sequence: 1 }),
      version({ versionId: 'v-2', state: 'DRAFT', sequence: 2 }),
    ];
    expect(contractRows([contract({ versions })], '2016-11-08')[0]?.version.versionId).toBe('v-2');
  });

  it('[UI-11] an executed version whose terms have begun is active', () => {
    expect(contractRows([contract({})], '2016-11-08')[0]?.state).toBe('ACTIVE');
    expect(contractRows([contract({})], '2016-10-08')[0]?.state).toBe('EXECUTED');
  });

  it('[UI-12] last changed first, found by number or counterparty, counted by state', () => {
    const older = contract({
      id: 'c-2',
      versions: [version({ changedAt: '2016-11-01T00:00:00.000Z', state: 'DRAFT' })],
    });
    const rows = contractRows([older, contract({})], '2016-11-08');
    expect(rows.map((row) => row.contract.id)).toEqual(['c-1', 'c-2']);
    expect(rows.filter((row) => rowHolds(row, 'advertiser a'))).toHaveLength(2);
    expect(rows.filter((row) => rowHolds(row, 'nobody'))).toHaveLength(0);
    const counts = STATE_GROUPS.map((group) => rows.filter((row) => isInGroup(row, group)).length);
    expect(counts).toEqual([2, 1, 0, 0, 1, 0, 0]);
  });
});
