// Every message of the protocol, in both directions and of stock clients too × everybody who can knock × every state of a version: what a client
// may not send closes its socket, what it may send changes nothing it may not change. A message without a line here does not compile.
import type { VersionState } from '@countersign/shared/model';
import { SHEET_SCHEMA } from '@countersign/shared/model/sheets';
import {
  CLOSE,
  encodeFrame,
  frameType,
  type Header,
  MESSAGE,
  type MessageName,
  SUBPROTOCOL,
  TICKET_PREFIX,
} from '@countersign/shared/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { isKnown, makeEverybody, mayDo, type Someone } from '../testKit/everybody.ts';
import { EVERY_STATE, makeEveryState } from '../testKit/everyState.ts';
import { startTestServer, type TestServer } from '../testKit/testServer.ts';

/** This side left. */
const LEFT = 4999;
/** What a client that has opened a version gets for a message: its socket stays, or closes with a code. */
type Answer = 'stays' | number;

const ANSWERS: Readonly<Record<MessageName, Answer>> = {
  // Once only.
  open: CLOSE.notAllowed,
  submit: 'stays',
  cursor: 'stays',
  opened: CLOSE.notAllowed,
  entry: CLOSE.notAllowed,
  caughtUp: CLOSE.notAllowed,
  stored: CLOSE.notAllowed,
  refused: CLOSE.notAllowed,
  presence: CLOSE.notAllowed,
  state: CLOSE.notAllowed,
  checkpoint: CLOSE.notAllowed,
};

const HASH = 'a'.repeat(64);
const headers = (draftId: string): { readonly [N in MessageName]: Header<N> } => ({
  open: { draftId, schema: SHEET_SCHEMA, have: '0' },
  opened: { draftId, state: 'DRAFT', size: '1', generation: '1', canEdit: true },
  entry: { index: '1' },
  caughtUp: { size: '1' },
  submit: {},
  stored: { index: '1', leafHash: HASH },
  refused: { entryHash: HASH, code: 'role', text: 'No.', commandIds: [] },
  cursor: { sheet: 'lines' },
  presence: { sessions: [{ session: 's', userId: 'u-admin', name: 'Admin' }] },
  state: { draftId, state: 'EXECUTED' },
  checkpoint: {},
});
const BYTES: Partial<Record<MessageName, readonly Uint8Array[]>> = {
  submit: [new Uint8Array([1]), new Uint8Array(64), new Uint8Array([3])],
  entry: [new Uint8Array([1]), new Uint8Array([2])],
  checkpoint: [new Uint8Array([1])],
};

/** An update that would write a row, as a stock client sends it. */
function written(): Uint8Array {
  const doc = new Y.Doc();
  doc.getMap('rows').set('r-x', 'x');
  return Y.encodeStateAsUpdate(doc);
}
const sync = (step: number, body: Uint8Array): Uint8Array => new Uint8Array([0, step, body.length, ...body]);

/** What is no message of ours: sent to either socket by name, with what the one of ours and the stock one answer. */
const FOREIGN: Readonly<Record<string, readonly [bytes: Uint8Array, ours: Answer, stock: Answer]>> = {
  'sync step 1': [sync(0, new Uint8Array([0])), CLOSE.notAllowed, 'stays'],
  'sync step 2 that writes': [sync(1, written()), CLOSE.notAllowed, CLOSE.notAllowed],
  'an update that writes': [sync(2, written()), CLOSE.notAllowed, CLOSE.notAllowed],
  'an update that is none': [sync(2, new Uint8Array([9, 9, 9])), CLOSE.notAllowed, CLOSE.notAllowed],
  awareness: [new Uint8Array([1, 3, 1, 2, 3]), CLOSE.notAllowed, 'stays'],
  auth: [new Uint8Array([2, 0]), CLOSE.notAllowed, CLOSE.notAllowed],
  'query of awareness': [new Uint8Array([3]), CLOSE.notAllowed, 'stays'],
  'an unknown type': [new Uint8Array([200, 1, 0]), CLOSE.notAllowed, CLOSE.notAllowed],
  nothing: [new Uint8Array(0), CLOSE.notAllowed, CLOSE.notAllowed],
};

let server: TestServer;
let versions: ReadonlyMap<VersionState, string>;
let everybody: readonly Someone[];
beforeAll(async () => {
  server = await startTestServer(
    {},
    { limits: { requestsPerSecond: 1e9, requestBurst: 1e9, connectionsPerUser: 1e6 } },
  );
  versions = await makeEveryState(server);
  everybody = await makeEverybody(server);
});
afterAll(() => server.dispose());

interface Knock {
  readonly types: number[];
  readonly closed: Promise<number>;
  /** The first message of the server. */
  readonly answered: Promise<void>;
  send(bytes: Uint8Array | string): void;
  end(): void;
}

/** A message that one of our sockets closes for with a code of its own: what came before it was taken. */
const LAST = encodeFrame('cursor', { sheet: 'x'.repeat(5000) });
const STEP_1 = sync(0, new Uint8Array([0]));

