/**
 * What one caller who asks for the costliest things as fast as the limits allow does to everybody else: acknowledge latency of a person who
 * types into another document, with and without that caller, side by side. `node bench/heavyRequests.ts [LINES] [SECONDS]`
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { TestPerson } from '../sync-server/testKit/testPerson.ts';
import { createSample, ROW, startTestServer } from '../sync-server/testKit/testServer.ts';
import { count, ms, percentile, say, sayMachine } from './measure.ts';
import { benchSheets } from './signedEdits.ts';

const LINES = Number(process.argv[2] ?? 20_000);
const SECONDS = Number(process.argv[3] ?? 8);
/** Requests that the heavy caller has under way at once. */
const AT_ONCE = 20;
const TYPE_EVERY_MS = 50;

interface Place {
  readonly url: string;
  readonly large: string;
  readonly small: string;
  readonly contractId: string;
}

if (process.argv[2] === '--serve') await serve();
else await measure();

async function serve(): Promise<void> {
  const server = await startTestServer();
  const large = await createSample(server, benchSheets(Number(process.argv[3])));
  const small = await createSample(server);
  const contractId = (await server.services.storage.version(large))?.contractId ?? '';
  process.stdout.write(`${JSON.stringify({ url: server.url, large, small, contractId })}\n`);
  process.stdin.resume();
  process.stdin.on('end', () => void server.dispose().then(() => process.exit(0)));
}

async function measure(): Promise<void> {
  const child = spawn(process.execPath, [import.meta.filename, '--serve', String(LINES)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const place = JSON.parse(said.toString()) as Place;
  const typist = await TestPerson.signIn(place.url, 'u-ops');
  sayMachine('Costly requests of one caller');
  say(
    `A draft of ${count(LINES)} lines is asked for; somebody types into another one. Acknowledge latency of the typing.`,
  );
  const cases: readonly (readonly [string, (running: () => boolean) => Promise<number>])[] = [
    ['nobody', async () => 0],
    ['content', (running) => requests(place, 'u-finance', running, 'GET', `/versions/${place.large}/content`)],
    ['review', (running) => requests(place, 'u-finance', running, 'GET', `/versions/${place.large}/review`)],
    ['version', (running) => requests(place, 'u-finance', running, 'GET', `/versions/${place.large}`)],
    [
      'preview',
      (running) =>
        requests(place, 'u-finance', running, 'POST', '/preview', { versionId: place.large, period: '2099-01' }),
    ],
    ['audit bundle', (running) => requests(place, 'u-auditor', running, 'GET', '/audit?format=bundle')],
    ['audit CSV', (running) => requests(place, 'u-auditor', running, 'GET', '/audit?format=csv')],
    ['stock step 1', (running) => stockReads(place, running)],
    ['nobody', async () => 0],
  ];
  for (const [name, heavy] of cases) {
    let isRunning = true;
    const asking = heavy(() => isRunning);
    const times = await type(typist, place.small);
    isRunning = false;
    const answered = await asking;
    const [p50, p99, most] = [50, 99, 100].map((percent) => ms(percentile(times, percent)));
    say(`${name.padEnd(14)} p50 ${p50}, p99 ${p99}, most ${most}; ${(answered / SECONDS).toFixed(1)} answers a second`);
  }
  child.stdin.end();
  await once(child, 'exit');
}

/** Acknowledge latencies of somebody who types steadily, milliseconds, ascending. */
async function type(person: TestPerson, versionId: string): Promise<number[]> {
  const draft = await person.openDraft(versionId);
  const times: number[] = [];
  const end = performance.now() + SECONDS * 1000;
  for (let i = 0; performance.now() < end; i += 1) {
    const begun = performance.now();
    await draft.edit(draft.command('lines', ROW.one, 'note', `note ${begun} ${i}`));
    const took = performance.now() - begun;
    times.push(took);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, TYPE_EVERY_MS - took)));
  }
  draft.close();
  return times.sort((a, b) => a - b);
}

/** Asks as fast as the limit allows; answers how often it was answered. */
async function requests(
  { url }: Place,
  userId: string,
  running: () => boolean,
  method: string,
  path: string,
  body?: unknown,
): Promise<number> {
  const { token } = await TestPerson.signIn(url, userId);
  let answered = 0;
  const one = async (): Promise<void> => {
    while (running()) {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      await answer.arrayBuffer();
      if (answer.status === 429) await new Promise((resolve) => setTimeout(resolve, 100));
      else answered += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return answered;
}

/** A stock client that asks for the whole sheet again and again on one socket. */
async function stockReads({ url, large }: Place, running: () => boolean): Promise<number> {
  const person = await TestPerson.signIn(url, 'u-finance');
  const protocols = ['countersign.v1', `ticket.${await person.ticket()}`];
  const socket = new WebSocket(`${url.replace('http', 'ws')}/sync/${large}/lines`, protocols);
  let answered = 0;
  socket.on('message', () => {
    answered += 1;
  });
  await once(socket, 'open');
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, 0);
  encoding.writeVarUint(encoder, 0);
  encoding.writeVarUint8Array(encoder, Y.encodeStateVector(new Y.Doc()));
  const step1 = encoding.toUint8Array(encoder);
  while (running() && socket.readyState === socket.OPEN) {
    for (let i = 0; i < AT_ONCE; i += 1) socket.send(step1);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  socket.terminate();
  return answered;
}
