import { type ContractVersion, type Price, ContractVersion as Schema } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bill, contract, cpm, line } from './testKit/contract.ts';
import { contractProblems } from './validate.ts';

const minimum = { id: 'm', scope: 'CONTRACT', kind: 'MINIMUM', amount: '200', basis: 'GROSS' } as const;
const tiers = (...bounds: (string | null)[]) =>
  line({ type: 'GRADUATED', tiers: bounds.map((upTo) => ({ upTo, rate: '1' })) });
const row = { productKey: 'p', rateType: 'CPM' as const, price: { type: 'UNIT' as const, rate: '1' } };

describe('contracts that cannot be billed as written', () => {
  it.each<[string, string, string, Partial<ContractVersion>]>([
    ['TIERS_DESCEND', 'lines[0].price.tiers[1].upTo', 'descending tiers', { lines: [tiers('10', '5', null)] }],
    ['TIERS_END', 'lines[0].price.tiers[1].upTo', 'a last tier with a bound', { lines: [tiers('10', '20')] }],
    [
      'TIER_UNREACHABLE',
      'lines[0].price.tiers[0].upTo',
      'an open tier before the last',
      { lines: [tiers(null, null)] },
    ],
    [
      'TIER_WITHOUT_RATE',
      'lines[0].price.tiers[0]',
      'a tier that nothing prices',
      { lines: [line({ type: 'GRADUATED', tiers: [{ upTo: '10' }, { upTo: null, rate: '1' }] })] },
    ],
    [
      'TIER_GAP',
      'lines[0].price.tiers[1]',
      'tiers that begin after the one before ends',
      {
        lines: [
          line({
            type: 'GRADUATED',
            tiers: [
              { upTo: '10', rate: '1' },
              { from: '11', upTo: null, rate: '1' },
            ],
          } as Price),
        ],
      },
    ],
    [
      'RATES_OVERLAP',
      'rateCardRows[1].effectiveFrom',
      'overlapping rates',
      {
        rateCardRows: [
          { id: 'a', ...row },
          { id: 'b', ...row, effectiveFrom: '2026-05-01' },
        ],
      },
    ],
    [
      'MINIMUM_ABOVE_CAP',
      'commitments[0].amount',
      'a minimum above its cap',
      { commitments: [minimum, { ...minimum, id: 'c', kind: 'CAP', amount: '100' }] },
    ],
    [
      'EMPTY_FLIGHT',
      'lines[0].flight.to',
      'a flight of no day',
      { lines: [cpm('1', { flight: { from: '2026-02-01', to: '2026-02-01' } })] },
    ],
    ['EMPTY_INTERVAL', 'effectiveTo', 'an end before the start', { effectiveTo: '2025-01-01' }],
    [
      'UNKNOWN_LINE',
      'commitments[0].lineId',
      'a line commitment without line',
      { commitments: [{ ...minimum, scope: 'LINE', lineId: 'x' }] },
    ],
    ['DUPLICATE_ID', 'lines[1].id', 'two lines of one id', { lines: [cpm('1'), cpm('2')] }],
    [
      'DISCOUNT_AMBIGUOUS',
      'adjustments[0]',
      'a discount of both kinds',
      { adjustments: [{ kind: 'DISCOUNT', id: 'd', percent: '1', amount: '1' }] },
    ],
    [
      'MISSING_UPLIFT',
      'discrepancyRules[0].upliftPercent',
      'an uplift without percentage',
      { discrepancyRules: [{ id: 'r', thresholdPercent: '10', base: 'OTHER', remedy: 'UPLIFT' }] },
    ],
    [
      'MISSING_HALF_LIFE',
      'attribution.halfLifeDays',
      'decay without half-life',
      { attribution: { model: 'TIME_DECAY', windows: [{ touchType: 'CLICK', size: 'P7D' }] } },
    ],
    [
      'BEYOND_MINOR_UNIT',
      'commitments[0].amount',
      'an amount finer than the currency',
      { currency: 'JPY', commitments: [{ ...minimum, amount: '1.5' }] },
    ],
  ])('[BILL-30] %s at %s: %s', (code, path, _what, change) => {
    expect(contractProblems(contract(change)).map((p) => [p.code, p.place.path])).toContainEqual([code, path]);
  });

  it.each<[string, unknown]>([
    ['commitments[0].basis', { commitments: [{ ...minimum, basis: undefined }] }],
    [
      'discrepancyRules[0].base',
      { discrepancyRules: [{ id: 'r', thresholdPercent: '10', remedy: 'UPLIFT', upliftPercent: '10' }] },
    ],
    ['lines[0].price.rate', { lines: [{ id: 'l', rateType: 'CPM', price: { type: 'UNIT', rate: 2.5 } }] }],
    ['lines[0].price.rate', { lines: [{ id: 'l', rateType: 'CPM', price: { type: 'UNIT', rate: '=1+1' } }] }],
    ['lines[0].price.rate', { lines: [{ id: 'l', rateType: 'CPM', price: { type: 'UNIT', rate: '-1' } }] }],
    ['currency', { currency: 'XYZ' }],
    ['effectiveFrom', { effectiveFrom: '2026-02-30' }],
    ['lines[0]', { lines: [{ id: 'l', rateType: 'CPM', contractedQty: '5' }] }],
  ])('[BILL-30] names the field %s', (path, change) => {
    const [first] = contractProblems({ ...contract(), ...(change as object) });
    expect(first?.place.path).toBe(path);
    expect(first?.message.length).toBeGreaterThan(path.length + 20);
  });

  it('[BILL-30] says what is missing apart from what is wrong', () => {
    const [missing] = contractProblems({ ...contract(), timeZone: undefined });
    expect(missing?.message).toBe('timeZone: This field is required. Give a string.');
    const [number] = contractProblems(contract({ lines: [cpm(2.5 as unknown as string)] }));
    expect(number?.message).toBe(
      'lines[0].price.rate: Write the decimal as text, for example "12.50". Correct this field.',
    );
  });

  it('[BILL-30] refuses a zone that does not exist, a period before the contract and a version not yet recorded', () => {
    const refused = (code: string, path: string, message: RegExp) =>
      expect.objectContaining({ name: 'DomainError', code, place: { path }, message: expect.stringMatching(message) });
    expect(() => bill(contract({ timeZone: 'Mars/Base' }))).toThrow(
      refused('UNKNOWN_TIME_ZONE', 'timeZone', /^timeZone: "Mars\/Base" is not a time zone/),
    );
    expect(() => bill(contract({ timeZone: 'not a zone' }))).toThrow(refused('BAD_FIELD', 'timeZone', /IANA name/));
    expect(() => bill(contract(), { period: '2025-12' })).toThrow(
      refused('PERIOD_BEFORE_CONTRACT', 'period', /ends before the contract begins on 2026-01-01/),
    );
    expect(() => bill(contract(), { period: '2026-13' })).toThrow(refused('BAD_PERIOD', 'period', /YYYY-MM/));
    expect(() => bill(contract(), { asOf: '2025-01-01T00:00:00Z' })).toThrow(
      refused('NOT_YET_RECORDED', 'asOf', /No version was recorded/),
    );
    expect(() => bill(contract(), { asOf: 'yesterday' })).toThrow(refused('BAD_AS_OF', 'asOf', /not a point in time/));
  });

  it('[BILL-32] refuses versions of different frames', () => {
    expect(() => bill([contract(), contract({ id: 'v2', sequence: 2, currency: 'EUR' })])).toThrow(/currency/);
  });

  it('[BILL-30] the format is published as JSON Schema', () => {
    const schema = z.toJSONSchema(Schema, { io: 'input' });
    expect(Object.keys(schema.properties ?? {})).toContain('commitments');
    expect(schema.required).toContain('timeZone');
  });
});
