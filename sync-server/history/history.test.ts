import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openCheckpoint, parseLeaf, toHex, WORKSPACE_DOCUMENT } from '@countersign/shared/history';
import { afterEach, describe, expect, it } from 'vitest';
import { LocalDevice } from '../lifecycle/index.ts';
import { openServices, type Services } from '../services.ts';
import { SERVER_DEFAULTS } from '../testKit/testServer.ts';
import { ChainBroken, StorageUnavailable } from './index.ts';

const folders: string[] = [];
const open: Services[] = [];
afterEach(async () => {
  for (const services of open.splice(0)) await services.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-history-'));
  folders.push(folder);
  return folder;
}

async function start(dataDir: string): Promise<Services> {
  const services = await openServices({ ...SERVER_DEFAULTS, dataDir });
  open.push(services);
  return services;
}

async function stop(services: Services): Promise<void> {
  open.splice(open.indexOf(services), 1);
  await services.close();
}

const role = (n: number) => ({ action: 'grant', userId: `u-${n}`, role: 'viewer' });

describe('history', () => {
  it('[SRV-26] a clock that is set back, also over a restart, does not make the log’s time run backwards', async () => {
    const folder = newFolder();
    const config = { ...SERVER_DEFAULTS, dataDir: folder };
    let clock = '2026-11-21T12:00:00.000Z';
    const now = (): Date => new Date(clock);
    const write = ({ history }: Services, n: number) => history.appendServerEntry('role', WORKSPACE_DOCUMENT, role(n));
    const first = await openServices(config, { now });
    open.push(first);
    const times = [(await write(first, 1)).serverTime];
    clock = '2026-11-21T11:00:00.000Z';
    times.push((await write(first, 2)).serverTime);
    await stop(first);
    const second = await openServices(config, { now });
    open.push(second);
    times.push((await write(second, 3)).serverTime);
    clock = '2026-11-21T13:00:00.000Z';
    times.push((await write(second, 4)).serverTime);
    expect(times).toEqual([
      '2026-11-21T12:00:00.000Z',
      '2026-11-21T12:00:00.000Z',
      '2026-11-21T12:00:00.000Z',
      '2026-11-21T13:00:00.000Z',
    ]);
  });

  it('[SRV-1] entries appended in one turn share a batch, keep their order and name their document’s last leaf', async () => {
    const { history, storage } = await start(newFolder());
    let transactions = 0;
    const original = storage.transaction.bind(storage);
    storage.transaction = (work) => {
      transactions += 1;
      return original(work);
    };
    const device = new LocalDevice(history.ws, 'u-1');
    await history.sequencer.loadChain({ dev: device.id, epoch: 'c1' });
    const signed = Array.from({ length: 50 }, (_, i) => device.sign('role', WORKSPACE_DOCUMENT, role(i)));
    const order: number[] = [];
    const appended = signed.map((item) => history.append([{ ...item, onStored: ({ row }) => order.push(row.index) }]));
    await Promise.all(appended.map(({ flushed }) => flushed));
    expect(transactions).toBe(1);
    expect(order).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    const rows = await storage.logOfDoc(WORKSPACE_DOCUMENT, 0, 100);
    rows.forEach((row, i) => {
      expect(parseLeaf(row.leaf).env.prevDoc).toBe(i === 0 ? '' : toHex(rows[i - 1]?.hash ?? new Uint8Array(0)));
    });
  });

  it('[SRV-1] an entry out of its device’s chain is not appended, and neither is anything beside it', async () => {
    const { history } = await start(newFolder());
    const device = new LocalDevice(history.ws, 'u-1');
    const first = device.sign('role', WORKSPACE_DOCUMENT, role(1));
    const second = device.sign('role', WORKSPACE_DOCUMENT, role(2));
    expect(() => history.append([first])).toThrow(StorageUnavailable);
    await history.sequencer.loadChain({ dev: device.id, epoch: 'c1' });
    expect(() => history.append([second])).toThrow(ChainBroken);
    expect(() => history.append([first, first])).toThrow(ChainBroken);
    await history.append([first, second]).flushed;
    expect(history.size).toBe(3);
  });

  it('[SRV-8] a batch the disk did not take leaves indexes, chains and document heads as they were', async () => {
    const { history, storage } = await start(newFolder());
    const works = storage.transaction;
    storage.transaction = async () => {
      throw new Error('I/O error');
    };
    await expect(history.appendServerEntry('role', WORKSPACE_DOCUMENT, role(1))).rejects.toThrow(StorageUnavailable);
    expect(history.size).toBe(1);
    storage.transaction = works;
    const placed = await history.appendServerEntry('role', WORKSPACE_DOCUMENT, role(1));
    expect([placed.row.index, placed.row.seq]).toEqual([1, 1]);
  });

  it('[SRV-3] 256 leaves bring a checkpoint without waiting, and it is on disk when it is published', async () => {
    const { history, storage } = await start(newFolder());
    const device = new LocalDevice(history.ws, 'u-1');
    await history.sequencer.loadChain({ dev: device.id, epoch: 'c1' });
    const published = new Promise<number>((resolve) => {
      history.checkpoints.onPublished(({ size }) => resolve(size));
    });
    const items = Array.from({ length: 300 }, (_, i) => device.sign('role', WORKSPACE_DOCUMENT, role(i)));
    await history.append(items).flushed;
    expect(await published).toBe(301);
    const stored = await storage.lastCheckpoint();
    expect(stored).toEqual(history.checkpoint());
    const { size } = await openCheckpoint(stored?.note ?? '', [history.keys.vkey]);
    expect(size).toBe(301n);
  });

  it('[SRV-4] a changed leaf, a missing leaf, a rewritten hash, a rolled back log and a lost key refuse to start', async () => {
    const spoil: [string, (db: DatabaseSync, folder: string) => void][] = [
      [
        'changed',
        (db) =>
          void db.exec(
            "UPDATE log SET leaf = CAST(replace(CAST(leaf AS TEXT), 'u-server', 'u-sirver') AS BLOB) WHERE idx = 3",
          ),
      ],
      ['missing', (db) => void db.exec('DELETE FROM log WHERE idx = 2')],
      ['rewritten', (db) => void db.exec('UPDATE log SET hash = zeroblob(32) WHERE idx = 3')],
      ['rolled back', (db) => void db.exec('DELETE FROM log WHERE idx > 2')],
      ['lost key', (_db, folder) => rmSync(join(folder, 'server.key'))],
    ];
    for (const [what, change] of spoil) {
      const folder = newFolder();
      const services = await start(folder);
      for (let i = 1; i < 5; i += 1) await services.history.appendServerEntry('role', WORKSPACE_DOCUMENT, role(i));
      await stop(services);
      const db = new DatabaseSync(join(folder, 'countersign.db'));
      change(db, folder);
      db.close();
      await expect(start(folder), what).rejects.toMatchObject({ fault: 'damaged', exitCode: 65 });
    }
  });

  it('[SRV-5] an untouched folder starts again and goes on in the same chain', async () => {
    const folder = newFolder();
    const first = await start(folder);
    await first.history.appendServerEntry('role', WORKSPACE_DOCUMENT, role(1));
    const { ws } = first.history;
    await stop(first);
    const second = await start(folder);
    expect(second.history.ws).toBe(ws);
    const placed = await second.history.appendServerEntry('role', WORKSPACE_DOCUMENT, role(2));
    expect([placed.row.index, placed.row.seq]).toEqual([2, 2]);
  });
});
