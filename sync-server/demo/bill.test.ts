import { type PreviewResult, preview } from '@countersign/shared/billing';
import { compileVersion } from '@countersign/shared/model/compile';
import { describe, expect, it } from 'vitest';
import { contentOfSheets } from '../testKit/demoContent.ts';
import { affiliateContract } from './affiliateContract.ts';
import { deliveryFacts, graduatedContract, volumeContract } from './deliveryContracts.ts';
import { type DemoDocument, readFacts } from './demoDocument.ts';
import { orderFacts } from './orderFacts.ts';
import { tvContract } from './tvContract.ts';

/** Compiles the first `count` versions as the services would and bills one period. */
function bill(document: DemoDocument, count: number, period: string): PreviewResult {
  const { contractId, kind, number, title } = document;
  const versions = document.versions.slice(0, count).map((version, index) => {
    const { version: compiled, problems } = compileVersion(contentOfSheets(contractId, kind, version.sheets), {
      versionId: `v-${index}`,
      contractId,
      number,
      title,
      kind: index === 0 ? 'ORIGINAL' : 'AMENDMENT',
      sequence: index + 1,
      status: version.stage,
      ...(version.stage === 'DRAFT' ? {} : { recordedAt: `2026-01-0${index + 1}T00:00:00.000Z` }),
    });
    expect(problems).toEqual([]);
    if (compiled === null) throw new Error('the version did not compile');
    return compiled;
  });
  const actions = contractId === 'c-affiliate' ? orderFacts(readFacts('order-lines.csv')).actions : [];
  return preview({
    versions,
    facts: { delivery: deliveryFacts().get(contractId) ?? [], touches: [], actions },
    period,
  });
}

describe('the demo as it bills', () => {
  it('[DEMO-2] the TV draft bills the printed totals in broadcast November 2016', () => {
    const result = bill(tvContract(), 3, '2016-11');
    expect(result.totals).toMatchObject({ gross: '109600.00', commission: '-16440.00', net: '93160.00' });
    expect(result.period).toMatchObject({ from: '2016-10-31', to: '2016-11-28', calendar: 'BROADCAST' });
  });

  it('[DEMO-3] the executed TV amendment bills what it held before the pre-emptions', () => {
    expect(bill(tvContract(), 2, '2016-11').totals).toMatchObject({ gross: '104900.00', net: '89165.00' });
  });

  it('[DEMO-6] the volume contract bills 895,535.13 net and warns of the cliff on line 8', () => {
    const result = bill(volumeContract(), 1, '2020-09');
    expect(result.totals).toMatchObject({
      gross: '1109021.83',
      discount: '-55451.09',
      commission: '-158035.61',
      net: '895535.13',
    });
    expect(result.lines).toHaveLength(11);
    expect(result.warnings.filter(({ code }) => code === 'TIER_CLIFF').map(({ lineId }) => lineId)).toContain('8');
    expect(result.notBilled.map(({ clauseId }) => clauseId)).toContain('4');
  });

  it('[DEMO-6] the graduated contract meets its cap, its minimum and neither', () => {
    const totals = (period: string) => bill(graduatedContract(), 1, period).totals;
    expect(totals('2020-03').cap).toMatch(/^-\d/);
    expect(totals('2020-05').minimum).toMatch(/^[1-9]/);
    expect(totals('2020-07')).toMatchObject({ gross: '0.00', minimum: '60000.00', net: '51000.00' });
    expect(totals('2020-01')).toMatchObject({ cap: '0.00', minimum: '0.00' });
  });

  it('[DEMO-7] the affiliate contract pays 8% of each order by itself, less partial returns', () => {
    const result = bill(affiliateContract(), 1, '2010-12');
    expect(result.actions).toHaveLength(424);
    expect(result.direction).toBe('PAYABLE');
    const order = result.actions?.find(({ orderId }) => orderId === '536397');
    // 8% of 255.75 after two returns of 9.30 and 13.95.
    expect(order?.payout).toBe('20.46');
  });
});
