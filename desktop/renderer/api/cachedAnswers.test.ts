import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { openDatabase } from '../storage/index.ts';
import { createApi } from './api.ts';
import { cachedReads, keepingAnswers } from './cachedAnswers.ts';

const WORKSPACE = {
  id: 'w-1',
  name: 'Ad sales',
  demo: false,
  origin: 'example/log',
  vkey: 'example/log+00000000+AAAA',
  policyHash: '0'.repeat(64),
  serverVersion: '1',
  kernelVersion: '1',
};

test('[CLI-4] every answer that a screen can do without the server is kept when it is given', async () => {
  const db = await openDatabase('kept-answers');
  const answers: Readonly<Record<string, unknown>> = {
    '/api/v1/contracts': [],
    '/api/v1/contracts/figures': [],
    '/api/v1/needs': [],
    '/api/v1/people': [],
    '/api/v1/workspace': WORKSPACE,
    '/api/v1/facts/periods': ['2020-09'],
    '/api/v1/facts': { delivery: [], touches: [], actions: [] },
    '/api/v1/versions/v-1/cells/lines/r-1/rate/history': [],
  };
  const api = createApi({
    serverUrl: 'http://127.0.0.1:1',
    token: () => null,
    onSessionEnded: () => undefined,
    fetch: async (url) => Response.json(answers[new URL(String(url)).pathname]),
  });
  const now = () => '2026-01-01T00:00:00.000Z';
  const keeping = keepingAnswers(api, () => db, now);
  const kept = cachedReads(() => db, now);
  const asked = await Promise.all([
    keeping.contracts(),
    keeping.figures(),
    keeping.needs(),
    keeping.people(),
    keeping.workspace(),
    keeping.factPeriods('c-1'),
    keeping.facts('c-1', '2020-09'),
    keeping.cellHistory('v-1', 'lines', 'r-1', 'rate'),
  ]);
  const read = await Promise.all([
    kept.contracts(),
    kept.figures(),
    kept.needs(),
    kept.people(),
    kept.workspace(),
    kept.factPeriods('c-1'),
    kept.facts('c-1', '2020-09'),
    kept.cellHistory('v-1', 'lines', 'r-1', 'rate'),
  ]);
  expect(read).toEqual(asked.map((value) => ({ value, at: now() })));
  expect(await kept.factPeriods('c-2')).toBeNull();
  db.close();
});
