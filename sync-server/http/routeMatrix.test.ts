// Every route of the application's own table × every role × every state of a version: what the rules of shared/access deny is refused,
// and leaves nothing behind. A route without a line in ACCESS fails, so that no new one is forgotten.
import {
  type AccessCommand,
  can,
  EMERGENCY_ROLES,
  type HeldEmergency,
  ROLES,
  type Role,
  SERVICE_SCOPES,
} from '@countersign/shared/access';
import { COMMAND_KINDS, type CommandKind } from '@countersign/shared/protocol/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as emergency from '../testKit/testEmergency.ts';
import { TestPerson } from '../testKit/testPerson.ts';
import { createSample, startTestServer, type TestServer } from '../testKit/testServer.ts';

type State = 'DRAFT' | 'IN_REVIEW' | 'APPROVED' | 'EXECUTED' | 'TERMINATED';
/** `open`: nobody needs to sign in; `person`: whoever is signed in, for themselves; else the command that `can` is asked. */
type Access = 'open' | 'person' | AccessCommand;

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

const STATES: Readonly<Record<State, readonly (readonly [string, CommandKind])[]>> = {
  DRAFT: [],
  IN_REVIEW: [['u-ops', 'submit']],
  APPROVED: [
    ['u-ops', 'submit'],
    ['u-controller', 'approve'],
  ],
  EXECUTED: [
    ['u-ops', 'submit'],
    ['u-controller', 'approve'],
    ['u-ops', 'execute'],
  ],
  TERMINATED: [
    ['u-ops', 'submit'],
    ['u-controller', 'approve'],
    ['u-ops', 'execute'],
    ['u-ops', 'terminate'],
  ],
};

interface Someone {
  readonly who: string;
  readonly token: string | null;
  readonly roles: readonly Role[];
  readonly emergency?: readonly HeldEmergency[];
  readonly scopes: readonly (typeof SERVICE_SCOPES)[number][];
}

let server: TestServer;
const versions = new Map<State, string>();
const everybody: Someone[] = [];

beforeAll(async () => {
  server = await startTestServer();
  const { people, sessions, serviceTokens } = server.services;
  const signed = new Map<string, TestPerson>();
  for (const id of ['u-ops', 'u-controller']) signed.set(id, await TestPerson.signIn(server.url, id));
  for (const state of Object.keys(STATES) as State[]) {
    const id = await createSample(server);
    for (const [userId, kind] of STATES[state]) expect((await signed.get(userId)?.command(id, kind))?.status).toBe(200);
    versions.set(state, id);
  }
  for (const roles of [...ROLES.map((role) => [role]), []]) {
    const who = `u-matrix-${roles[0] ?? 'none'}`;
    await people.putUser({ id: who, name: who, roles, says: '' });
    const { token } = await sessions.start(who, { way: 'password' });
    everybody.push({ who, token, roles, scopes: [] });
  }
  // [GLASS-6] The three emergency roles, each held by a reviewer in the way people come to hold one.
  for (const role of EMERGENCY_ROLES) {
    const who = `u-matrix-emergency-${role}`;
    await people.putUser({ id: who, name: who, roles: ['reviewer'], says: '' });
    const asking = await TestPerson.signIn(server.url, 'u-ops');
    const agreeing = await TestPerson.signIn(server.url, role === 'approver' ? 'u-exporter' : 'u-controller');
    expect((await emergency.ask(asking, { userId: who, role, minutes: 60 })).status).toBe(200);
    expect((await emergency.agree(agreeing)).status).toBe(200);
    const { token } = await sessions.start(who, { way: 'password' });
    everybody.push({ who, token, roles: ['reviewer'], emergency: people.emergencyOf(who), scopes: [] });
  }
  const { token } = await serviceTokens.make({ name: 'Matrix', scopes: SERVICE_SCOPES, days: 1, by: 'u-admin' });
  everybody.push({ who: 'a program', token, roles: [], scopes: SERVICE_SCOPES });
  everybody.push({ who: 'nobody', token: null, roles: [], scopes: [] });
}, 60_000);
afterAll(async () => {
  await server.dispose();
});

