import { ActionFact, DeliveryFact } from '@countersign/shared/model';
import { checkWorkbook } from '@countersign/shared/model/cell';
import { describe, expect, it } from 'vitest';
import { contentOfSheets } from '../testKit/demoContent.ts';
import { deliveryFacts, GRADUATED_CONTRACT_ID, VOLUME_CONTRACT_ID } from './deliveryContracts.ts';
import { readFacts } from './demoDocument.ts';
import { demoDocuments } from './documents.ts';
import { orderFacts } from './orderFacts.ts';

const sum = (counts: readonly string[]): string =>
  counts.reduce((total, count) => total + BigInt(count), 0n).toString();

describe('the documents of the demo', () => {
  it('[DEMO-4] every version that leaves DRAFT is valid as a whole', () => {
    for (const document of demoDocuments()) {
      for (const version of document.versions.filter(({ stage }) => stage !== 'DRAFT')) {
        const content = contentOfSheets(document.contractId, document.kind, version.sheets);
        expect([document.title, checkWorkbook(content)]).toEqual([document.title, []]);
      }
    }
  });

  it('[DEMO-4] a rate card that prints no date stays a draft that names what is missing, every other draft is valid', () => {
    const problems = demoDocuments().flatMap((document) =>
      document.versions
        .filter(({ stage }) => stage === 'DRAFT')
        .flatMap((version) =>
          checkWorkbook(contentOfSheets(document.contractId, document.kind, version.sheets)).map(
            (problem) => `${document.number}: ${problem.text}`,
          ),
        ),
    );
    expect(problems.toSorted()).toEqual([
      'CHANNEL5-UK-DIGITAL: Effective from is missing. Add the term "effectiveFrom".',
      'PK-PUBLIC-SECTOR-TV-2018: Effective from is missing. Add the term "effectiveFrom".',
      'VIJAYA-FM-NP: Effective from is missing. Add the term "effectiveFrom".',
    ]);
  });

  it('[DEMO-5] holds all 537 published rates of 12 cards', () => {
    const cards = demoDocuments().filter(({ kind }) => kind === 'RATE_CARD');
    expect(cards).toHaveLength(12);
    expect(cards.reduce((count, card) => count + (card.versions[0]?.sheets.rates?.length ?? 0), 0)).toBe(537);
  });

  it('[DEMO-1] row ids are unique in their sheet', () => {
    for (const document of demoDocuments()) {
      for (const { sheets } of document.versions) {
        for (const rows of Object.values(sheets)) expect(new Set(rows.map((row) => row.rowId)).size).toBe(rows.length);
      }
    }
  });

  it('[DEMO-6] delivery is the published impressions of 15 and 86 ads, each on a line of its contract', () => {
    const facts = deliveryFacts();
    const volume = facts.get(VOLUME_CONTRACT_ID) ?? [];
    expect(volume).toHaveLength(15);
    expect(sum(volume.map(({ quantity }) => quantity))).toBe('70886784');
    expect(sum(volume.filter(({ lineId }) => lineId === '8').map(({ quantity }) => quantity))).toBe('5017543');
    for (const fact of [...facts.values()].flat()) expect(DeliveryFact.parse(fact)).toEqual(fact);
    expect(volume.every(({ lineId }) => lineId !== '')).toBe(true);
    const graduated = facts.get(GRADUATED_CONTRACT_ID) ?? [];
    expect(graduated).toHaveLength(86);
    expect(sum(graduated.map(({ quantity }) => quantity))).toBe('71662477');
  });

  it('[DEMO-7] turns 9,999 order lines and 43 cancellations into actions, partial returns and rejected rows with a reason', () => {
    const rows = readFacts('order-lines.csv');
    expect(rows).toHaveLength(9999);
    const cancelled = rows.filter(({ invoice }) => invoice?.startsWith('C'));
    expect(cancelled).toHaveLength(100);
    expect(new Set(cancelled.map(({ invoice }) => invoice)).size).toBe(43);
    const { actions, rejected, matched } = orderFacts(rows);
    expect(matched + rejected.filter(({ invoice }) => invoice.startsWith('C')).length).toBe(100);
    expect(matched).toBeGreaterThan(0);
    expect(
      actions.length + new Set(rejected.filter(({ invoice }) => !invoice.startsWith('C')).map((r) => r.invoice)).size,
    ).toBe(469);
    const events = actions.flatMap(({ statusEvents }) => statusEvents ?? []);
    expect(events).toHaveLength(matched);
    for (const action of actions) expect(ActionFact.parse(action)).toEqual(action);
    expect(rejected.every(({ reason, row }) => reason !== '' && row > 1)).toBe(true);
  });

  it('[DEMO-1] names no advertiser, agency or person of the sources', () => {
    for (const { sheets } of demoDocuments().flatMap(({ versions }) => versions)) {
      for (const { values } of sheets.terms ?? []) {
        if (['advertiser', 'agency', 'partner'].includes(values.key ?? '')) {
          expect(values.value).toMatch(/^(Advertiser|Agency|Partner|Retailer) [A-Z]$/);
        }
      }
    }
    expect(new Set(readFacts('delivery-ads.csv').map(({ advertiser }) => advertiser))).toEqual(
      new Set(['Advertiser B', 'Advertiser C']),
    );
    expect(JSON.stringify(demoDocuments())).not.toMatch(/https?:/);
  });
});
