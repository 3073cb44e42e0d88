import { beforeAll, describe, expect, it } from 'vitest';
import { type KyselyStorage, openSqlite } from '../storage/index.ts';
import { type Collector, type ReceivedSpan, startCollector } from '../testKit/collector.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, ROW, startTestServer, type TestServer } from '../testKit/testServer.ts';

const full = (): Error =>
  Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });
let isFull = false;
let collector: Collector;
let version: string;
const lines: string[] = [];
const stretches = new Map<unknown, ReceivedSpan[]>();

const outcomeOf = ({ attributes }: ReceivedSpan): unknown =>
  attributes.find(({ key }) => key === 'outcome')?.value.stringValue;
const namesOf = (outcome: string): string[] => (stretches.get(outcome) ?? []).map(({ name }) => name).sort();

async function useServer(server: TestServer): Promise<void> {
  version = await createSample(server);
  const finance = await TestPerson.signIn(server.url, 'u-finance');
  const draft = await finance.openDraft(version);
  const signed = await draft.sign([draft.command('lines', ROW.one, 'note', 'one')]);
  expect(await draft.answerTo(signed)).toBe('stored');
  expect(await draft.answerTo(signed)).toBe('stored');
  const late = await draft.sign([draft.command('lines', ROW.one, 'note', 'two')]);
  isFull = true;
  expect(await draft.answerTo(late)).toMatchObject({ code: 'storage' });
  isFull = false;
  expect(await draft.edit(draft.command('lines', ROW.one, 'rate', 'no rate'))).toMatchObject({ code: 'format' });
  draft.close();
}

beforeAll(async () => {
  collector = await startCollector();
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = collector.url;
  try {
    const server = await startTestServer(
      { logLevel: 'info', json: true },
      {
        write: (line) => lines.push(line),
        openStorage: async (file, more): Promise<KyselyStorage> => {
          const storage = await openSqlite(file, more);
          const transaction = storage.transaction.bind(storage);
          storage.transaction = (work) => (isFull ? Promise.reject(full()) : transaction(work));
          return storage;
        },
      },
    );
    await useServer(server).finally(() => server.dispose());
  } finally {
    delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
    await collector.close();
  }
  const spans = collector.spans();
  for (const whole of spans.filter(({ name }) => name === 'submit'))
    stretches.set(
      outcomeOf(whole),
      spans.filter(({ parentSpanId }) => parentSpanId === whole.spanId),
    );
});

describe('the trace of a submitted batch', () => {
  it('[OPS-29] says how long each stretch of its way took, one after the other and within the whole', () => {
    expect(namesOf('stored')).toEqual(['admit', 'broadcast', 'check', 'flush', 'turn']);
    const whole = collector.spans().find((span) => outcomeOf(span) === 'stored');
    const at = (name: string): [bigint, bigint] => {
      const span = name === 'submit' ? whole : stretches.get('stored')?.find((one) => one.name === name);
      return [BigInt(span?.startTimeUnixNano ?? 0), BigInt(span?.endTimeUnixNano ?? 0)];
    };
    const [begun, ended] = at('submit');
    const way = ['turn', 'admit', 'flush', 'broadcast'].flatMap(at);
    // Each ends when the next begins: two readings of the clock apart.
    expect(way).toEqual([...way].sort((a, b) => Number(a - b)));
    expect(way.at(-1)).toBe(ended);
    expect(begun <= ended).toBe(true);
  });

  it('[OPS-29] ends where the batch ends: sent again, refused, or met by a disk that is full', () => {
    expect(namesOf('again')).toEqual(['admit', 'check', 'turn']);
    expect(namesOf('format')).toEqual(['admit', 'check', 'turn']);
    expect(namesOf('storage')).toEqual(['admit', 'check', 'flush', 'turn']);
    expect(stretches.get('storage')?.find(({ name }) => name === 'flush')?.status.code).toBe(2);
  });

  it('[OPS-10, OPS-29] tells ids and codes only', () => {
    const submits = collector.spans().filter(({ name }) => !name.includes('/'));
    const keys = new Set(submits.flatMap(({ attributes }) => attributes.map(({ key }) => key)));
    expect([...keys].sort()).toEqual(['connection', 'document', 'index', 'outcome']);
    expect(JSON.stringify(submits)).not.toContain('no rate');
  });

  it('[OPS-11, OPS-29] is named by the log line of a refusal', () => {
    const refusal = lines.map((line) => JSON.parse(line)).find(({ code }) => code === 'format');
    const { traceId } = (stretches.get('format') ?? [])[0] as ReceivedSpan;
    expect(refusal).toMatchObject({ msg: 'entry refused', document: version, traceId });
  });
});
