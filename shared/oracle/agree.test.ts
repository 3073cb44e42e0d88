/** The kernel beside its second implementation, family by family. `npm run agree -- 100000` runs longer. */
import { describe, expect, it } from 'vitest';
import { FAMILIES } from './families.ts';
import { search } from './search.ts';

/** Mutation runs compare fewer, so that each mutant is quickly judged. */
const CONTRACTS = Number(process.env.ORACLE_CONTRACTS ?? '60');
const SEED = 20_260_101;

describe('the kernel and the oracle', () => {
  for (const [index, name] of Object.keys(FAMILIES).entries()) {
    it(`[ORA-1] agree on generated contracts of the family "${name}"`, () => {
      expect(search(name, CONTRACTS, SEED + index).found.join('\n')).toBe('');
    });
  }
});
