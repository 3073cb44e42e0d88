import { expect, test } from 'vitest';
import { Ending } from './ending.ts';

test('[SIM-9] what waits for an end is told of it, what is done is let go, and who comes later hears at once', async () => {
  const ending = new Ending();
  const { promise: open } = Promise.withResolvers<string>();
  const waiting = ending.orEnd(open);
  expect(await ending.orEnd(Promise.resolve('answer'))).toBe('answer');
  await expect(ending.orEnd(Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  expect(ending.waiting).toBe(1);
  ending.end(new Error('the server died'));
  ending.end(new Error('a second time'));
  await expect(waiting).rejects.toThrow('the server died');
  await expect(ending.orEnd(open)).rejects.toThrow('the server died');
  expect(ending.waiting).toBe(0);
});
