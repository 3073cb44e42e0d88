/** What can be typed in the grid: terms and columns of rules, to the model and back. */
import { describe, expect, it } from 'vitest';
import type { ContractVersion } from '../contract.ts';
import type { RowContent, WorkbookContent } from '../sheets/content.ts';
import { SHEET_SCHEMA } from '../sheets/sheets.ts';
import { compileVersion, metaOfVersion, sheetsFromVersion } from './index.ts';
import { isOverlayKey } from './overlay.ts';
import { normalised } from './sayable.ts';

const META = { versionId: 'v-1', contractId: 'c-1', kind: 'ORIGINAL', sequence: 1, number: 'N-1' } as const;
const HEAD = { currency: 'USD', timeZone: 'UTC', effectiveFrom: '2026-01-01' };

function typed(terms: Record<string, string>, sheets: Record<string, RowContent[]> = {}): WorkbookContent {
  const rows = Object.entries({ ...HEAD, ...terms }).map(([key, value], i) => ({
    rowId: `r-${i}`,
    key,
    value,
    ...(key === 'ends.amount' ? { clause: '4' } : {}),
  }));
  return { schema: SHEET_SCHEMA, kind: 'CONTRACT', contractId: 'c-1', sheets: { terms: rows, ...sheets } };
}

/** Compiles, spells and compiles again; beside the cells nothing may need JSON but the id that a row had before. */
function thereAndBack(content: WorkbookContent): ContractVersion {
  const { version, problems } = compileVersion(content, META);
  if (version === null) throw new Error(problems.map(({ text }) => text).join(' '));
  expect(problems).toEqual([]);
  const spelled = sheetsFromVersion(version);
  const beside = (spelled.sheets.terms ?? []).filter(({ key }) => isOverlayKey(key ?? ''));
  expect(beside.filter(({ value }) => !/^\{"id":"[^"]*"\}$/.test(value ?? ''))).toEqual([]);
  const again = compileVersion(spelled, metaOfVersion(version)).version;
  expect(normalised(again ?? {})).toEqual(normalised(version));
  return version;
}

describe('rules typed as terms', () => {
  it('[DOC-51] starts, ends, the discrepancy rule and the least payment are terms, each with its clause', () => {
    const version = thereAndBack(
      typed(
        {
          billingCycle: 'QUARTERLY',
          leastPayment: '500.00',
          'leastPayment.atEnd': 'KEEP',
          'starts.event': 'launch of the site',
          'starts.eventOn': '2026-02-03',
          'ends.quantity': '176717916',
          'ends.amount': '250000.00',
          'discrepancy.threshold': '10',
          'discrepancy.base': 'OTHER',
          'discrepancy.remedy': 'UPLIFT',
          'discrepancy.uplift': '5',
        },
        { clauses: [{ rowId: 'r-k', key: '4', text: 'Until 250,000 dollars.' }] },
      ),
    );
    expect(version).toMatchObject({
      billingCycle: 'QUARTERLY',
      leastPayment: { amount: '500.00', atEnd: 'KEEP' },
      triggers: [
        { id: 'starts-event', applies: 'START', on: 'ON_EVENT', event: 'launch of the site', occurredOn: '2026-02-03' },
        { id: 'ends-quantity', applies: 'END', on: 'ON_QUANTITY', quantity: '176717916' },
        { id: 'ends-amount', applies: 'END', on: 'ON_AMOUNT', amount: '250000.00', clauseId: '4' },
      ],
      discrepancyRules: [{ id: 'discrepancy', thresholdPercent: '10', base: 'OTHER', upliftPercent: '5' }],
    });
  });

  it('[DOC-51] an awaited event has no day, and a rule that is half said names the term that is missing', () => {
    expect(thereAndBack(typed({ 'starts.event': 'launch' })).triggers).toEqual([
      { id: 'starts-event', applies: 'START', on: 'ON_EVENT', event: 'launch' },
    ]);
    const { version, problems } = compileVersion(typed({ 'discrepancy.threshold': '10' }), META);
    expect(version).toBeNull();
    expect(problems.map(({ text }) => text)).toEqual([
      'Discrepancy measured against is missing. Add the term "discrepancy.base".',
      'Discrepancy remedy is missing. Add the term "discrepancy.remedy".',
    ]);
  });

  it('[DOC-52] escalators, part periods, guarantees of delivery and free units are columns', () => {
    const version = thereAndBack(
      typed(
        {},
        {
          lines: [
            {
              rowId: 'r-l',
              line: '1',
              product: 'Video',
              from: '2026-01-01',
              to: '2026-12-31',
              rateType: 'CPM',
              rate: '12.00',
              quantity: '1000000',
              guaranteed: 'true',
              countedBy: 'adserver',
              freeUnits: '1000',
              overDeliveryPercent: '5',
            },
          ],
          commitments: [
            {
              rowId: 'r-c',
              kind: 'MINIMUM',
              scope: 'CONTRACT',
              amount: '1000.00',
              period: 'YEAR',
              basis: 'GROSS',
              proratePartPeriods: 'true',
              risesPercent: '5',
              risesFrom: '2026-01-01',
            },
          ],
        },
      ),
    );
    expect(version.lines?.[0]).toMatchObject({
      guaranteed: true,
      controllingMeasurement: { entity: 'adserver' },
      freeUnits: '1000',
      overDeliveryPercent: '5',
    });
    expect(version.commitments?.[0]).toMatchObject({
      period: 'YEAR',
      proratePartPeriods: true,
      escalator: { percent: '5', from: '2026-01-01' },
    });
  });
});
