/**
 * How a client speaks to each server that `edits` compares. Owns their dialects: how a batch is framed, what answers it, what others
 * receive of it, and how a whole document is asked for.
 */
import { SHEET_SCHEMA } from '@countersign/shared/model/sheets';
import { decodeFrame, encodeFrame, MESSAGE, SUBPROTOCOL, TICKET_PREFIX } from '@countersign/shared/protocol';
import { createDecoder, type Decoder, readVarString, readVarUint, readVarUint8Array } from 'lib0/decoding';
import { createEncoder, toUint8Array, writeVarString, writeVarUint, writeVarUint8Array } from 'lib0/encoding';
import { WebSocket } from 'ws';
import { writeUpdate } from 'y-protocols/sync';
import { Doc, encodeStateVector, parseUpdateMeta } from 'yjs';
import type { Peer, Started } from './servers.ts';
import { type PreparedClient, signedOf } from './signedEdits.ts';

/** One socket with what it is going to send. */
export interface Driven {
  readonly socket: WebSocket;
  readonly messages: readonly Uint8Array[];
  /** How many of the own messages this one answers. */
  answers(data: Buffer): number;
  /** How many edits this one brings, own ones included. */
  brings(data: Buffer): number;
  /** How many messages of the writer's this one brings. */
  bringsOf(data: Buffer, writer: PreparedClient): number;
}

const SYNC = 0;
const [STEP_1, STEP_2, UPDATE] = [0, 1, 2] as const;
const HOCUSPOCUS_AUTH = 2;
const HOCUSPOCUS_STATUS = 8;
const REFUSED = MESSAGE.refused;

/** Connects a prepared client. */
export function connect(kind: 'countersign' | Peer, server: Started, client: PreparedClient): Promise<Driven> {
  if (kind === 'countersign') return ours(server, client);
  return kind === 'y-websocket' ? stock(server, client) : hocuspocus(server, client);
}

async function opened(url: string, protocols: string[]): Promise<WebSocket> {
  const socket = new WebSocket(url.replace('http', 'ws'), protocols);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return socket;
}

function until(socket: WebSocket, ready: (data: Buffer) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const listen = (data: unknown): void => {
      if (!ready(data as Buffer)) return;
      socket.off('message', listen);
      resolve();
    };
    socket.on('message', listen);
  });
}

async function ours({ url, versionId }: Started, { person, size, batches }: PreparedClient): Promise<Driven> {
  const perBatch = batches[0]?.edits ?? 1;
  const socket = await opened(`${url}/sync/${versionId}`, [SUBPROTOCOL, `${TICKET_PREFIX}${await person.ticket()}`]);
  const ready = until(socket, (data) => decodeFrame(data).name === 'caughtUp');
  socket.send(encodeFrame('open', { draftId: versionId, schema: SHEET_SCHEMA, have: String(size) }));
  await ready;
  return {
    socket,
    messages: batches
      .map(signedOf)
      .map(({ bytes, signature, payload }) => encodeFrame('submit', {}, [bytes, signature, payload])),
    answers: (data) => {
      if (data[0] === REFUSED) throw new Error(`an edit was refused: ${data.toString()}`);
      return data[0] === MESSAGE.stored ? 1 : 0;
    },
    // Everybody's batches have the same number of edits.
    brings: (data) => (data[0] === MESSAGE.entry ? perBatch : 0),
    bringsOf: (data, writer) => (data[0] === MESSAGE.entry && data.includes(writer.person.device.id) ? 1 : 0),
  };
}

/** The writer of an update inside a sync message; null for anything else. */
function writerOf(decoder: Decoder): number | null {
  if (readVarUint(decoder) !== SYNC || readVarUint(decoder) !== UPDATE) return null;
  readVarUint(decoder);
  if (readVarUint(decoder) !== 1) return null;
  readVarUint(decoder);
  return readVarUint(decoder);
}

/** The stock server answers nothing: the echo of an own update is taken for it. */
async function stock({ url, versionId }: Started, { clientId, base, batches }: PreparedClient): Promise<Driven> {
  const socket = await opened(`${url}/${versionId}`, []);
  const framed = (update: Uint8Array): Uint8Array => {
    const encoder = createEncoder();
    writeVarUint(encoder, SYNC);
    writeUpdate(encoder, update);
    return toUint8Array(encoder);
  };
  socket.send(framed(base));
  return {
    socket,
    messages: batches.map(({ update }) => framed(update)),
    answers: (data) => (writerOf(createDecoder(data)) === clientId ? 1 : 0),
    brings: (data) => (writerOf(createDecoder(data)) === null ? 0 : 1),
    bringsOf: (data, writer) => (writerOf(createDecoder(data)) === writer.clientId ? 1 : 0),
  };
}

