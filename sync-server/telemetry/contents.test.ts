import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Collector, startCollector } from '../testKit/collector.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, ROW, sampleSheets, startTestServer, type TestServer } from '../testKit/testServer.ts';

/** Stands in every cell, name, note, file, query and address that this test writes. Letters only, so that no encoding hides it. */
const SECRET = 'zanzibarquokka';
const folder = mkdtempSync(join(tmpdir(), 'countersign-contents-'));
const lines: string[] = [];
let collector: Collector;
let server: TestServer;
let metrics = '';
let version = '';

interface Route {
  readonly method: string;
  readonly url: string;
}

beforeAll(async () => {
  collector = await startCollector();
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = collector.url;
  server = await startTestServer(
    { dataDir: join(folder, 'data'), logLevel: 'debug', json: true },
    { write: (line) => lines.push(line) },
  );
  await useEverything();
  const all = routes();
  // Ending the session comes last: a route that only says 401 shows nothing.
  const ends = ({ method, url }: Route): boolean => method === 'DELETE' && url.endsWith('/session');
  for (const route of [...all.filter((route) => !ends(route)), ...all.filter(ends)]) {
    for (const id of [SECRET, `v-${SECRET}`, version]) await callWithSecrets(route, id);
  }
  metrics = await (await fetch(`${server.url}/metrics`)).text();
  await server.stop();
}, 120_000);
afterAll(async () => {
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  await collector.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Everything that the application answers, from its own table of routes. */
function routes(): Route[] {
  const { paths = {} } = server.app.swagger() as { paths?: Record<string, Record<string, unknown>> };
  const listed = Object.entries(paths).flatMap(([url, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), url })),
  );
  const hidden = ['/healthz', '/readyz', '/api/v1/openapi.json', '/nowhere/{id}'].map((url) => ({
    method: 'GET',
    url,
  }));
  return [...listed, ...hidden, { method: 'POST', url: '/api/v1/operations/backup' }];
}

async function callWithSecrets({ method, url }: Route, id: string): Promise<void> {
  const path = `${url.replace('{id}', id).replace(/\{\w+\}/g, SECRET)}?q=${SECRET}&${SECRET}=1`;
  const bodies = [
    JSON.stringify({ [SECRET]: SECRET, userId: SECRET, name: SECRET, entry: SECRET, reason: SECRET }),
    `{"broken": ${SECRET}`,
  ];
  for (const body of method === 'GET' || method === 'DELETE' ? [undefined] : bodies) {
    const init: RequestInit = {
      method,
      headers: {
        authorization: `Bearer ${admin.token}`,
        'x-request-id': `${SECRET} with blanks`,
        'idempotency-key': SECRET,
        'if-match': `"${SECRET}"`,
        'x-file-name': `${SECRET}.csv`,
        'user-agent': SECRET,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
    };
    await (await fetch(`${server.url}${path}`, body === undefined ? init : { ...init, body })).text();
  }
}

let admin: TestPerson;

/** Real work with the secret in what people write: cells, comments' place, a file, a name, a refusal, a lifecycle reason. */
async function useEverything(): Promise<void> {
  const sheets = new Map(sampleSheets());
  sheets.set('clauses', [{ rowId: 'r-clause000000', values: { key: '1', text: SECRET } }]);
  version = await createSample(server, sheets);
  await server.services.people.rename('u-ops', `${SECRET} Person`);
  admin = await TestPerson.signIn(server.url, 'u-admin');
  const finance = await TestPerson.signIn(server.url, 'u-finance');
  const draft = await finance.openDraft(version);
  expect(await draft.edit(draft.command('lines', ROW.one, 'note', SECRET))).toBe('stored');
  const refused = await draft.edit(draft.command('lines', ROW.one, 'rate', SECRET));
  expect(refused).not.toBe('stored');
  draft.send(new TextEncoder().encode(SECRET));
  await draft.until(() => draft.closed !== null);
  const ops = await TestPerson.signIn(server.url, 'u-ops');
  const losing = await ops.openDraft(version);
  const late = await losing.sign([losing.command('lines', ROW.two, 'note', SECRET)]);
  // A viewer may stay connected; somebody without any role would be cut off before the refusal.
  await server.services.people.changeRole('u-ops', 'grant', 'viewer');
  const file = `line,product,rate\n9.0,${SECRET},1.00\n`;
  await fetch(`${server.url}/api/v1/imports`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${finance.token}`,
      'content-type': 'application/octet-stream',
      'x-file-name': `${SECRET}.csv`,
    },
    body: file,
  });
  expect((await finance.command(version, 'submit')).status).toBe(200);
  expect(await losing.answerTo(late)).toMatchObject({ code: 'frozen' });
  losing.close();
  const reviewer = await TestPerson.signIn(server.url, 'u-reviewer');
  expect((await reviewer.command(version, 'requestChanges', { reason: SECRET })).status).toBe(200);
}

describe('what operators see of contents', () => {
  it('[OPS-10] no log line holds anything of a cell, name, note, file, query, address or header', () => {
    expect(lines.length).toBeGreaterThan(50);
    expect(lines.filter((line) => line.toLowerCase().includes(SECRET))).toEqual([]);
  });

  it('[OPS-10] no metric does', () => {
    expect(metrics).toContain('countersign_http_request_seconds_count');
    expect(metrics.toLowerCase()).not.toContain(SECRET);
  });

  it('[OPS-10, OPS-12] no trace does; requests and edits are traced with ids and codes', () => {
    const spans = collector.spans();
    expect(spans.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['submit', 'POST /api/v1/session', 'GET /healthz']),
    );
    const outcomes = spans
      .filter(({ name }) => name === 'submit')
      .flatMap(({ attributes }) => attributes.filter(({ key }) => key === 'outcome'));
    expect(outcomes.map(({ value }) => value.stringValue)).toEqual(expect.arrayContaining(['stored', 'frozen']));
    expect(collector.text().toLowerCase().includes(SECRET)).toBe(false);
  });

  it('[OPS-11] every line is JSON as pino writes it, with ids of request or connection and document', () => {
    const read = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const line of read) {
      expect(line).toMatchObject({
        level: expect.any(Number),
        time: expect.any(Number),
        pid: process.pid,
        msg: expect.any(String),
      });
    }
    const requests = read.filter(({ msg }) => msg === 'request');
    expect(
      requests.every(({ reqId, route, status }) => reqId !== '' && route !== undefined && typeof status === 'number'),
    ).toBe(true);
    expect(read).toContainEqual(
      expect.objectContaining({ msg: 'draft opened', user: 'u-finance', document: expect.stringMatching(/^v-/) }),
    );
    expect(read).toContainEqual(
      expect.objectContaining({ msg: 'entry refused', code: 'format', document: expect.stringMatching(/^v-/) }),
    );
  });
});
