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
});
