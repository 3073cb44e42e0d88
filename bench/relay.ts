/**
 * A relay in the shape of the stock y-websocket server: a document in memory, each update applied and sent to everybody, the sender
 * too. Owns exactly that: it has no sign-in, no check, no history, no disk and no acknowledgement.
 */
import type { AddressInfo } from 'node:net';
import { createDecoder, readVarUint } from 'lib0/decoding';
import { createEncoder, length, toUint8Array, writeVarUint } from 'lib0/encoding';
import { type WebSocket, WebSocketServer } from 'ws';
import { Awareness, applyAwarenessUpdate } from 'y-protocols/awareness';
import { readSyncMessage, writeSyncStep1, writeUpdate } from 'y-protocols/sync';
import { Doc } from 'yjs';

const SYNC = 0;
const AWARENESS = 1;

export async function startRelay(): Promise<{ port: number; stop(): Promise<void> }> {
  const doc = new Doc();
  const awareness = new Awareness(doc);
  const sockets = new Set<WebSocket>();
  doc.on('update', (update: Uint8Array) => {
    const encoder = createEncoder();
    writeVarUint(encoder, SYNC);
    writeUpdate(encoder, update);
    const message = toUint8Array(encoder);
    for (const socket of sockets) socket.send(message);
  });
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('message', (data) => {
      const decoder = createDecoder(new Uint8Array(data as Buffer));
      const type = readVarUint(decoder);
      if (type === AWARENESS) {
        applyAwarenessUpdate(awareness, decoder.arr.subarray(decoder.pos), socket);
        return;
      }
      const encoder = createEncoder();
      writeVarUint(encoder, SYNC);
      readSyncMessage(decoder, encoder, doc, socket);
      if (length(encoder) > 1) socket.send(toUint8Array(encoder));
    });
    const encoder = createEncoder();
    writeVarUint(encoder, SYNC);
    writeSyncStep1(encoder, doc);
    socket.send(toUint8Array(encoder));
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      awareness.destroy();
      for (const socket of sockets) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
