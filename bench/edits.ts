/**
 * (d) Edits a second: our server, which checks, signs for, stores and flushes each before it answers, beside a relay that does none of
 * this. Both run in a process of their own and are driven by the same client loop with the same Yjs updates, made and signed before.
 * The clients do not fold what they receive: the servers are measured, not twenty browsers in one process.
 * `node bench/edits.ts [CLIENTS…]`
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SHEET_SCHEMA } from '@countersign/shared/model/sheets';
import { decodeFrame, encodeFrame, SUBPROTOCOL, TICKET_PREFIX } from '@countersign/shared/protocol';
import { createDecoder, readVarUint } from 'lib0/decoding';
import { createEncoder, toUint8Array, writeVarUint } from 'lib0/encoding';
import { WebSocket } from 'ws';
import { writeUpdate } from 'y-protocols/sync';
import { count, ms, percentile, ratio, say, sayMachine } from './measure.ts';
import { type PreparedClient, prepareClient } from './signedEdits.ts';

/** Edits of a run: fewer where each waits for the one before. */
const editsOf = (window: number): number => (window === 1 ? 1000 : 3000);
/** Frame type of our answer "stored" (docs/PROTOCOL.md §4). */
const STORED = 111;

interface Rate {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** A server process and the line it printed. */
async function started(
  kind: 'countersign' | 'relay',
): Promise<{ child: ChildProcess; url: string; versionId: string }> {
  const child = spawn(process.execPath, [...process.execArgv, join(import.meta.dirname, 'serverProcess.ts'), kind], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  for await (const line of lines) return { child, ...(JSON.parse(line) as { url: string; versionId: string }) };
  throw new Error(`the ${kind} server ended before it listened`);
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.stdin?.end();
  await exit;
}

/** One socket with its messages ready to go. `isAnswer` tells the answer to an own edit from everything else. */
interface Driven {
  readonly socket: WebSocket;
  readonly messages: readonly Uint8Array[];
  isAnswer(data: Uint8Array): boolean;
}

/** Keeps `window` edits under way on every socket until all are answered. */
async function drive(clients: readonly Driven[], window: number): Promise<Rate> {
  const times: number[] = [];
  const begun = performance.now();
  await Promise.all(
    clients.map(
      ({ socket, messages, isAnswer }) =>
        new Promise<void>((resolve, reject) => {
          const sentAt: number[] = [];
          let answered = 0;
          const next = (): void => {
            const message = messages[sentAt.length];
            if (message === undefined) return;
            sentAt.push(performance.now());
            socket.send(message);
          };
          socket.on('close', (code, reason) => reject(new Error(`a socket closed with ${code} ${reason.toString()}`)));
          socket.on('message', (data) => {
            if (!isAnswer(new Uint8Array(data as Buffer))) return;
            times.push(performance.now() - (sentAt[answered] ?? 0));
            answered += 1;
            if (answered === messages.length) resolve();
            else next();
          });
          for (let i = 0; i < window; i += 1) next();
        }),
    ),
  );
  const seconds = (performance.now() - begun) / 1000;
  for (const { socket } of clients) {
    socket.removeAllListeners('close');
    socket.close();
  }
  times.sort((a, b) => a - b);
  return { perSecond: times.length / seconds, p50: percentile(times, 50), p99: percentile(times, 99) };
}

async function openSocket(url: string, protocols: string[]): Promise<WebSocket> {
  const socket = new WebSocket(url.replace('http', 'ws'), protocols);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return socket;
}

async function ourSocket(url: string, versionId: string, { person, size, edits }: PreparedClient): Promise<Driven> {
  const socket = await openSocket(`${url}/sync/${versionId}`, [
    SUBPROTOCOL,
    `${TICKET_PREFIX}${await person.ticket()}`,
  ]);
  const ready = new Promise<void>((resolve) => {
    const listen = (data: unknown): void => {
      if (decodeFrame(new Uint8Array(data as Buffer)).name !== 'caughtUp') return;
      socket.off('message', listen);
      resolve();
    };
    socket.on('message', listen);
  });
  socket.send(encodeFrame('open', { draftId: versionId, schema: SHEET_SCHEMA, have: String(size) }));
  await ready;
  const messages = edits.map(({ signed }) =>
    encodeFrame('submit', {}, [signed.bytes, signed.signature, signed.payload]),
  );
  const isAnswer = (data: Uint8Array): boolean => {
    if (data[0] === STORED) return true;
    if (data[0] === STORED + 1) throw new Error(`an edit was refused: ${new TextDecoder().decode(data)}`);
    return false;
  };
  return { socket, messages, isAnswer };
}

function updateMessage(update: Uint8Array): Uint8Array {
  const encoder = createEncoder();
  writeVarUint(encoder, 0);
  writeUpdate(encoder, update);
  return toUint8Array(encoder);
}

/** The Yjs client that wrote an update message: the relay answers nothing, so its echo of an own update is the answer. */
function writerOf(data: Uint8Array): number | null {
  const decoder = createDecoder(data);
  if (readVarUint(decoder) !== 0 || readVarUint(decoder) !== 2) return null;
  readVarUint(decoder);
  if (readVarUint(decoder) !== 1) return null;
  readVarUint(decoder);
  return readVarUint(decoder);
}

async function relaySocket(url: string, { clientId, edits }: PreparedClient): Promise<Driven> {
  const socket = await openSocket(url, []);
  return {
    socket,
    messages: edits.map(({ update }) => updateMessage(update)),
    isAnswer: (data) => writerOf(data) === clientId,
  };
}

async function both(clients: number, window: number): Promise<{ ours: Rate; relay: Rate }> {
  const server = await started('countersign');
  const prepared: PreparedClient[] = [];
  for (let i = 0; i < clients; i += 1) {
    prepared.push(await prepareClient(server.url, server.versionId, i, Math.ceil(editsOf(window) / clients)));
  }
  const ours: Driven[] = [];
  for (const client of prepared) ours.push(await ourSocket(server.url, server.versionId, client));
  const rate = await drive(ours, window);
  await ended(server.child);

  const other = await started('relay');
  const theirs: Driven[] = [];
  for (const client of prepared) theirs.push(await relaySocket(other.url, client));
  theirs[0]?.socket.send(updateMessage(prepared[0]?.base ?? new Uint8Array(0)));
  const relay = await drive(theirs, window);
  await ended(other.child);
  return { ours: rate, relay };
}

sayMachine('Edits a second');
say(
  'Countersign: each edit is signed, verified, checked against the document and its rules, written to SQLite and flushed to disk before it is answered.',
);
say(
  'Relay: a minimal server in the shape of the stock y-websocket one, on ws, yjs and y-protocols. It checks nothing, keeps nothing on disk and never',
);
say('acknowledges: its echo is timed instead. The stock package itself is not installed here and was not measured.');
say(
  `${count(editsOf(1))} or ${count(editsOf(16))} edits of one cell each in a run; "under way" is how many unanswered edits each client allows itself (our app: one batch).`,
);
say();
say('clients  under way   Countersign/s       p50       p99       relay/s       p50       p99   ratio');
const asked = process.argv.slice(2).map(Number);
for (const clients of asked.length > 0 ? asked : [1, 5, 20]) {
  for (const window of [1, 16]) {
    const { ours, relay } = await both(clients, window);
    const cells = [ours, relay].map(
      ({ perSecond, p50, p99 }) => `${count(perSecond).padStart(13)} ${ms(p50).padStart(9)} ${ms(p99).padStart(9)}`,
    );
    say(
      `${String(clients).padStart(7)} ${String(window).padStart(10)} ${cells.join(' ')}   ${ratio(ours.perSecond, relay.perSecond)}`,
    );
  }
}
say('ratio = Countersign ÷ relay, edits a second; above 1 ours is faster.');
