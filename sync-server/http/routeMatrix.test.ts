// Every route that the application registered, documented or not × everybody who can knock × every state of a version: what the rules of
// shared/access deny is refused, and leaves nothing behind. A route without a line in ACCESS fails, so that no new one is forgotten.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AccessCommand, SERVICE_SCOPES } from '@countersign/shared/access';
import type { VersionState as State } from '@countersign/shared/model';
import { COMMAND_KINDS } from '@countersign/shared/protocol/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isKnown, makeEverybody, mayDo, type Someone } from '../testKit/everybody.ts';
import { makeEveryState } from '../testKit/everyState.ts';
import { startTestServer, type TestServer } from '../testKit/testServer.ts';
import { routesOf } from './app.ts';

/** `open`: nobody needs to sign in; `person`: whoever is signed in, for themselves; `operator`: nobody but the machine; else what `can` is asked. */
type Access = 'open' | 'person' | 'operator' | AccessCommand;

interface RouteAccess {
  readonly access: Access;
  /** State of the version that the question is about, where it is always the same one. */
  readonly state?: State;
  readonly body?: unknown;
  /** Asked once for each version of the matrix. */
  readonly version?: true;
  /** Lets programs with a service token in. */
  readonly program?: true;
  readonly query?: string;
  /** The question is about the workspace's own document. */
  readonly workspace?: true;
  /** Reading this is itself recorded, so whoever is let in leaves a leaf. */
  readonly recorded?: true;
}

const BASE64 = 'AAAA';
const SIGNED = { entry: BASE64, signature: BASE64, payload: BASE64 };
const CODE = '00000-00000-00000-00000-00000';
const NAMED = { name: 'N', login: 'nobody@example.com' };
const SECRET = 'c'.repeat(43);
const MAPPING = { sheet: 'lines', columns: {}, key: [] };
const CONTRACT = 'contractId=c-sample1';

