import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { preview, previewJson } from '@countersign/shared/billing';
import type { ContractVersion } from '@countersign/shared/model';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SCHEMA_FOLDER, SCHEMA_NAMES, type SchemaName, schemaOf } from './schemas.ts';

const published = (name: SchemaName): Record<string, unknown> =>
  JSON.parse(readFileSync(join(SCHEMA_FOLDER, `${name}.json`), 'utf8'));
const AGREEMENTS = join(SCHEMA_FOLDER, '..', 'agreements');
const contracts: [string, ContractVersion][] = readdirSync(AGREEMENTS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => [entry.name, JSON.parse(readFileSync(join(AGREEMENTS, entry.name, 'contract.json'), 'utf8'))]);
const problems = (name: SchemaName, document: unknown): string[] => {
  const parsed = z.fromJSONSchema(published(name)).safeParse(document);
  return parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
};

describe('published JSON Schemas', () => {
  it.each(SCHEMA_NAMES)('[BILL-43] docs/schemas/%s.json is current', (name) => {
    expect(published(name)).toEqual(JSON.parse(JSON.stringify(schemaOf(name))));
  });

  it('[BILL-43] every agreement of the docs and its preview validate', () => {
    expect(contracts.length).toBeGreaterThan(10);
    for (const [name, given] of contracts) {
      const versions = Array.isArray(given) ? (given as ContractVersion[]) : [given];
      for (const version of versions) expect([name, problems('contract', version)]).toEqual([name, []]);
      const first = versions[0] as ContractVersion;
      const facts = { delivery: [], touches: [], actions: [] };
      const result = preview({ versions, facts, period: first.effectiveFrom.slice(0, 7) });
      expect([name, problems('result', JSON.parse(previewJson(result)))]).toEqual([name, []]);
    }
  });

  const version: ContractVersion = {
    id: 'v1',
    contractId: 'c1',
    number: 'IO-1',
    currency: 'USD',
    timeZone: 'America/New_York',
    effectiveFrom: '2026-01-01',
    effectiveTo: '2027-01-01',
    lines: [
      {
        id: 'l1',
        rateType: 'CPM',
        price: {
          type: 'COMBINE',
          op: 'GREATER_OF',
          of: [
            {
              type: 'GRADUATED',
              tiers: [
                { upTo: '100', rate: '20' },
                { upTo: null, rate: '18' },
              ],
            },
            { type: 'UNIT', rate: '6.50' },
          ],
        },
      },
      {
        id: 'l2',
        rateType: 'CPC',
        price: {
          type: 'GRADUATED',
          tiers: [
            { upTo: '100', rate: '2' },
            { upTo: null, rate: '1' },
          ],
        },
      },
    ],
    commitments: [{ id: 'cap', scope: 'CONTRACT', kind: 'CAP', amount: '20', basis: 'GROSS' }],
    adjustments: [
      { kind: 'COMMISSION', id: 'c', percent: '15' },
      { kind: 'TAX', id: 't', code: 'VAT', percent: '20' },
    ],
    payoutRules: [{ id: 'p', payout: { type: 'PERCENT', percent: '7' } }],
    terms: [{ key: 'fee', type: 'MONEY', value: '10' }],
  };
  const facts = {
    delivery: [
      { lineId: 'l1', localDate: '2026-01-10', quantity: '1000' },
      { lineId: 'l2', localDate: '2026-01-10', quantity: '7' },
    ],
    touches: [{ id: 't', actorId: 'u', touchType: 'CLICK', partnerId: 'p', at: '2026-01-01T00:00:00Z' }],
    actions: [{ id: 'a', partnerId: 'p', occurredAt: '2026-01-02T12:00:00Z', amounts: { order: '10.07' } }],
  };

  it('[BILL-43] a bill with tiers, caps, tax, actions and forecasts validates, and its facts', () => {
    expect(problems('contract', version)).toEqual([]);
    expect(problems('facts', facts)).toEqual([]);
    const result = preview({ versions: [version], facts, period: '2026-01' });
    expect(result.forecasts?.length).toBeGreaterThan(0);
    expect(problems('result', JSON.parse(previewJson(result)))).toEqual([]);
  });

  it('[BILL-43] a number for money, an unknown field and a missing one do not validate', () => {
    expect(problems('facts', { delivery: [{ lineId: 'l1', localDate: '2026-01-10', quantity: 1000 }] })).not.toEqual(
      [],
    );
    expect(problems('contract', { ...version, surprise: true })).not.toEqual([]);
    const { currency: _currency, ...without } = version;
    expect(problems('contract', without)).not.toEqual([]);
  });
});
