import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MerkleTree, toHex, WORKSPACE_DOCUMENT } from '@countersign/shared/history';
import { afterAll, describe, expect, it } from 'vitest';
import { Fenced, OutcomeUnknown, openSqlite, type Storage } from '../storage/index.ts';
import { type Append, StorageUnavailable } from './append.ts';
import { deviceIdOf, signEntry } from './entryBuilder.ts';
import { SigningKey, sha256 } from './nativeCrypto.ts';
import { Sequencer } from './sequencer.ts';

const root = mkdtempSync(join(tmpdir(), 'countersign-sequencer-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const key = new SigningKey(new Uint8Array(32).fill(7));
const dev = deviceIdOf(key.publicKey);

/** A storage whose next transactions end as it is told. */
async function fixture(name: string) {
  const real = await openSqlite(join(root, `${name}.db`));
  const ends: ('lost' | 'kept' | 'fenced')[] = [];
  let asked = 0;
  const storage = Object.create(real, {
    transaction: {
      value: async (work: Parameters<Storage['transaction']>[0]) => {
        const end = ends.shift();
        if (end === 'fenced') throw new Fenced('another node');
        if (end !== 'lost') await real.transaction(work);
        if (end !== undefined) throw new OutcomeUnknown('cut at the commit');
      },
    },
    settled: {
      value: async () => {
        asked += 1;
      },
    },
  }) as Storage;
  const sequencer = new Sequencer({
    storage,
    tree: new MerkleTree(sha256),
    lastOfDocs: new Map(),
    lastTime: '',
    policyHash: () => '00',
    now: () => new Date('2026-01-01T00:00:00Z'),
  });
  await sequencer.loadChain({ dev, epoch: 'c1' });
  const entry = async (): Promise<Append> => {
    const head = await sequencer.loadChain({ dev, epoch: 'c1' });
    const place = { epoch: 'c1', head, seenSize: '0', seenRoot: '' };
    const part0 = { action: 'grant', userId: 'u-1', role: 'editor' };
    return signEntry(
      { ws: 'w', user: 'u-server', dev, key },
      place,
      'role',
      WORKSPACE_DOCUMENT,
      part0,
      [],
      new Date(0),
    );
  };
  return { real, ends, sequencer, entry, asked: () => asked };
}

describe('a commit whose outcome is unknown', () => {
  it('[NODE-6] it was stored: the author hears so once, and the log goes on behind it', async () => {
    const { real, ends, sequencer, entry, asked } = await fixture('kept');
    ends.push('kept');
    const heard: number[] = [];
    sequencer.onCommitted((all) => heard.push(...all.map(({ row }) => row.index)));
    const { placed, flushed } = sequencer.append([await entry()]);
    await flushed;
    expect([asked(), heard, sequencer.failure]).toEqual([1, [0], null]);
    expect(toHex((await real.logRow(0))?.hash ?? new Uint8Array())).toBe(placed[0]?.leafHash);
    await sequencer.append([await entry()]).flushed;
    expect(await real.logSize()).toBe(2);
    await real.close();
  });

  it('[NODE-6] it was not: the author hears that nothing was changed, and the same bytes are stored', async () => {
    const { real, ends, sequencer, entry } = await fixture('lost');
    ends.push('lost');
    const signed = await entry();
    await expect(sequencer.append([signed]).flushed).rejects.toThrow(StorageUnavailable);
    expect(sequencer.failure).toBeInstanceOf(OutcomeUnknown);
    await sequencer.loadChain({ dev, epoch: 'c1' });
    await sequencer.append([signed]).flushed;
    expect([await real.logSize(), sequencer.size, sequencer.failure]).toEqual([1, 1, null]);
    await real.close();
  });

  it('[NODE-4] [STO-16] a fenced append is neither acknowledged nor refused, and nothing is appended after it', async () => {
    const { real, ends, sequencer, entry } = await fixture('fenced');
    ends.push('fenced');
    const signed = await entry();
    await expect(sequencer.append([signed]).flushed).rejects.toThrow(OutcomeUnknown);
    expect(sequencer.abandoned).toBe(true);
    await sequencer.settled();
    expect(() => sequencer.append([signed])).toThrow(StorageUnavailable);
    expect(await real.logSize()).toBe(0);
    await real.close();
  });

  it('[NODE-4] what is being written while the lease is lost is left open, although it was stored', async () => {
    const { real, sequencer, entry } = await fixture('abandoned');
    const { flushed } = sequencer.append([await entry()]);
    const outcome = expect(flushed).rejects.toThrow(OutcomeUnknown);
    sequencer.abandon(new Error('another node leads'));
    await outcome;
    await sequencer.settled();
    await real.close();
  });
});
