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

  it('[FACT-7] a flight of five years is worth all of its sixty months, one of seventy at least its first twenty years', () => {
    const content = contentOf(tvContract());
    const line = { rowId: 'r-1', line: '1', product: 'News', from: '2016-11-01', rateType: 'SPOT', quantity: '60' };
    const of = (to: string) =>
      worthReader()({
        ...content,
        sheets: { ...content.sheets, lines: [{ ...line, to, rate: '100', billingSource: 'CONTRACTED' }] },
      });
    expect(of('2021-10-31')).toEqual({ amount: '6000.00', currency: 'USD' });
    // 260 broadcast months end on 2038-06-27: 7,909 of 25,567 days.
    expect(of('2086-10-31')).toEqual({ amount: '1856.06', currency: 'USD' });
  });
});
