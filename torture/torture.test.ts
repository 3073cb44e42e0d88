import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fromHex } from '@countersign/shared/history';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../sim/random.ts';
import { readLock } from '../sync-server/storage/index.ts';
import { auditFolder } from './audit.ts';
import { flipBits, noFlips } from './bits.ts';
import { CheckpointMemory } from './checkpointMemory.ts';
import { TortureClient } from './client.ts';
import { DishonestServer, LIES, newLeaf, ORIGIN, treeOf } from './dishonestServer.ts';
import { breakDisk, noFaults } from './disk.ts';
import { injectedFault } from './diskFaults.ts';
import { makeSmallFolder } from './folder.ts';
import { killServers, noKills } from './kills.ts';
import { ServerProcess } from './serverProcess.ts';
import { makeTemplate, ownRow, type Template } from './template.ts';
import { noViews, tellLies } from './views.ts';

/** Servers start in seconds on a busy machine. */
const SLOW = { timeout: 240_000 };
let template: Template;
const elsewhere = mkdtempSync(join(tmpdir(), 'countersign-torture-test-'));

beforeAll(async () => {
  template = await makeTemplate();
}, 120_000);
afterAll(() => {
  template.remove();
  rmSync(elsewhere, { recursive: true, force: true });
});

describe('kill -9', SLOW, () => {
  it('[TORT-1] of a server under load loses nothing that was acknowledged, keeps nothing twice, and leaves a sound log', async () => {
    const figures = noKills();
    await killServers(template, 'test', new Random('test'), 3, figures);
    expect(figures.problems).toEqual([]);
    expect(figures).toMatchObject({ kills: 3, lost: 0, duplicated: 0, unsound: 0 });
    expect(figures.acknowledged).toBeGreaterThan(0);
  });

  it('[TORT-1] the audit sees an entry that was lost, and one that stands twice', async () => {
    const dataDir = await makeSmallFolder(template, 'lossy');
    const file = join(dataDir, 'countersign.db');
    const db = new DatabaseSync(file);
    const row = db.prepare('SELECT idx, hex(hash) AS hash, entry_hash FROM log ORDER BY idx DESC LIMIT 1').get();
    const promise = {
      index: Number(row?.idx),
      leafHash: String(row?.hash).toLowerCase(),
      entryHash: String(row?.entry_hash),
    };
    expect((await auditFolder(dataDir, [promise])).lost).toEqual([]);
    db.exec(`UPDATE log SET entry_hash = (SELECT entry_hash FROM log WHERE idx = 3) WHERE idx = 4`);
    db.prepare('DELETE FROM log WHERE idx = ?').run(promise.index);
    db.close();
    const { lost, duplicated, unsound } = await auditFolder(dataDir, [promise]);
    expect(lost).toEqual([expect.stringContaining('is not there')]);
    expect(duplicated).toHaveLength(1);
    expect(unsound.join()).toContain('entry 4');
  });

  it('[TORT-2] hits the process that the lock file names', async () => {
    const dataDir = template.copy('lock');
    const server = new ServerProcess({ dataDir, cacheDir: template.cacheDir });
    await server.url();
    expect(readLock(dataDir)?.pid).toBe(server.pid);
    await server.kill();
    expect(await server.exit).toBeNull();
  });
});

describe('a disk that fails', SLOW, () => {
  it.each(['write', 'fsync'] as const)(
    '[TORT-3] with EIO at %s: nothing is acknowledged, /readyz says so, reading works, and it recovers',
    async (at) => {
      const figures = noFaults();
      await breakDisk(template, injectedFault(elsewhere, at), new Random(at), 1, figures);
      expect(figures.problems).toEqual([]);
      expect(figures).toMatchObject({ faults: 1, lost: 0, unsound: 0 });
      expect(figures.refused).toBeGreaterThan(0);
    },
  );
});

describe('bit rot', SLOW, () => {
  it('[TORT-5] every flipped bit of log, payload, checkpoint, state and keys is named with its entry, table or file', async () => {
    const figures = noFlips();
    await flipBits(await makeSmallFolder(template, 'rotten'), new Random('bits'), 60, false, figures);
    expect(figures.problems).toEqual([]);
    expect(figures).toMatchObject({ flips: 60, unnamed: 0 });
  });
});

describe('a dishonest server', SLOW, () => {
  it('[TORT-6] is found out by a client that holds an earlier checkpoint, whatever the lie; honest histories are believed', async () => {
    const figures = noViews();
    await tellLies(new Random('lies'), LIES.length * 2, figures);
    expect(figures.problems).toEqual([]);
    expect(figures).toMatchObject({ told: LIES.length * 2, undetected: 0, distrusted: 0 });
  });

  it('[TORT-6] two clients who compare checkpoints find out a split view that each alone believes', async () => {
    const server = new DishonestServer(new Random('split'));
    const common = Array.from({ length: 20 }, newLeaf);
    const [one, other] = [
      [...common, newLeaf()],
      [...common, newLeaf()],
    ];
    const memory = new CheckpointMemory(server.vkey, ORIGIN);
    memory.offer(await server.sign(common), async () => []);
    memory.offer(await server.sign(one ?? []), async (from, to) =>
      server.answers(one ?? [], one ?? [], null).consistency(from, to),
    );
    await memory.settled();
    expect(memory.problems).toEqual([]);
    memory.offer(await server.sign(other ?? []), async () => []);
    await memory.settled();
    expect(memory.problems).toEqual([expect.stringContaining('two histories of 21 entries')]);
    expect(treeOf(one ?? []).root()).not.toEqual(treeOf(other ?? []).root());
  });

  it('[TORT-7] a real server started on an older copy of its folder is found out by those who saw the newer one', async () => {
    const dataDir = template.copy('rolled');
    const client = new TortureClient(template.members[0] ?? expect.unreachable(), [ownRow('u-finance')]);
    const first = new ServerProcess({ dataDir, cacheDir: template.cacheDir });
    const url = await first.url();
    await client.takeEpoch(url);
    await client.connect(url);
    client.write(4);
    const changed = (): Promise<void> => new Promise((resolve) => client.observe(resolve));
    while (client.acknowledged.length < 30 || (client.checkpoints.held?.size ?? 0) < 30) await changed();
    await first.stop();
    while (client.connected) await changed();
    await client.checkpoints.settled();
    const { held } = client.checkpoints;
    expect(held?.size).toBeGreaterThanOrEqual(30);

    const older = new ServerProcess({ dataDir: template.copy('older'), cacheDir: template.cacheDir });
    const rolled = await older.url();
    const { note } = await client.member.get<{ note: string }>(rolled, '/log/checkpoint');
    client.checkpoints.offer(note, (from, to) => client.member.consistency(rolled, from, to));
    await client.checkpoints.settled();
    expect(client.checkpoints.problems).toEqual([expect.stringContaining('came after one of')]);
    await older.stop();
    expect(fromHex(held?.root ?? '')).toHaveLength(32);
  });
});
