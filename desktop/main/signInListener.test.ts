import { afterEach, describe, expect, it } from 'vitest';
import { SignInListener } from './signInListener.ts';

const listener = new SignInListener();
afterEach(() => listener.stop());
const CODE = 'c'.repeat(43);

describe('the sign-in listener', () => {
  it('[ELE-17] takes one answer on a free port of this computer and then listens no more', async () => {
    const returnTo = await listener.listen();
    expect(returnTo).toMatch(/^http:\/\/127\.0\.0\.1:\d{4,5}\/signed-in$/);
    const answer = listener.answerTo(async () => {
      expect((await fetch(returnTo.replace('signed-in', 'other'))).status).toBe(404);
      const page = await fetch(`${returnTo}?code=${CODE}`);
      expect(await page.text()).toContain('Go back to Countersign');
      expect(page.headers.get('content-security-policy')).toBe("default-src 'none'");
    });
    expect(await answer).toBe(CODE);
    await expect(fetch(returnTo)).rejects.toThrow();
  });

  it('[ELE-17] an answer without a code is a refusal in words', async () => {
    const returnTo = await listener.listen();
    const answer = listener.answerTo(async () => {
      await fetch(`${returnTo}?refused=denied`);
    });
    await expect(answer).rejects.toThrow('cancelled or refused there');
  });

  it('[ELE-17] a second sign-in replaces the first', async () => {
    const first = await listener.listen();
    const second = await listener.listen();
    await expect(fetch(first)).rejects.toThrow();
    const answer = listener.answerTo(async () => {
      await fetch(`${second}?code=${CODE}`);
    });
    expect(await answer).toBe(CODE);
  });
});
