import type { WorkbookContent } from '@countersign/shared/model/sheets';
import { describe, expect, it } from 'vitest';
import { affiliateContract } from '../demo/affiliateContract.ts';
import { graduatedContract, volumeContract } from '../demo/deliveryContracts.ts';
import type { DemoDocument } from '../demo/demoDocument.ts';
import { rateCards } from '../demo/rateCards.ts';
import { tvContract } from '../demo/tvContract.ts';
import { contentOfSheets } from '../testKit/demoContent.ts';
import { contractFigures } from './contractFigures.ts';
import type { StoredVersion } from './workspacePreview.ts';

function stored(content: WorkbookContent, sequence = 1, state: 'EXECUTED' | 'DRAFT' = 'EXECUTED'): StoredVersion {
  const kind = sequence === 1 ? 'ORIGINAL' : 'AMENDMENT';
  const { contractId } = content;
  return {
    summary: { versionId: `v-${sequence}`, contractId, kind, sequence, number: 'N-1', title: 'N', state },
    executedBy: state === 'EXECUTED' ? { at: `2016-10-0${sequence}T12:00:00.000Z` } : null,
    content,
  };
}
const contentOf = ({ contractId, kind, versions }: DemoDocument, version = versions.length - 1) =>
  contentOfSheets(contractId, kind, versions[version]?.sheets ?? {});
function figuresOf(...contents: WorkbookContent[]) {
  const versions = contents.map((content, i) => stored(content, i + 1, i === 0 ? 'EXECUTED' : 'DRAFT'));
  const shown = versions.at(-1);
  if (shown === undefined) throw new Error('No version was given.');
  return contractFigures(versions, shown);
}
const termsOf = (terms: Readonly<Record<string, string>>) =>
  Object.entries(terms).map(([key, value]) => ({ rowId: `r-${key}`, key, value }));
const HEAD = { currency: 'USD', timeZone: 'America/New_York', effectiveFrom: '2016-11-01' };
function order(lines: readonly Readonly<Record<string, string>>[], terms = HEAD): WorkbookContent {
  const rows = lines.map((line, i) => ({
    rowId: `r-${i}`,
    line: `${i + 1}`,
    product: 'News',
    from: '2016-11-01',
    to: '2016-11-30',
    rateType: 'SPOT',
    ...line,
  }));
  return { schema: 1, kind: 'CONTRACT', contractId: 'c-1', sheets: { terms: termsOf(terms), lines: rows } };
}

describe('contractFigures', () => {
  it('[SCR-60] an order is worth its gross, with its dates and how it is billed', () => {
    expect(figuresOf(contentOf(tvContract(), 1))).toEqual({
      versionId: 'v-1',
      worth: { kind: 'ordered', amount: '104900.00', currency: 'USD', delivered: 0 },
      direction: 'RECEIVABLE',
      starts: '2016-11-01',
      ends: null,
      lastDay: '2016-11-07',
      billing: { cycle: 'MONTHLY', calendar: 'BROADCAST', anchor: '2016-11-01' },
    });
  });

  it('[SCR-60] an amendment in the middle of a flight counts with what governed before it', () => {
    const before = order([{ quantity: '30', rate: '100', billingSource: 'CONTRACTED' }]);
    const after = order([{ quantity: '30', rate: '130', billingSource: 'CONTRACTED' }], {
      ...HEAD,
      effectiveFrom: '2016-11-16',
    });
    // 15 of 30 days at 100.00, 15 at 130.00.
    expect(figuresOf(before, after).worth).toMatchObject({ kind: 'ordered', amount: '3450.00' });
    expect(figuresOf(before, after).billing?.anchor).toBe('2016-11-01');
  });

  it('[SCR-60] a measured line with a quantity at one rate is worth that quantity; tiers and lines without one are named, not guessed', () => {
    const measured = { quantity: '500000', rate: '20', rateType: 'CPM', billingSource: 'OWN' };
    const open = { rate: '20', rateType: 'CPM', billingSource: 'OWN' };
    expect(figuresOf(order([measured, open])).worth).toEqual({
      kind: 'ordered',
      amount: '10000.00',
      currency: 'USD',
      delivered: 1,
    });
    expect(figuresOf(contentOf(volumeContract())).worth).toEqual({ kind: 'delivered', lines: 11 });
    expect(figuresOf(contentOf(graduatedContract())).worth).toEqual({ kind: 'delivered', lines: 2 });
  });

  it('[SCR-60] a programme says its one rate; a rate card its rates and their currency', () => {
    expect(figuresOf(contentOf(affiliateContract())).worth).toEqual({ kind: 'percent', percent: '8', of: 'sale' });
    const [card] = rateCards();
    if (card === undefined) throw new Error('The demo has no rate card.');
    const { worth, direction, billing } = figuresOf(contentOf(card));
    const rows = card.versions[0]?.sheets.rates ?? [];
    expect(worth).toEqual({ kind: 'rates', count: rows.length, currencies: ['EUR'] });
    expect([direction, billing]).toEqual([null, null]);
  });

  it('[SCR-60] nothing is told of a version that cannot be billed, nor of a blank one; its dates are still its own', () => {
    const silent = { worth: null, direction: null, billing: null };
    expect(figuresOf(order([], { currency: 'USD', timeZone: '', effectiveFrom: 'soon' }))).toMatchObject({
      ...silent,
      starts: null,
      lastDay: null,
    });
    const { currency: _, ...noCurrency } = HEAD;
    expect(figuresOf(order([{ quantity: '1', rate: '1' }], noCurrency as typeof HEAD))).toMatchObject({
      ...silent,
      starts: '2016-11-01',
      lastDay: '2016-11-30',
    });
    expect(figuresOf(order([])).worth).toBeNull();
    // A slip in the year: the periods are not all added, and part of a sum is no value.
    const slip = { quantity: '30', rate: '100', billingSource: 'CONTRACTED', to: '2086-11-30' };
    expect(figuresOf(order([slip])).worth).toBeNull();
  });
});
