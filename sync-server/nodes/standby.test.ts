import { leafHash } from '@countersign/shared/history';
import { expect, it } from 'vitest';
import { sha256 } from '../history/index.ts';
import type { DataFolder, PostgresStorage } from '../storage/index.ts';
import { Standby } from './standby.ts';

it('[NODE-21] a node that led follows on from where it led to', async () => {
  const leaves = Array.from({ length: 5 }, (_, index) => {
    const leaf = new TextEncoder().encode(`leaf ${index}`);
    return { index, leaf, hash: leafHash(leaf, sha256), doc: 'v-1' };
  });
  const askedFrom: number[] = [];
  const log: Pick<PostgresStorage, 'leaves' | 'lastCheckpoint'> = {
    leaves: async (from) => {
      askedFrom.push(from);
      return leaves.slice(from);
    },
    lastCheckpoint: async () => null,
  };
  const standby = new Standby(log as PostgresStorage, { path: '' } as DataFolder);
  await standby.follow();
  const tail = await standby.handOver();
  expect([standby.size, tail.tree.size]).toEqual([0, 5]);
  standby.takeBack(tail);
  await standby.follow();
  expect([standby.size, askedFrom]).toEqual([5, [0, 5]]);
});