async function knock(path: string, ticket: string): Promise<Knock | number> {
  const ws = new WebSocket(`${server.url.replace('http', 'ws')}/sync/${path}`, [SUBPROTOCOL, TICKET_PREFIX + ticket]);
  const types: number[] = [];
  const answered = new Promise<void>((resolve) => {
    ws.on('message', (data) => {
      types.push(frameType(new Uint8Array(data as Buffer)));
      resolve();
    });
  });
  const closed = new Promise<number>((resolve) => ws.on('close', (code) => resolve(code)));
  return new Promise((resolve, reject) => {
    ws.on('unexpected-response', (_request, answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    ws.on('error', reject);
    ws.on('open', () =>
      resolve({ types, closed, answered, send: (bytes) => ws.send(bytes), end: () => ws.close(LEFT) }),
    );
  });
}

async function ticketOf({ token }: Someone): Promise<string> {
  const signIn = await server.services.sessions.find(token ?? '');
  if (signIn === null) throw new Error('nobody is signed in by this');
  return server.services.sessions.issueTicket(signIn);
}

/** Sends messages on a socket of its own and says how that ended. */
async function say(someone: Someone, path: string, messages: readonly (Uint8Array | string)[]) {
  const socket = await knock(path, await ticketOf(someone));
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
  const stock = path.includes('/');
  for (const bytes of [...messages, stock ? STEP_1 : LAST]) socket.send(bytes);
  // A stock socket that stayed answers; it has no message that closes it with a code of its own.
  if (stock) void socket.answered.then(() => socket.end());
  const code = await socket.closed;
  return { code: code === CLOSE.tooLarge || code === LEFT ? 'stays' : code, types: socket.types };
}

/** Everything of the log but what tells of reading and of being refused. */
async function entriesOfWork(): Promise<number> {
  const { storage, history } = server.services;
  return history.size - (await storage.logPage({ docs: ['reads'], limit: 500 })).length;
}

describe('every message, everybody, every state', () => {
  it('[AUTH-34] who is not recognised, or is a program, gets no socket: not with a token, not with a ticket that was used', async () => {
    const path = versions.get('DRAFT') ?? '';
    for (const someone of everybody.filter((each) => !isKnown(each) || each.scopes.length > 0)) {
      const authorization = someone.token === null ? {} : { authorization: `Bearer ${someone.token}` };
      const asked = await fetch(`${server.url}/api/v1/tickets`, { method: 'POST', headers: authorization });
      expect([401, 403], someone.who).toContain(asked.status);
      expect(await knock(path, someone.token ?? ''), someone.who).toBe(401);
    }
    const reader = everybody[0] as Someone;
    const ticket = await ticketOf(reader);
    const both = await Promise.all([knock(path, ticket), knock(path, ticket)]);
    expect(both.filter((answer) => answer === 401)).toHaveLength(1);
    for (const answer of both) if (typeof answer !== 'number') answer.end();
    expect(await knock(path, reader.token ?? '')).toBe(401);
  });

  it.each(EVERY_STATE)(
    '[AUTH-34] [ADM-5] [SRV-10] [SRV-22] %s',
    async (state) => {
      const id = versions.get(state) ?? '';
      const before = await entriesOfWork();
      const { contentHash } = await server.services.views.contentOf(id);
      const open = encodeFrame('open', headers(id).open);
      for (const someone of everybody.filter((each) => isKnown(each) && each.scopes.length === 0)) {
        const says = (what: string): string => `${someone.who}: ${what}`;
        if (!mayDo(someone, 'read')) {
          expect((await say(someone, id, [open])).code, says('open')).toBe(CLOSE.notAllowed);
          expect((await say(someone, `${id}/lines`, [sync(0, new Uint8Array([0]))])).code, says('stock')).toBe(
            CLOSE.notAllowed,
          );
          continue;
        }
        const asked = (Object.keys(MESSAGE) as MessageName[]).map((name) => ({
          name,
          bytes: encodeFrame(name, headers(id)[name] as never, BYTES[name] ?? []),
        }));
        await Promise.all([
          ...asked.map(async ({ name, bytes }) => {
            const { code, types } = await say(someone, id, [open, bytes]);
            expect(code, says(name)).toBe(ANSWERS[name]);
            expect(types, says(name)).not.toContain(MESSAGE.stored);
            // Before the version is opened nothing else is taken, and nothing is told.
            if (name === 'open') return;
            expect(await say(someone, id, [bytes]), says(`${name} first`)).toEqual({
              code: CLOSE.notAllowed,
              types: [],
            });
          }),
          ...asked.map(async ({ name, bytes }) => {
            const { code } = await say(someone, `${id}/lines`, [bytes]);
            expect(code, says(`${name} on a stock socket`)).toBe(CLOSE.notAllowed);
          }),
          ...Object.entries(FOREIGN).map(async ([what, [bytes, ours, stock]]) => {
            expect((await say(someone, id, [open, bytes])).code, says(what)).toBe(ours);
            const answer = await say(someone, `${id}/lines`, [bytes]);
            expect(answer.code, says(`${what} on a stock socket`)).toBe(stock);
          }),
        ]);
        expect((await say(someone, id, [open, 'text'])).code, says('text')).toBe(CLOSE.notAllowed);
      }
      expect(await entriesOfWork()).toBe(before);
      expect((await server.services.views.contentOf(id)).contentHash).toBe(contentHash);
    },
    120_000,
  );
});
