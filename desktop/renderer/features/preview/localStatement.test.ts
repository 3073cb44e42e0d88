import type { Contract, VersionContent, VersionDetail, VersionSummary } from '@countersign/shared/protocol/api';
import { describe, expect, it } from 'vitest';
import { versionSummary } from '../testKit/versionSummary.ts';
import { compileVersions, endOfDay, localStatement, NothingToBill, versionsBilled } from './localStatement.ts';
import { billedText } from './statementWords.ts';
import { numberedSteps, tracedAmount } from './traceSteps.ts';

const summary = (fields: Partial<VersionSummary>): VersionSummary =>
  versionSummary({ effectiveFrom: '2016-11-01', ...fields });

const sheets = {
  terms: [
    { rowId: 'r-1', key: 'currency', value: 'USD' },
    { rowId: 'r-2', key: 'timeZone', value: 'America/New_York' },
    { rowId: 'r-3', key: 'effectiveFrom', value: '2016-11-01' },
    { rowId: 'r-4', key: 'effectiveTo', value: '2016-11-27' },
    { rowId: 'r-5', key: 'billingCalendar', value: 'BROADCAST' },
  ],
  lines: [
    {
      rowId: 'r-a',
      line: '1.0',
      product: 'Morning news',
      from: '2016-11-01',
      to: '2016-11-04',
      quantity: '3',
      rateType: 'SPOT',
      rate: '1000.00',
      billingSource: 'CONTRACTED',
    },
    {
      rowId: 'r-b',
      line: '2.0',
      product: 'Game show',
      from: '2016-11-07',
      to: '2016-11-07',
      quantity: '1',
      rateType: 'SPOT',
      rate: '400.00',
      billingSource: 'CONTRACTED',
    },
  ],
  rates: [],
  tiers: [],
  payouts: [],
  attribution: [],
  eligibility: [],
  commitments: [],
  adjustments: [{ rowId: 'r-c', kind: 'COMMISSION', label: 'Agency commission', percent: '15', clause: '3' }],
  clauses: [{ rowId: 'r-d', key: '3', text: 'Fifteen percent to the agency.', billed: 'true' }],
};
const content: VersionContent = {
  content: { schema: 1, kind: 'CONTRACT', contractId: 'c-1', sheets },
  contentHash: '0'.repeat(64),
};
// The compiler reads the summary and the execution of a detail, nothing else of it.
const detail = { summary: summary({}), executedBy: { userId: 'u-1', name: 'Finance', at: '2016-10-28T12:00:00.000Z' } };
const input = { detail: detail as VersionDetail, content };
const facts = { delivery: [], touches: [], actions: [] };

describe('the statement computed on this computer', () => {
  it('[SCR-1] stands on every executed version by sequence, and the named one', () => {
    const contract: Contract = {
      id: 'c-1',
      kind: 'CONTRACT',
      number: '2659161',
      title: 'November flight',
      counterparty: 'Agency B',
      versions: [
        summary({ versionId: 'v-4', sequence: 4, state: 'DRAFT' }),
        summary({ versionId: 'v-3', sequence: 3, state: 'IN_REVIEW' }),
        summary({ versionId: 'v-2', sequence: 2 }),
        summary({ versionId: 'v-1', sequence: 1, state: 'SUPERSEDED' }),
      ],
    };
    expect(versionsBilled(contract, 'v-3').map((v) => v.versionId)).toEqual(['v-1', 'v-2', 'v-3']);
    expect(versionsBilled(contract, 'v-1').map((v) => v.versionId)).toEqual(['v-1', 'v-2']);
  });

  it('[SCR-3] a spot contract says how many spots were billed', () => {
    const { versions } = compileVersions([input]);
    const { result } = localStatement({ versions, facts, period: '2016-11', asOf: null });
    expect(billedText(result.lines)).toBe('4 spots');
    expect(result.totals.gross).toBe('3400.00');
    expect(result.totals.total).toBe('2890.00');
  });

  it('[SCR-5] equal inputs give equal bytes', () => {
    const { versions } = compileVersions([input]);
    const request = { versions, facts, period: '2016-11', asOf: endOfDay('2016-11-08', 'America/New_York') };
    expect(localStatement(request).json).toBe(localStatement(structuredClone(request)).json);
  });

  it('[SCR-7] an adjustment is traced to the words of its clause', () => {
    const { versions } = compileVersions([input]);
    const { result } = localStatement({ versions, facts, period: '2016-11', asOf: null });
    const commission = result.adjustments.find((each) => each.kind === 'COMMISSION');
    const traced = tracedAmount(result, { of: 'adjustment', key: commission?.key ?? '' });
    expect(traced?.amount).toBe('-510.00');
    const steps =
      traced === null
        ? []
        : numberedSteps(traced.trace, {
            clauses: versions[0]?.clauses ?? [],
            delivery: [],
            actions: [],
            posting: null,
          });
    expect(steps.map((step) => step.clause?.text)).toContain('Fifteen percent to the agency.');
  });

  it('[SCR-4] what is known on a day ends with that day in the contract’s time zone', () => {
    expect(endOfDay('2016-11-05', 'America/New_York')).toBe('2016-11-06T03:59:59.999Z');
    expect(endOfDay('2016-11-06', 'America/New_York')).toBe('2016-11-07T04:59:59.999Z');
  });

  it('[SCR-1] a version without currency, zone or start says that nothing can be billed', () => {
    const bare = { ...content, content: { ...content.content, sheets: { ...sheets, terms: [] } } };
    expect(() => compileVersions([{ ...input, content: bare }])).toThrow(NothingToBill);
  });
});
