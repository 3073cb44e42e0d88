import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FlushFailed, openSqlite } from '../storage/index.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, ROW, startTestServer, type TestServer } from '../testKit/testServer.ts';

let isFull = false;
/** Whether only what no entry waits for is refused: a checkpoint. */
let takesNoCheckpoint = false;
/** What every read of a version meets. */
let failed: FlushFailed | null = null;
const lines: string[] = [];
let server: TestServer;
let version: string;
let finance: TestPerson;

/** As SQLite says it when the disk is full. */
const full = (): Error =>
  Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });

beforeEach(async () => {
  isFull = false;
  takesNoCheckpoint = false;
  lines.length = 0;
  server = await startTestServer(
    { logLevel: 'info', json: true },
    {
      write: (line) => lines.push(line),
      openStorage: async (file, more) => {
        const storage = await openSqlite(file, more);
        const transaction = storage.transaction.bind(storage);
        const readVersion = storage.version.bind(storage);
        storage.version = (id) => (failed === null ? readVersion(id) : Promise.reject(failed));
        storage.transaction = (work) =>
          isFull
            ? Promise.reject(full())
            : transaction((store) => {
                if (takesNoCheckpoint) store.addCheckpoint = () => Promise.reject(full());
                return work(store);
              });
        return storage;
      },
    },
  );
  version = await createSample(server);
  finance = await TestPerson.signIn(server.url, 'u-finance');
});
afterEach(() => server.dispose());

const metric = async (line: string): Promise<number> => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find((one) => one.startsWith(`${line} `))
      ?.slice(line.length),
  );
};

describe('a disk that refuses what is no entry of the log', () => {
  it('[OPS-18] is answered with 503 storage and makes the server not ready until a write is taken, without any edit', async () => {
    isFull = true;
    const { status, body } = await finance.post<{ code: string }>(`/versions/${version}/epochs`, {
      deviceId: finance.device.id,
      count: 1,
    });
    expect([status, body.code]).toEqual([503, 'storage']);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    expect(await metric('countersign_storage_writable')).toBe(0);
    isFull = false;
    expect(await metric('countersign_storage_writable')).toBe(1);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });

  it('[STO-32] a server whose flush failed answers 503 storage, also to who only reads, until it has ended', async () => {
    failed = new FlushFailed('The disk did not take what was written. Start the server again.');
    const { status, body } = await finance.get<{ code: string }>(
      `/versions/${version}/cells/lines/${ROW.one}/rate/history`,
    );
    failed = null;
    expect([status, body.code]).toEqual([503, 'storage']);
  });

  it('[OPS-23] is told in the log once, with the error, and so is its end', async () => {
    const told = () =>
      lines
        .map((line) => JSON.parse(line) as { level: number; msg: string; err?: { message: string } })
        .filter(({ msg }) => msg.startsWith('the disk '))
        .map(({ level, msg, err }) => [level, msg.split(';')[0], err?.message]);
    const draft = await finance.openDraft(version);
    const signed = await draft.sign([draft.command('lines', ROW.one, 'note', 'one')]);
    isFull = true;
    for (let i = 0; i < 3; i += 1) {
      expect(await draft.answerTo(signed)).toMatchObject({ code: 'storage' });
      await metric('countersign_storage_writable');
      expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    }
    expect(lines.filter((line) => line.includes('a request failed'))).toEqual([]);
    expect(told()).toEqual([[50, 'the disk refused a write', 'database or disk is full']]);
    isFull = false;
    await metric('countersign_storage_writable');
    await metric('countersign_storage_writable');
    expect(told().slice(1)).toEqual([[30, 'the disk takes writes again', undefined]]);
    draft.close();
  });
});

describe('a checkpoint that the disk refused', () => {
  it('[OPS-18, OPS-30] is told, and made by itself once the disk works, though nothing is written any more', async () => {
    const told = () => lines.filter((line) => line.includes('a checkpoint could not be made'));
    await server.services.history.checkpoints.publish();
    takesNoCheckpoint = true;
    const draft = await finance.openDraft(version);
    expect(await draft.edit(draft.command('lines', ROW.one, 'note', 'one'))).toBe('stored');
    draft.close();
    await vi.waitUntil(() => told().length > 0, { timeout: 30_000 });
    expect(await metric('countersign_checkpoint_unsigned_entries')).toBeGreaterThan(0);
    takesNoCheckpoint = false;
    await vi.waitUntil(async () => (await metric('countersign_checkpoint_unsigned_entries')) === 0, {
      timeout: 30_000,
      interval: 100,
    });
    expect(await metric('countersign_checkpoint_age_seconds')).toBe(0);
    expect(told()).toHaveLength(1);
    // That it was the disk is said where the other refusals of the disk are.
    expect(lines.some((line) => line.includes('database or disk is full'))).toBe(true);
  });
});

describe('a server that is stopped while its disk is full', () => {
  it('[OPS-32] ends in order, says that the last checkpoint is missing, and the next one makes it', async () => {
    await server.services.history.checkpoints.publish();
    takesNoCheckpoint = true;
    const draft = await finance.openDraft(version);
    expect(await draft.edit(draft.command('lines', ROW.one, 'note', 'one'))).toBe('stored');
    draft.close();
    await server.stop();
    expect(lines.some((line) => line.includes('the last checkpoint could not be made'))).toBe(true);
    takesNoCheckpoint = false;
    server = await startTestServer({ dataDir: server.dataDir });
    expect(server.services.history.checkpoint()?.size).toBe(server.services.history.size);
  });
});

describe('what an alert compares with the minutes before', () => {
  it('[OPS-17] is there from the start, and a frozen device is counted until it is revoked', async () => {
    expect(await metric('countersign_entries_refused_total{code="equivocation"}')).toBe(0);
    expect(await metric('countersign_flush_failures_total')).toBe(0);
    expect(await metric('countersign_frozen_devices')).toBe(0);
    expect(await metric('countersign_start_time_seconds')).toBeGreaterThan(1_700_000_000);
    const draft = await finance.openDraft(version);
    const { epoch } = await draft.epoch();
    const head = finance.device.head(epoch);
    expect(await draft.answerTo(await draft.sign([draft.command('lines', ROW.one, 'note', 'one')]))).toBe('stored');
    finance.device.rewind(epoch, head);
    const second = await draft.sign([draft.command('lines', ROW.one, 'note', 'two')]);
    expect(await draft.answerTo(second)).toMatchObject({ code: 'equivocation' });
    expect(await metric('countersign_entries_refused_total{code="equivocation"}')).toBe(1);
    expect(await metric('countersign_frozen_devices')).toBe(1);
    const admin = await TestPerson.signIn(server.url, 'u-admin');
    expect((await admin.request('DELETE', `/devices/${finance.device.id}`)).status).toBe(204);
    expect(await metric('countersign_frozen_devices')).toBe(0);
    draft.close();
  });
});
