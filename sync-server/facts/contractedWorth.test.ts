import { describe, expect, it } from 'vitest';
import { volumeContract } from '../demo/deliveryContracts.ts';
import type { DemoDocument } from '../demo/demoDocument.ts';
import { rateCards } from '../demo/rateCards.ts';
import { tvContract } from '../demo/tvContract.ts';
import { contentOfSheets } from '../testKit/demoContent.ts';
import { worthReader } from './contractedWorth.ts';

const contentOf = (document: DemoDocument | undefined) =>
  contentOfSheets(document?.contractId ?? '', document?.kind ?? 'CONTRACT', document?.versions.at(-1)?.sheets ?? {});

describe('worthReader', () => {
  it('[FACT-7] is the gross of contracted lines; measured contracts and rate cards have none', () => {
    const worth = worthReader();
    expect(worth(contentOf(tvContract()))).toEqual({ amount: '109600.00', currency: 'USD' });
    expect(worth(contentOf(tvContract()))).toEqual({ amount: '109600.00', currency: 'USD' });
    expect(worth(contentOf(volumeContract()))).toBeNull();
    expect(worth(contentOf(rateCards()[0]))).toBeNull();
  });

  it('[FACT-7] a version that cannot be billed yet has none', () => {
    const content = contentOf(tvContract());
    const without = { ...content, sheets: { ...content.sheets, terms: [] } };
    expect(worthReader()(without)).toBeNull();
  });

  it('[FACT-7] a flight of five years is worth all of its sixty months, and one without an end nothing that could be told', () => {
    const content = contentOf(tvContract());
    const line = { rowId: 'r-1', line: '1', product: 'News', from: '2016-11-01', rateType: 'SPOT', quantity: '60' };
    const of = (more: Record<string, string>) => ({
      ...content,
      sheets: { ...content.sheets, lines: [{ ...line, rate: '100', billingSource: 'CONTRACTED', ...more }] },
    });
    expect(worthReader()(of({ to: '2021-10-31' }))).toEqual({ amount: '6000.00', currency: 'USD' });
    expect(worthReader()(of({ to: '2921-10-31' }))).toBeNull();
  });
});
