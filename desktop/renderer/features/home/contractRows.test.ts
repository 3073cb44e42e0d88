import type { Contract, ContractFigures, VersionSummary } from '@countersign/shared/protocol/api';
import { describe, expect, it } from 'vitest';
import { versionSummary } from '../testKit/versionSummary.ts';
import { type ContractRow, contractRows, isInGroup, listed, rowHolds, STATE_GROUPS } from './contractRows.ts';
import { inOrder, LAST_CHANGED_FIRST, orderWords, pressed, readOrder, type SortColumn } from './rowOrder.ts';

const TODAY = '2016-11-08';
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
const rowsOf = (contracts: readonly Contract[], figures: readonly ContractFigures[] = []) =>
  contractRows(contracts, figures, TODAY);

describe('Home list', () => {
  it('[UI-10] stands at the open draft before the executed version', () => {
    const versions = [
      version({ versionId: 'v-1', state: 'EXECUTED', sequence: 1 }),
      version({ versionId: 'v-2', state: 'DRAFT', sequence: 2 }),
    ];
    expect(rowsOf([contract({ versions })])[0]?.version.versionId).toBe('v-2');
  });

  it('[UI-11] an executed version whose terms have begun is active', () => {
    expect(rowsOf([contract({})])[0]?.state).toBe('ACTIVE');
    expect(contractRows([contract({})], [], '2016-10-08')[0]?.state).toBe('EXECUTED');
  });

  it('[UI-12] last changed first, found by number or counterparty, counted by state', () => {
    const older = contract({
      id: 'c-2',
      versions: [version({ changedAt: '2016-11-01T00:00:00.000Z', state: 'DRAFT' })],
    });
    const rows = inOrder(rowsOf([older, contract({})]), LAST_CHANGED_FIRST);
    expect(rows.map((row) => row.contract.id)).toEqual(['c-1', 'c-2']);
    expect(rows.filter((row) => rowHolds(row, 'advertiser a'))).toHaveLength(2);
    expect(rows.filter((row) => rowHolds(row, 'nobody'))).toHaveLength(0);
    const counts = STATE_GROUPS.map((group) => rows.filter((row) => isInGroup(row, group)).length);
    expect(counts).toEqual([2, 1, 0, 0, 1, 0, 0]);
  });

  it('[SCR-67] billing previews stand at the version in force, beside whatever is being written', () => {
    const versions = [version({}), version({ versionId: 'v-2', state: 'DRAFT', sequence: 2 })];
    const draft = contract({ id: 'c-2', versions: versions.slice(1) });
    const card = contract({ id: 'c-3', kind: 'RATE_CARD' });
    const contracts = [contract({ versions }), draft, card];
    expect(rowsOf(listed(contracts, 'billing')).map((row) => row.version.versionId)).toEqual(['v-1']);
    const counts = (['all', 'contracts', 'rateCards'] as const).map((list) => listed(contracts, list).length);
    expect(counts).toEqual([3, 2, 1]);
  });

  it('[SCR-66] sorts by the head that was pressed and turns at the second press; blanks and words stay last both ways', () => {
    const figures = (versionId: string, patch: Partial<ContractFigures>): ContractFigures => ({
      versionId,
      worth: null,
      direction: 'RECEIVABLE',
      starts: '2016-11-01',
      ends: null,
      lastDay: null,
      billing: null,
      ...patch,
    });
    const ordered = (amount: string, currency: string) =>
      ({ kind: 'ordered', amount, currency, delivered: 0 }) as const;
    const one = (number: string, patch: Partial<VersionSummary> = {}) =>
      contract({ id: `c-${number}`, number, versions: [version({ versionId: `v-${number}`, ...patch })] });
    const rows = rowsOf(
      [one('10'), one('9', { state: 'DRAFT' }), one('B'), one('7', { state: 'DRAFT', effectiveFrom: null }), one('8')],
      [
        figures('v-10', { worth: ordered('99.00', 'USD'), ends: '2016-12-31' }),
        figures('v-9', { worth: ordered('1000.00', 'USD'), ends: '2016-11-30' }),
        figures('v-B', { worth: ordered('5.00', 'EUR'), ends: '2016-11-05' }),
        figures('v-7', { worth: { kind: 'rates', count: 3, currencies: ['GBP'] }, starts: null }),
      ],
    );
    const by = (column: SortColumn, descending: boolean) =>
      inOrder(rows, { by: column, descending }).map(({ contract: { number } }: ContractRow) => number);
    expect(by('number', false)).toEqual(['7', '8', '9', '10', 'B']);
    expect(by('state', false)).toEqual(['7', '9', '8', '10', 'B']);
    expect(by('value', true)).toEqual(['B', '9', '10', '7', '8']);
    expect(by('value', false)).toEqual(['B', '10', '9', '7', '8']);
    expect(by('next', false)).toEqual(['9', '10', '8', 'B', '7']);
    expect(by('next', true)).toEqual(['10', '9', 'B', '8', '7']);
    const value = pressed(LAST_CHANGED_FIRST, 'value');
    expect([value, pressed(value, 'value')].map(({ descending }) => descending)).toEqual([true, false]);
    expect([LAST_CHANGED_FIRST, value].map(orderWords)).toEqual([
      'last changed first',
      'by currency, highest value first',
    ]);
    expect([value, { by: 'nothing', descending: true }, null].map(readOrder)).toEqual([value, null, null]);
  });
});
