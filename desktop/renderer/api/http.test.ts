import { SHEET_SCHEMA } from '@countersign/shared/model/sheets';
import { expect, test } from 'vitest';
import { ApiError, createApi, Offline, SessionEnded, UnexpectedAnswer } from './index.ts';

function apiOver(answer: (request: { url: URL; init: RequestInit }) => Response | Promise<Response>, token = 't') {
  const ended: string[] = [];
  const answered: boolean[] = [];
  const api = createApi({
    serverUrl: 'http://127.0.0.1:1',
    token: () => token,
    onSessionEnded: () => ended.push('ended'),
    onAnswer: (is) => answered.push(is),
    fetch: async (url, init) => answer({ url: new URL(String(url)), init: init ?? {} }),
  });
  return { api, ended, answered };
}
const problem = (status: number, body: object) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json' } });

test('[CLI-20] a refusal keeps the server’s words, code and way on', async () => {
  const { api } = apiOver(() =>
    problem(412, { title: 'Stale', detail: 'It changed.', code: 'staleVersion', action: 'Look again.', status: 412 }),
  );
  const error = await api.version('v-1').catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({
    status: 412,
    code: 'staleVersion',
    title: 'Stale',
    detail: 'It changed.',
    action: 'Look again.',
  });
});

test('[CLI-21] no answer, and a proxy’s answer for a stopped server, are Offline', async () => {
  const unreachable = apiOver(() => Promise.reject(new TypeError('refused')));
  await expect(unreachable.api.contracts()).rejects.toThrow(Offline);
  expect(unreachable.answered).toEqual([false]);
  const proxied = apiOver(() => new Response('<html>Bad gateway</html>', { status: 502 }));
  await expect(proxied.api.contracts()).rejects.toThrow(Offline);
});

test('[CLI-22] 401 ends the session once it had one', async () => {
  const { api, ended } = apiOver(() => problem(401, { title: 'Ended' }));
  await expect(api.contracts()).rejects.toThrow(SessionEnded);
  expect(ended).toEqual(['ended']);
});

test('[CLI-23] an answer of another form is refused and names the path', async () => {
  const { api } = apiOver(() => Response.json([{ id: 1 }]));
  const error = await api.contracts().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(UnexpectedAnswer);
  expect(String(error)).toContain('/contracts');
});

test('[CLI-24] [SRV-27] a signed command goes out as the exact text with If-Match, Idempotency-Key and the schema of the app', async () => {
  let sent: RequestInit = {};
  const { api } = apiOver(({ init }) => {
    sent = init;
    return problem(409, { title: 'No' });
  });
  const request = { body: '{"entry":"AA=="}', contentHash: 'ab', idempotencyKey: 'key-1' };
  await expect(api.command('v-1', 'submit', request)).rejects.toThrow(ApiError);
  const headers = new Headers(sent.headers);
  expect(sent.body).toBe('{"entry":"AA=="}');
  expect([headers.get('if-match'), headers.get('idempotency-key'), headers.get('authorization')]).toEqual([
    '"ab"',
    'key-1',
    'Bearer t',
  ]);
  expect(headers.get('x-countersign-schema')).toBe(String(SHEET_SCHEMA));
});
