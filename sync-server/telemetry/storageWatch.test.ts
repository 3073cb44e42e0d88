import { expect, it } from 'vitest';
import { Fenced } from '../storage/index.ts';
import { createLog, watchStorage } from './index.ts';

it('[OPS-23] a lease that another node holds is not told as a disk that refuses; a disk is', async () => {
  const lines: string[] = [];
  let fail: (error: unknown) => void = () => undefined;
  const storage = {
    failure: null,
    isWritable: async () => true,
    onFailed: (listener: (error: unknown) => void) => {
      fail = listener;
    },
    onCommitted: () => undefined,
  };
  watchStorage(
    storage,
    createLog('info', true, (line) => lines.push(line)),
  );
  fail(new Fenced('the lease could not be renewed'));
  expect(lines).toEqual([]);
  fail(new Error('no space'));
  expect(lines.join('')).toContain('the disk refused a write');
});