interface Gathered {
  readonly edits: number;
  readonly ofWriter: ReadonlyMap<number, number>;
}

/** Hocuspocus puts what came in one turn into one update, the same for everybody: it is looked into once and not fifty times. */
const GATHERED = new Map<string, Gathered>();
const MOST_GATHERED = 256;
const NOTHING: Gathered = { edits: 0, ofWriter: new Map() };

function gathered(data: Buffer): Gathered {
  const key = `${data.length} ${data.toString('latin1', 0, 96)}`;
  const known = GATHERED.get(key);
  if (known !== undefined) return known;
  const decoder = createDecoder(data);
  readVarString(decoder);
  let found = NOTHING;
  if (readVarUint(decoder) === SYNC && readVarUint(decoder) === UPDATE) {
    const { from, to } = parseUpdateMeta(readVarUint8Array(decoder));
    const ofWriter = new Map([...to].map(([client, end]) => [client, end - (from.get(client) ?? 0)]));
    found = { edits: [...ofWriter.values()].reduce((sum, edits) => sum + edits, 0), ofWriter };
  }
  if (GATHERED.size >= MOST_GATHERED) GATHERED.clear();
  GATHERED.set(key, found);
  return found;
}

/** A document's name, then the message: every message of Hocuspocus. */
function named(document: string, write: (encoder: ReturnType<typeof createEncoder>) => void): Uint8Array {
  const encoder = createEncoder();
  writeVarString(encoder, document);
  write(encoder);
  return toUint8Array(encoder);
}

const after = (data: Uint8Array): Decoder => {
  const decoder = createDecoder(data);
  readVarString(decoder);
  return decoder;
};

async function authenticated({ url, versionId }: Started): Promise<WebSocket> {
  const socket = await opened(url, []);
  const answered = until(socket, (data) => readVarUint(after(data)) === HOCUSPOCUS_AUTH);
  socket.send(
    named(versionId, (encoder) => {
      writeVarUint(encoder, HOCUSPOCUS_AUTH);
      writeVarUint(encoder, 0);
      writeVarString(encoder, 'bench');
    }),
  );
  await answered;
  return socket;
}

/** Hocuspocus says of each update that it was applied. */
async function hocuspocus(server: Started, client: PreparedClient): Promise<Driven> {
  const update = (bytes: Uint8Array): Uint8Array =>
    named(server.versionId, (encoder) => {
      writeVarUint(encoder, SYNC);
      writeUpdate(encoder, bytes);
    });
  const isStatus = (data: Uint8Array): boolean => readVarUint(after(data)) === HOCUSPOCUS_STATUS;
  const socket = await authenticated(server);
  const based = until(socket, isStatus);
  socket.send(update(client.base));
  await based;
  return {
    socket,
    messages: client.batches.map((batch) => update(batch.update)),
    answers: (data) => (isStatus(data) ? 1 : 0),
    brings: (data) => gathered(data).edits,
    bringsOf: (data, writer) => gathered(data).ofWriter.get(writer.clientId) ?? 0,
  };
}

/** Asks a peer for its whole document, as a new client does: the update that it answers. */
export async function wholeDocument(kind: Peer, server: Started): Promise<Uint8Array> {
  const isStock = kind === 'y-websocket';
  const socket = isStock ? await opened(`${server.url}/${server.versionId}`, []) : await authenticated(server);
  const ask = (encoder: ReturnType<typeof createEncoder>): void => {
    writeVarUint(encoder, SYNC);
    writeVarUint(encoder, STEP_1);
    writeVarUint8Array(encoder, encodeStateVector(new Doc()));
  };
  let update: Uint8Array | null = null;
  const answered = until(socket, (data) => {
    const decoder = isStock ? createDecoder(data) : after(data);
    if (readVarUint(decoder) !== SYNC || readVarUint(decoder) !== STEP_2) return false;
    update = readVarUint8Array(decoder);
    return true;
  });
  const encoder = createEncoder();
  ask(encoder);
  socket.send(isStock ? toUint8Array(encoder) : named(server.versionId, ask));
  await answered;
  socket.close();
  if (update === null) throw new Error(`${kind} did not answer with its document`);
  return update;
}