const ACCESS: Readonly<Record<string, RouteAccess>> = {
  'GET /*': { access: 'open' },
  'OPTIONS /*': { access: 'open' },
  'GET /healthz': { access: 'open' },
  'GET /readyz': { access: 'open' },
  'GET /metrics': { access: 'open' },
  'GET /api/v1/openapi.json': { access: 'open' },
  'GET /api/v1/session/company/callback': { access: 'open' },
  'POST /api/v1/operations/backup': { access: 'operator' },
  'GET /api/v1/workspace': { access: 'open' },
  'GET /api/v1/demo/accounts': { access: 'open' },
  'POST /api/v1/session': { access: 'open', body: { userId: 'u-nosuch' } },
  'POST /api/v1/session/code/look': { access: 'open', body: { code: CODE } },
  'POST /api/v1/session/code': { access: 'open', body: { code: CODE, password: 'x' } },
  'POST /api/v1/session/company': { access: 'open', body: { challenge: SECRET, returnTo: 'page' } },
  'POST /api/v1/session/company/finish': { access: 'open', body: { code: SECRET, secret: SECRET } },
  'GET /api/v1/log/checkpoint': { access: 'open' },
  'GET /api/v1/log/key-changes': { access: 'open' },
  'GET /api/v1/session': { access: 'person' },
  'DELETE /api/v1/session': { access: 'person' },
  'POST /api/v1/session/password': { access: 'person', body: { current: 'x', next: 'y' } },
  'POST /api/v1/tickets': { access: 'person' },
  'POST /api/v1/devices': { access: 'person', body: { publicKey: BASE64, name: 'D' } },
  'GET /api/v1/needs': { access: 'person' },
  'GET /api/v1/parked': { access: 'person' },
  'GET /api/v1/log/inclusion': { access: 'person', query: 'index=0&size=1' },
  'GET /api/v1/log/consistency': { access: 'person', query: 'from=1&to=1' },
  'GET /api/v1/people': { access: 'read' },
  'POST /api/v1/people': { access: 'managePeople', body: { ...NAMED, roles: [] } },
  'DELETE /api/v1/people/{id}': { access: 'managePeople' },
  'POST /api/v1/people/{id}/code': { access: 'managePeople' },
  'POST /api/v1/people/{id}/roles': { access: 'managePeople', body: { action: 'grant', role: 'viewer' } },
  'DELETE /api/v1/people/{id}/sessions': { access: 'revokeAccess' },
  'DELETE /api/v1/devices/{id}': { access: 'revokeAccess' },
  'GET /api/v1/break-glass': { access: 'read' },
  'POST /api/v1/break-glass': { access: 'askBreakGlass', body: SIGNED },
  'POST /api/v1/break-glass/{asked}/agree': { access: 'agreeBreakGlass', body: SIGNED },
  'POST /api/v1/break-glass/{asked}/end': { access: 'read', body: SIGNED },
  'GET /api/v1/service-tokens': { access: 'readTokens' },
  'POST /api/v1/service-tokens': { access: 'managePeople', body: { name: 'T', scopes: SERVICE_SCOPES, days: 1 } },
  'DELETE /api/v1/service-tokens/{id}': { access: 'revokeAccess' },
  'GET /api/v1/contracts': { access: 'read' },
  'GET /api/v1/contracts/figures': { access: 'read' },
  'POST /api/v1/contracts': {
    access: 'amend',
    state: 'EXECUTED',
    body: { kind: 'CONTRACT', number: '1', title: 'T', counterparty: 'C' },
  },
  'GET /api/v1/versions/{id}': { access: 'read', version: true },
  'GET /api/v1/versions/{id}/content': { access: 'read', version: true },
  'GET /api/v1/versions/{id}/review': { access: 'read', version: true },
  'GET /api/v1/versions/{id}/cells/{sheet}/{rowId}/{field}/history': { access: 'read', version: true },
  'POST /api/v1/versions/{id}/epochs': {
    access: 'edit',
    state: 'DRAFT',
    version: true,
    body: { deviceId: 'd-nosuch', count: 1 },
  },
  'GET /api/v1/log': { access: 'read' },
  'GET /api/v1/log/keys': { access: 'read', query: 'from=0' },
  'GET /api/v1/log/witnessed': { access: 'open' },
  'POST /api/v1/log/{index}/erase': { access: 'managePeople', body: { reason: 'asked for' } },
  'GET /api/v1/log/{index}': { access: 'readLog', workspace: true },
  'GET /api/v1/audit': { access: 'readLog', workspace: true, recorded: true, query: 'format=csv' },
  'GET /api/v1/access-report': { access: 'readLog', workspace: true, recorded: true },
  'POST /api/v1/reads': { access: 'read', body: { action: 'print', versionId: 'v-nosuch', rows: 1 } },
  'GET /api/v1/facts': { access: 'read', query: `${CONTRACT}&period=2099-01` },
  'GET /api/v1/facts/periods': { access: 'read', query: CONTRACT },
  'GET /api/v1/facts/batches': { access: 'read', query: CONTRACT },
  'GET /api/v1/facts/rejected': { access: 'read', query: CONTRACT },
  'POST /api/v1/facts': { access: 'import', state: 'DRAFT', query: `${CONTRACT}&kind=delivery` },
  'POST /api/v1/preview': { access: 'read', body: { contractId: 'c-sample1', period: '2099-01' } },
  'POST /api/v1/imports': { access: 'import', state: 'DRAFT' },
  'GET /api/v1/imports/{id}': { access: 'person' },
  'POST /api/v1/imports/{id}/check': { access: 'person', body: { draftId: 'v-nosuch', mapping: MAPPING } },
  'POST /api/v1/imports/{id}/commit': { access: 'person' },
  'DELETE /api/v1/imports/{id}': { access: 'person' },
  'GET /api/v1/exports': { access: 'readExports', program: true },
  'GET /api/v1/exports/{id}/bundle': { access: 'readExports', program: true },
};

let server: TestServer;
let versions: ReadonlyMap<State, string>;
let everybody: readonly Someone[];
const appDir = mkdtempSync(join(tmpdir(), 'countersign-matrix-'));

beforeAll(async () => {
  writeFileSync(join(appDir, 'index.html'), '<html></html>');
  // Each stands behind an address of their own: wrong codes are counted by address.
  server = await startTestServer({ appDir, trustProxy: true });
  versions = await makeEveryState(server);
  everybody = await makeEverybody(server);
});
afterAll(async () => {
  await server.dispose();
  rmSync(appDir, { recursive: true });
});

