import { CHAIN_START } from '@countersign/shared/history';
import { expect, it } from 'vitest';
import { MOST_EMPTY_CHAINS, Places } from './places.ts';

const name = (epoch: string) => ({ dev: 'd-1', epoch });

it('[ADM-17] of chains without an entry the oldest are forgotten, of chains with entries none', () => {
  const places = new Places({
    size: 0,
    lastOfDocs: new Map(),
    lastTime: '',
    policyHash: () => '00',
    now: () => new Date(0),
  });
  const head = { nextSeq: 3, prevDev: 'f'.repeat(64) };
  places.setChain(name('stored'), head);
  for (let i = 0; i <= MOST_EMPTY_CHAINS; i += 1) places.setChain(name(`made-up-${i}`), CHAIN_START);
  expect(places.chain(name('stored'))).toEqual(head);
  expect(places.chain(name('made-up-0'))).toBeUndefined();
  expect(places.chain(name('made-up-1'))).toEqual(CHAIN_START);
  expect(places.chain(name(`made-up-${MOST_EMPTY_CHAINS}`))).toEqual(CHAIN_START);
});
