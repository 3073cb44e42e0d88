import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SigningKey, verifyInTurn } from './nativeCrypto.ts';

test('[ADM-1] the first signature of a turn is checked at once and those that came with it side by side, with one verdict', async () => {
  const key = new SigningKey(randomBytes(32));
  const message = randomBytes(300);
  const good = key.sign(message);
  const bad = good.with(10, (good[10] ?? 0) ^ 1);
  const ask = (signature: Uint8Array) => verifyInTurn(key.publicKey, message, signature);
  await setImmediate();
  for (const [first, then] of [
    [good, bad],
    [bad, good],
  ] as const) {
    const [now, ...later] = [ask(first), ask(then), ask(first), ask(new Uint8Array(3))];
    expect(now).toBe(first === good);
    expect(later.every((answer) => answer instanceof Promise)).toBe(true);
    expect(await Promise.all(later)).toEqual([then === good, first === good, false]);
    await setImmediate();
  }
});
