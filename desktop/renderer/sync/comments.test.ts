import { afterEach, describe, expect, test } from 'vitest';
import { type Computer, FIRST, World } from './testKit/world.ts';

const worlds: World[] = [];
afterEach(async () => {
  for (const made of worlds.splice(0)) await made.close();
});

async function two(): Promise<{ w: World; a: Computer; b: Computer }> {
  const w = await World.create();
  worlds.push(w);
  const [a, b] = [await w.computer('u-finance'), await w.computer('u-ops')];
  await a.open();
  await b.open();
  return { w, a, b };
}

const texts = ({ draft }: Computer) =>
  draft
    .threads('lines', FIRST)
    .map(({ messages }) => messages.map(({ text, stored }) => `${text}${stored ? '' : ' *'}`));

describe('comments', () => {
  test('[SYNC-41] a comment shows at once, is marked until it is stored, and reaches the others, who answer', async () => {
    const { w, a, b } = await two();
    await a.draft.comment('lines', FIRST, { about: 'rate', text: 'Net or gross?' });
    expect(texts(a)).toEqual([['Net or gross? *']]);
    expect(a.draft.marks('lines', FIRST, 'rate')).toMatchObject({ openComments: 1, waiting: false });
    expect(a.draft.marks('lines', FIRST, 'product').openComments).toBe(0);
    await w.quiet();
    expect(texts(a)).toEqual([['Net or gross?']]);
    const [thread] = b.draft.threads('lines', FIRST);
    expect(thread).toMatchObject({ about: 'rate', done: false, messages: [{ userId: 'u-finance' }] });
    await b.draft.comment('lines', FIRST, { about: 'rate', text: 'Gross.', thread: thread?.id ?? '' });
    await b.draft.comment('lines', FIRST, { about: 'rate', done: true, thread: thread?.id ?? '' });
    await w.quiet();
    for (const computer of [a, b]) {
      expect(texts(computer)).toEqual([['Net or gross?', 'Gross.']]);
      expect(computer.draft.marks('lines', FIRST, 'rate').openComments).toBe(0);
    }
  });

  test('[SYNC-41] what was said is no step of undo, and moves or changes no cell', async () => {
    const { w, a, b } = await two();
    await a.setRate(FIRST, '110');
    const rows = a.draft.rowIds('lines');
    await a.draft.comment('lines', FIRST, { about: null, text: 'See the e-mail of Monday.' });
    await a.draft.comment('lines', FIRST, { about: null, text: 'And of Tuesday.' });
    expect(a.draft.rowIds('lines')).toEqual(rows);
    await a.draft.undo();
    await w.quiet();
    expect(b.rate(FIRST)).toBe('100');
    expect(texts(b)).toEqual([['See the e-mail of Monday.'], ['And of Tuesday.']]);
  });
});
