import { describe, expect, it } from 'vitest';
import { Answers } from './answers.ts';

describe('Answers', () => {
  it('[UI-20] asks once for a key that two components want', async () => {
    const answers = new Answers();
    let asked = 0;
    const ask = async () => {
      asked += 1;
      return 'v';
    };
    answers.want('k', ask);
    answers.want('k', ask);
    await answers.reload('other');
    await Promise.resolve();
    expect(asked).toBe(1);
    expect(answers.state('k')).toEqual({ data: 'v', error: null, loading: false });
  });

  it('[UI-20] asks again for somebody who comes back later', async () => {
    const answers = new Answers();
    let asked = 0;
    const ask = async () => {
      asked += 1;
    };
    answers.want('k', ask, 0);
    answers.want('k', ask, 1_000);
    answers.want('k', ask, 60_000);
    await Promise.resolve();
    expect(asked).toBe(2);
  });

  it('[UI-20] keeps the last answer when asking again fails, and says why', async () => {
    const answers = new Answers();
    let fails = false;
    answers.want('k', async () => {
      if (fails) throw new Error('The server cannot be reached.');
      return 1;
    });
    await answers.reload('k');
    fails = true;
    await answers.reload('k');
    expect(answers.state('k')).toEqual({ data: 1, error: 'The server cannot be reached.', loading: false });
  });

  it('[UI-20] an answer that comes late does not replace a newer one', async () => {
    const answers = new Answers();
    const waiting: ((value: string) => void)[] = [];
    answers.want('k', () => new Promise((resolve) => waiting.push(resolve)));
    const second = answers.reload('k');
    waiting[1]?.('new');
    await second;
    waiting[0]?.('old');
    await Promise.resolve();
    expect(answers.state('k').data).toBe('new');
  });

  it('[UI-20] refresh asks again only for what somebody looks at', async () => {
    const answers = new Answers();
    let asked = 0;
    const ask = async () => {
      asked += 1;
    };
    answers.want('seen', ask);
    answers.want('left', ask);
    answers.subscribe('seen', () => undefined);
    await answers.refresh();
    expect(asked).toBe(3);
  });
});
