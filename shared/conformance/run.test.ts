import { describe, expect, it } from 'vitest';
import advertising from '../vectors/advertising.json' with { type: 'json' };
import rating from '../vectors/rating.json' with { type: 'json' };
import { ADVERTISING_RULES } from './advertising.ts';
import { RATING_MODELS } from './rating.ts';
import { runVectors } from './run.ts';

describe('vector files', () => {
  it.each([
    ['rating', rating, 108],
    ['advertising', advertising, 62],
  ] as const)('[CONF-2] every vector of %s passes', async (_name, file, count) => {
    const outcomes = await runVectors(file);
    expect(outcomes.filter((o) => !o.pass)).toEqual([]);
    expect(outcomes).toHaveLength(count);
  });

  it('[CONF-1] every model and rule of the heads is built', () => {
    expect(Object.keys(rating.models).filter((model) => !Object.hasOwn(RATING_MODELS, model))).toEqual([]);
    expect(Object.keys(advertising.rules).filter((rule) => !Object.hasOwn(ADVERTISING_RULES, rule))).toEqual([]);
  });

  it('[CONF-1] a wrong figure, an unknown model and a broken vector fail; nothing is skipped', async () => {
    const outcomes = await runVectors({
      vectors: [
        { id: 'wrong', model: 'unit', params: { unit_amount: '5' }, quantity: '2', expected: { amount: '11' } },
        {
          id: 'extra',
          model: 'unit',
          params: { unit_amount: '5' },
          quantity: '2',
          expected: { amount: '10', moon: '1' },
        },
        { id: 'unknown', model: 'astrology', params: {}, expected: { amount: '1' } },
        { id: 'inherited', model: 'constructor', params: {}, expected: { amount: '1' } },
        { id: 'broken', rule: 'unit_price', expected: { amount: '1' } },
        7,
        { id: 'right', model: 'unit', params: { unit_amount: '5' }, quantity: '2', expected: { amount: '10.00' } },
      ],
    });
    expect(outcomes.map((o) => o.pass)).toEqual([false, false, false, false, false, false, true]);
  });

  it('[CONF-1] a file of no known schema is refused', async () => {
    await expect(runVectors({ title: 'x' })).rejects.toThrow(/neither "vectors" nor "facts"/);
  });
});