/** Method and path of every route that the application documents. */
function listed(): string[] {
  const { paths = {} } = server.app.swagger() as { paths?: Record<string, Record<string, unknown>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

async function ask(route: string, someone: Someone, id: string, body: unknown, query = ''): Promise<Response> {
  const [method = '', path = ''] = route.split(' ');
  const filled = path
    .replace('{id}', id)
    .replace('{kind}', 'submit')
    .replace('{index}', '0')
    .replace(/\{\w+\}/g, 'x');
  return fetch(`${server.url}${filled}${query === '' ? '' : `?${query}`}`, {
    method,
    headers: {
      ...(someone.token === null ? {} : { authorization: `Bearer ${someone.token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Whether the rules let somebody through; the status that they answer else. */
function verdict(someone: Someone, { access, program, workspace }: RouteAccess, state: State): 'let in' | 401 | 403 {
  if (access === 'open') return 'let in';
  if (someone.token === null) return 401;
  if (someone.scopes.length > 0 && program !== true) return 403;
  if (access === 'person') return 'let in';
  const { roles, scopes, who, emergency: held = [] } = someone;
  const document = workspace === true ? undefined : ({ state, kind: 'CONTRACT' } as const);
  return can({ userId: who, roles, scopes, emergency: held }, access, document).ok ? 'let in' : 403;
}

describe('every route, every role, every state', () => {
  it('[AUTH-34] every route of the application has its line here, and every line its route', () => {
    const kinds = 'POST /api/v1/versions/{id}/commands/{kind}';
    expect(listed().sort()).toEqual([...Object.keys(ACCESS), kinds].sort());
  });

  for (const [route, line] of Object.entries(ACCESS)) {
    it(`[AUTH-34] ${route}`, async () => {
      const states: readonly State[] = line.version === true ? [...versions.keys()] : ['DRAFT'];
      const size = server.services.history.size;
      for (const state of states) {
        for (const someone of everybody) {
          const expected = verdict(someone, line, line.state ?? state);
          // Whoever is let in is asked for reading only: acts of theirs have tests of their own.
          if (expected === 'let in' && line.recorded === true) continue;
          if (expected === 'let in' && !(route.startsWith('GET') || line.access === 'open')) continue;
          const answer = await ask(
            route,
            someone,
            line.version ? (versions.get(state) ?? '') : 'x-nosuch',
            line.body,
            line.query,
          );
          const says = `${someone.who}, ${state}`;
          if (expected === 'let in')
            expect([200, 400, 401, 404, 422].includes(answer.status), `${says} ${answer.status}`).toBe(true);
          else expect(answer.status, says).toBe(expected);
          if (expected === 'let in' && line.access !== 'open') expect(answer.status, says).not.toBe(401);
          if (expected === 403)
            expect(await answer.json(), says).toMatchObject({ code: expect.stringMatching(/^(role|serviceToken)$/) });
        }
      }
      expect(server.services.history.size).toBe(size);
    });
  }

  it.each(COMMAND_KINDS)('[AUTH-34] POST /api/v1/versions/{id}/commands/%s', async (kind) => {
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
            'idempotency-key': `matrix-${state}-${someone.who.replace(/\W/g, '')}`,
          },
          body: JSON.stringify(SIGNED),
        });
        const inState = can({ userId: 'u', roles: someone.roles }, command, { state: 'DRAFT', kind: 'CONTRACT' });
        // The bytes are no entry: who may never do this is refused for that, others for the bytes or for the state. Nobody is let in.
        const refused = expected === 401 || someone.scopes.length > 0 ? [expected] : [400, 403, 409, 422];
        expect(refused, `${someone.who}, ${state}, ${answer.status}, ${inState.ok}`).toContain(answer.status);
        denied += 1;
      }
    }
    expect(denied).toBeGreaterThan(30);
    expect(server.services.history.size).toBe(size);
  });
});
