/** Every document of the demo workspace, in the order it is made. Owns nothing else. */
import { affiliateContract } from './affiliateContract.ts';
import { graduatedContract, volumeContract } from './deliveryContracts.ts';
import type { DemoDocument } from './demoDocument.ts';
import { rateCards } from './rateCards.ts';
import { tvContract } from './tvContract.ts';

export function demoDocuments(): DemoDocument[] {
  return [tvContract(), volumeContract(), graduatedContract(), affiliateContract(), ...rateCards()];
}