async function ask(route: string, someone: Someone, id: string, body: unknown, query = ''): Promise<Response> {
  const [method = '', path = ''] = route.split(' ');
  const filled = path
    .replace('{id}', id)
    .replace('{kind}', 'submit')
    .replace('{index}', '0')
    .replace(/\{\w+\}/g, 'x')
    .replace('*', '');
  return fetch(`${server.url}${filled}${query === '' ? '' : `?${query}`}`, {
    method,
    headers: {
      'x-forwarded-for': `192.0.2.${everybody.indexOf(someone)}`,
      ...(someone.token === null ? {} : { authorization: `Bearer ${someone.token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Whether the rules let somebody through; the status that they answer else. */
function verdict(someone: Someone, { access, program, workspace }: RouteAccess, state: State): 'let in' | 401 | 403 {
  if (access === 'open') return 'let in';
  if (access === 'operator') return 401;
  if (!isKnown(someone)) return 401;
  if (someone.scopes.length > 0 && program !== true) return 403;
  if (access === 'person') return 'let in';
  return mayDo(someone, access, workspace === true ? undefined : { state, kind: 'CONTRACT' }) ? 'let in' : 403;
}

describe('every route, every role, every state', () => {
  it('[AUTH-34] every route of the application has its line here, and every line its route', () => {
    const kinds = 'POST /api/v1/versions/{id}/commands/{kind}';
    const registered = routesOf(server.app).map((route) => route.replace(/:(\w+)/g, '{$1}'));
    const asked = registered.filter((route) => !route.startsWith('HEAD '));
    expect([...new Set(asked)].sort()).toEqual([...Object.keys(ACCESS), kinds].sort());
    // A HEAD is its GET without the answer's body.
    for (const route of registered.filter((each) => each.startsWith('HEAD ')))
      expect(asked).toContain(route.replace('HEAD', 'GET'));
  });

  for (const [route, line] of Object.entries(ACCESS)) {
    it(`[AUTH-34] ${route}`, async () => {
      const states: readonly State[] = line.version === true ? [...versions.keys()] : ['DRAFT'];
      // What was refused before is told in a leaf within a minute: now, and not in the middle of this.
      await server.services.failedAccess.flush();
      const size = server.services.history.size;
      for (const state of states) {
        for (const someone of everybody) {
          const expected = verdict(someone, line, line.state ?? state);
          // Whoever is let in is asked for reading only: acts of theirs have tests of their own.
          if (expected === 'let in' && line.recorded === true) continue;
          if (expected === 'let in' && !(route.startsWith('GET') || line.access === 'open')) continue;
          const id = line.version ? (versions.get(state) ?? '') : 'x-nosuch';
          const answer = await ask(route, someone, id, line.body, line.query);
          const says = `${someone.who}, ${state}`;
          if (expected === 'let in')
            expect([200, 204, 400, 401, 404, 422].includes(answer.status), `${says} ${answer.status}`).toBe(true);
          else expect(answer.status, says).toBe(expected);
          if (expected === 'let in' && line.access !== 'open') expect(answer.status, says).not.toBe(401);
          if (expected !== 'let in' && route.startsWith('GET'))
            expect((await ask(route.replace('GET', 'HEAD'), someone, id, undefined, line.query)).status, says).toBe(
              expected,
            );
          if (expected === 403)
            expect(await answer.json(), says).toMatchObject({ code: expect.stringMatching(/^(role|serviceToken)$/) });
        }
      }
      expect(server.services.history.size).toBe(size);
    });
  }

  it.each(COMMAND_KINDS)('[AUTH-34] POST /api/v1/versions/{id}/commands/%s', async (kind) => {
    await server.services.failedAccess.flush();
    const size = server.services.history.size;
    let denied = 0;
    for (const [state, id] of versions) {
      const read = await ask('GET /api/v1/versions/{id}', everybody[0] as Someone, id, undefined);
      const { contentHash } = (await read.json()) as { contentHash: string };
      for (const someone of everybody) {
        const command = kind satisfies AccessCommand;
        const expected = verdict(someone, { access: command }, state);
        if (expected === 'let in') continue;
        const answer = await fetch(`${server.url}/api/v1/versions/${id}/commands/${kind}`, {
          method: 'POST',
          headers: {
            ...(someone.token === null ? {} : { authorization: `Bearer ${someone.token}` }),
            'content-type': 'application/json',
            'if-match': `"${contentHash}"`,
            'idempotency-key': `matrix-${state}-${everybody.indexOf(someone)}`,
          },
          body: JSON.stringify(SIGNED),
        });
        // The bytes are no entry: who may never do this is refused for that, others for the bytes or for the state. Nobody is let in.
        const refused = expected === 401 || someone.scopes.length > 0 ? [expected] : [400, 403, 409, 422];
        expect(refused, `${someone.who}, ${state}, ${answer.status}`).toContain(answer.status);
        denied += 1;
      }
    }
    expect(denied).toBeGreaterThan(30);
    expect(server.services.history.size).toBe(size);
  });
});
