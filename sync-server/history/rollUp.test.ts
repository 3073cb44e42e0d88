import { expect, it } from 'vitest';
import { createLog } from '../telemetry/index.ts';
import { type RolledUp, RollUp } from './rollUp.ts';

it('[AUD-5] [AUTH-20] adds up by key, writes each once, and what could not be written is added to what came meanwhile', async () => {
  const written: RolledUp[] = [];
  let isFull = true;
  const rollUp = new RollUp<RolledUp>({
    log: createLog('silent', false, () => undefined),
    fault: 'not recorded',
    write: async (held) => {
      if (isFull) {
        rollUp.add('a', { count: 3, from: '2026-11-21T09:02:00.000Z', to: '2026-11-21T09:02:00.000Z' });
        throw new Error('the disk is full');
      }
      written.push(held);
    },
  });
  rollUp.add('a', { count: 1, from: '2026-11-21T09:01:00.000Z', to: '2026-11-21T09:01:00.000Z' });
  // A clock that was set back.
  rollUp.add('a', { count: 1, from: '2026-11-21T09:00:00.000Z', to: '2026-11-21T09:00:00.000Z' });
  rollUp.add('b', { count: 7, from: '2026-11-21T09:00:00.000Z', to: '2026-11-21T09:00:00.000Z' });
  await expect(rollUp.flush()).rejects.toThrow('the disk is full');
  expect(written).toEqual([]);
  isFull = false;
  await rollUp.flush();
  expect(written.toSorted((x, y) => x.count - y.count)).toEqual([
    { count: 5, from: '2026-11-21T09:00:00.000Z', to: '2026-11-21T09:02:00.000Z' },
    { count: 7, from: '2026-11-21T09:00:00.000Z', to: '2026-11-21T09:00:00.000Z' },
  ]);
  await rollUp.flush();
  expect(written).toHaveLength(2);
});
