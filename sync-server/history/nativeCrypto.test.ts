import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { parseVectorFile, runHistoryVectors } from '@countersign/shared/history';
import { expect, test } from 'vitest';
import { nodeEd25519, SigningKey, sha256, verifyInPool, verifyInTurn } from './nativeCrypto.ts';

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

test('[HIST-6] at once and in the pool the server gives the published and the edge vectors the answers of the strict rule', async () => {
  for (const verify of [nodeEd25519.verify, verifyInPool]) {
    for (const name of ['history', 'edges']) {
      const text = readFileSync(new URL(`../../shared/vectors/${name}.json`, import.meta.url), 'utf8');
      const file = parseVectorFile(text) as { facts: { kind: string }[] };
      const facts = file.facts.filter(({ kind }) => kind === 'ed25519-verify' || kind === 'note-open');
      const outcomes = await runHistoryVectors({ facts }, { verify });
      expect(outcomes.filter(({ pass }) => !pass)).toEqual([]);
      expect(outcomes.length).toBeGreaterThan(50);
    }
  }
});

test('[HIST-1] a hash is that of every length of message, in an array that nobody else writes', () => {
  const digests = [0, 1, 55, 56, 63, 64, 65, 1000, 70_000].map((length) => {
    const message = randomBytes(length);
    const digest = sha256(message);
    expect(digest).toEqual(new Uint8Array(createHash('sha256').update(message).digest()));
    expect([digest.byteOffset, digest.buffer.byteLength]).toEqual([0, 32]);
    return digest;
  });
  expect(new Set(digests.map((digest) => digest.buffer)).size).toBe(digests.length);
});
