import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, ROW, startTestServer, type TestServer } from '../testKit/testServer.ts';
import { createMetrics, describeError, startTracing } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-metrics-'));
let server: TestServer | null = null;
afterEach(async () => {
  await server?.stop();
  server = null;
  rmSync(folder, { recursive: true, force: true });
});

async function valuesOf(url: string): Promise<Map<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

describe('metrics', () => {
  it('[OPS-13, OPS-36] count edits stored and refused by reason, acknowledgements, log, queue, checkpoint, rooms, sockets, disk and process', async () => {
    server = await startTestServer({ dataDir: folder });
    const version = await createSample(server);
    const finance = await TestPerson.signIn(server.url, 'u-finance');
    const draft = await finance.openDraft(version);
    expect(await draft.edit(draft.command('lines', ROW.one, 'note', 'one'))).toBe('stored');
    expect(await draft.edit(draft.command('lines', ROW.one, 'rate', 'many'))).toMatchObject({ code: 'format' });
    await server.services.history.checkpoints.publish();
    const values = await valuesOf(server.url);
    expect(values.get('countersign_entries_stored_total{kind="edit"}')).toBe(1);
    expect(values.get('countersign_entries_refused_total{code="format"}')).toBe(1);
    expect(values.get('countersign_acknowledge_seconds_count')).toBe(1);
    expect(values.get('countersign_log_entries')).toBe(server.services.history.size);
    expect(values.get('countersign_append_queue_entries')).toBe(0);
    expect(values.get('countersign_checkpoint_unsigned_entries')).toBe(0);
    expect(values.get('countersign_checkpoint_age_seconds')).toBe(0);
    expect(values.get('countersign_export_outbox')).toBe(0);
    expect(values.get('countersign_rooms')).toBe(1);
    expect(values.get('countersign_sockets')).toBe(1);
    expect(values.get('countersign_storage_writable')).toBe(1);
    if (process.platform === 'linux') {
      // [OPS-36] Those of this process: its sockets among them.
      expect(values.get('countersign_open_files')).toBeGreaterThan(2);
      expect(values.get('countersign_open_files_limit')).toBeGreaterThan(values.get('countersign_open_files') ?? 0);
    }
    for (const name of ['disk_free_bytes', 'database_bytes', 'resident_memory_bytes']) {
      expect(values.get(`countersign_${name}`)).toBeGreaterThan(0);
    }
    const requests = 'countersign_http_request_seconds_count{method="POST",route="/api/v1/session",status="200"}';
    expect(values.get(requests)).toBe(1);
    draft.close();
  });
});

describe('how long entries wait for a checkpoint', () => {
  it('[OPS-30, OPS-34] is counted from when they were seen, is 0 when none waits, and does not follow a clock that is set back, which is counted too', async () => {
    let [unsigned, now, steady] = [0, Date.UTC(2026, 10, 21), 0];
    const { registry, observe } = createMetrics(() => 10);
    observe({
      dataDir: folder,
      logSize: () => 10,
      appending: () => 0,
      unsigned: () => unsigned,
      unwitnessed: () => 0,
      lastTime: () => '2026-11-21T00:00:00.000Z',
      writable: async () => true,
      frozenDevices: () => 0,
      now: () => now,
      steady: () => steady,
    });
    const gauge = async (name: string) =>
      (await registry.getSingleMetric(`countersign_${name}`)?.get())?.values[0]?.value;
    const age = () => gauge('checkpoint_age_seconds');
    const ages = [await age()];
    expect(await gauge('log_ahead_seconds')).toBe(0);
    unsigned = 3;
    ages.push(await age());
    steady = 70_000;
    now -= 86_400_000;
    ages.push(await age());
    // [OPS-34] The clock is a day behind the newest entry now.
    expect(await gauge('log_ahead_seconds')).toBe(86_400);
    unsigned = 0;
    steady = 700_000;
    ages.push(await age());
    expect(ages).toEqual([0, 0, 70, 0]);
  });
});

describe('what is told of an error', () => {
  it('[OPS-10] a parser that quotes what it could not read is not quoted; a full disk is', () => {
    let parsing: unknown;
    try {
      JSON.parse('{"rate": 26.00 per thousand}');
    } catch (error) {
      parsing = error;
    }
    expect(JSON.stringify(describeError(parsing))).not.toContain('thousand');
    expect(describeError(parsing)).toMatchObject({ type: 'SyntaxError', stack: expect.stringContaining('at ') });
    const full = Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR' });
    expect(describeError(full).message).toBe('database or disk is full');
  });
});

describe('traces', () => {
  it('[OPS-12] stop in time and in order when the collector takes connections and never answers', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const told: string[] = [];
    const log = { error: (text: string) => told.push(text), warn: () => {}, info: () => {}, debug: () => {} };
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${port}`;
    const stop = await startTracing(process.env, log);
    delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
    const { startSpan } = await import('./tracing.ts');
    startSpan('submit', {}).end();
    await stop();
    expect(told).toEqual(['the last traces could not be sent']);
    silent.close();
  });

  it('[OPS-12] nothing is started without an endpoint', async () => {
    const log = { error: () => {}, warn: () => {}, info: () => expect.unreachable(), debug: () => {} };
    await (await startTracing({}, log))();
  });
});
