import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Random } from '../sim/random.ts';
import { Witness } from '../sync-server/witness/witnessServer.ts';
import { noSplits, splitBetweenWitnesses } from './witnesses.ts';

const SLOW = { timeout: 60_000 };
const root = mkdtempSync(join(tmpdir(), 'countersign-splits-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a dishonest server between three witnesses', SLOW, () => {
  it('[TORT-13] no witness cosigns two histories that part, at most one has a quorum, and honest growth always has', async () => {
    const figures = noSplits();
    await splitBetweenWitnesses(join(root, 'sound'), new Random('splits'), 5, figures);
    expect(figures.problems).toEqual([]);
    expect(figures).toMatchObject({ splits: 5, cosignedTwice: 0, undetected: 0, distrusted: 0 });
    expect(figures.exchanges).toBeGreaterThan(5);
    expect(figures.honest).toBeGreaterThan(0);
  });

  it('[TORT-13] witnesses that forget what they cosigned are found out within a few meetings', async () => {
    const figures = noSplits();
    let started = 0;
    await splitBetweenWitnesses(join(root, 'forgetful'), new Random('splits'), 2, figures, (folder, key, log) => ({
      answer: (body) => {
        started += 1;
        const place = join(folder, `start${started}`);
        mkdirSync(place);
        return new Witness(place, key, [log]).answer(body);
      },
    }));
    expect(figures.problems).toContainEqual(expect.stringMatching(/cosigned two histories that part at entry \d+/));
    expect(figures.problems).toContainEqual(expect.stringContaining('a quorum each'));
  });
});
