import { describe, expect, test } from 'vitest';
import { type ContractVersion, contractDoubts } from './index.ts';

const sound: ContractVersion = {
  id: 'v1',
  contractId: 'c1',
  number: 'C-1',
  currency: 'USD',
  timeZone: 'UTC',
  effectiveFrom: '2026-01-01',
  effectiveTo: '2027-01-01',
  parties: [{ id: 'agency', kind: 'AGENCY' }],
  lines: [{ id: 'a', rateType: 'CPM', price: { type: 'UNIT', rate: '5' }, taxCode: 'VAT', clauseId: 'k' }],
  adjustments: [
    { kind: 'COMMISSION', id: 'c', percent: '15', payeeId: 'agency', clauseId: 'k' },
    { kind: 'TAX', id: 't', code: 'VAT', percent: '20' },
  ],
  clauses: [{ id: 'k', key: '1', text: 'Words.' }],
};
const of = (changed: Partial<ContractVersion>): string[] =>
  contractDoubts({ ...sound, ...changed }).map(({ code, path }) => `${code} ${path}`);
const line = (changed: object): Partial<ContractVersion> => ({
  lines: [{ ...(sound.lines?.[0] as NonNullable<ContractVersion['lines']>[number]), ...changed }],
});

describe('contractDoubts', () => {
  test('[AGR-13] a version that means what it says leaves nothing to look at', () => {
    expect(contractDoubts(sound)).toEqual([]);
    expect(of({ clauses: undefined, lines: undefined, adjustments: undefined, parties: undefined })).toEqual([]);
  });

  test.each<[string, Partial<ContractVersion>, string[]]>([
    ['a clause that is not there', line({ clauseId: 'x' }), ['UNKNOWN_CLAUSE lines[0].clauseId']],
    [
      'a clause that nothing rests on',
      { clauses: [...(sound.clauses ?? []), { id: 'z', key: '9', text: 'W.' }] },
      ['UNUSED_CLAUSE clauses[1]'],
    ],
    ['a makegood for nothing', line({ makegoodFor: 'x' }), ['UNKNOWN_LINE lines[0].makegoodFor']],
    [
      'a tax code without a tax, a tax without a line',
      line({ taxCode: 'X' }),
      ['NO_TAX lines[0].taxCode', 'TAXES_NOTHING adjustments[1].code'],
    ],
    ['a payee who is no party', { parties: [{ id: 'x' }] }, ['UNKNOWN_PARTY adjustments[0].payeeId']],
    [
      'an override of nothing',
      { overrides: [{ id: 'o', payoutRuleId: 'x', price: { type: 'UNIT', rate: '1' } }] },
      ['UNKNOWN_RULE overrides[0].payoutRuleId'],
    ],
    [
      'an id twice',
      { adjustments: (sound.adjustments ?? []).map((rule) => ({ ...rule, id: 'same' })) },
      ['DUPLICATE_ID adjustments[1].id'],
    ],
    [
      'a percentage of a count',
      line({ price: { type: 'PERCENT', percent: '5' } }),
      ['PERCENT_OF_COUNT lines[0].price'],
    ],
    ['a rate on sales', line({ rateType: 'CPS' }), ['RATE_OF_MONEY lines[0].price']],
    [
      'a flight that is over',
      line({ flight: { from: '2025-01-01', to: '2026-01-01' } }),
      ['FLIGHT_OUTSIDE lines[0].flight'],
    ],
    ['a flight after the end', line({ flight: { from: '2027-01-01' } }), ['FLIGHT_OUTSIDE lines[0].flight']],
    [
      'a span that is not read',
      {
        commitments: [
          {
            id: 'm',
            scope: 'CONTRACT',
            kind: 'MINIMUM',
            amount: '5',
            basis: 'GROSS',
            period: 'QUARTER',
            term: { from: '2026-01-01', to: '2026-04-01' },
          },
        ],
      },
      ['SPAN_UNUSED commitments[0].term'],
    ],
    [
      'an amount that is only text',
      { terms: [{ key: 'x', type: 'TEXT', value: 'a fee of 5%' }] },
      ['TERM_UNLISTED terms[0]'],
    ],
  ])('[AGR-13] %s', (_what, changed, expected) => {
    expect(of(changed)).toEqual(expected);
  });

  test('[AGR-13] spans, shares and texts that are meant are left alone', () => {
    const span = { from: '2026-01-01', to: '2026-04-01' };
    expect(
      of({
        commitments: [
          { id: 'm', scope: 'CONTRACT', kind: 'MINIMUM', amount: '5', basis: 'GROSS', period: 'TERM', term: span },
        ],
        terms: [
          { key: 'a', type: 'TEXT', value: 'Up to 5%', billed: false, reason: 'A right.' },
          { key: 'b', type: 'TEXT', value: 'USD 5', informational: true },
          { key: 'c', type: 'TEXT', value: 'notice of 30 days' },
        ],
        ...line({ rateType: 'CPS', price: { type: 'PERCENT', percent: '5' } }),
      }),
    ).toEqual([]);
  });
});
