import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket as TcpSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { SOCKET_LIMITS, type SocketLimits } from './limits.ts';
import { Socket } from './socket.ts';

/** A whole message of a client, masked with zeros. */
const message = (number: number): Buffer => {
  const bytes = Buffer.alloc(6 + 4);
  bytes[0] = 0x82;
  bytes[1] = 0x80 | 4;
  bytes.writeUInt32BE(number, 6);
  return bytes;
};
const KNOCK = [
  'GET / HTTP/1.1',
  'Host: localhost',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  '\r\n',
].join('\r\n');
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Listening {
  readonly port: number;
  /** The server's side of the first connection. */
  readonly socket: Promise<{ readonly socket: Socket; readonly stream: Duplex & { readonly bytesRead: number } }>;
  readonly closed: Promise<void>;
  stop(): Promise<void>;
}

/** A server of one socket with these limits; `message` hears the number of each message. */
async function listen(limits: Partial<SocketLimits>, message: (number: number) => void): Promise<Listening> {
  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer();
  const first = Promise.withResolvers<Awaited<Listening['socket']>>();
  const closed = Promise.withResolvers<void>();
  server.on('upgrade', (request, stream: Awaited<Listening['socket']>['stream'], head) => {
    sockets.handleUpgrade(request, stream, head, (ws) => {
      const socket = new Socket(ws, stream, { ...SOCKET_LIMITS, ...limits }, Date.now());
      socket.start({
        message: async (bytes) => message(Buffer.from(bytes).readUInt32BE(0)),
        closed: closed.resolve,
        failed: closed.reject,
      });
      first.resolve({ socket, stream });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    socket: first.promise,
    closed: closed.promise,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Knocks and sends so many messages at once. */
function flood(port: number, messages: number): TcpSocket {
  const client = connect(port, '127.0.0.1');
  client.write(Buffer.concat([Buffer.from(KNOCK), ...Array.from({ length: messages }, (_, i) => message(i))]));
  return client;
}

it('[SRV-10] thousands of messages that one read brings are handled at the rate of one socket, in order, and none is dropped', async () => {
  const burst = 20;
  const heard: number[] = [];
  const enough = Promise.withResolvers<void>();
  // A refill that no test waits for: of the flood, only the burst is handled.
  const server = await listen({ framesPerSecond: 0.001, frameBurst: burst }, (number) => {
    if (heard.push(number) === burst) enough.resolve();
  });
  const client = flood(server.port, 5000);
  await enough.promise;
  for (let i = 0; i < 100; i += 1) await turn();
  expect(heard).toEqual(Array.from({ length: burst }, (_, i) => i));
  // A socket that waits for its turn ends like any other.
  client.destroy();
  await server.closed;
  await server.stop();
});

it('[SRV-10] nothing more is read of a flood before what one read of it brought was handled', async () => {
  const wanted = 60;
  let heard = 0;
  const enough = Promise.withResolvers<void>();
  const server = await listen({ framesPerSecond: 200, frameBurst: 20 }, () => {
    heard += 1;
    if (heard === wanted) enough.resolve();
  });
  const client = flood(server.port, 100_000);
  await enough.promise;
  const { socket, stream } = await server.socket;
  expect(stream.bytesRead).toBeLessThan(300_000);
  socket.terminate();
  client.destroy();
  await server.closed;
  await server.stop();
});

it('[SRV-10] a flood that is closed, and one that goes on after it was closed, is cut off', async () => {
  for (const closeAt of ['throttled', 'before'] as const) {
    let heard = 0;
    const server = await listen({ framesPerSecond: 0.001, frameBurst: 20 }, (number) => {
      heard += 1;
      // The last that is handled, or long before the rate is used up.
      if (number === (closeAt === 'before' ? 3 : 19))
        void server.socket.then(async ({ socket }) => {
          if (closeAt === 'throttled') await turn();
          socket.close(1001, 'The server stops.');
        });
    });
    const client = flood(server.port, 5000);
    // It never answers the close frame; ws would read on for half a minute.
    const ended = new Promise((resolve) => client.once('close', resolve));
    client.on('error', () => undefined);
    client.resume();
    const more = setInterval(() => client.write(message(1)), 1);
    await Promise.all([ended, server.closed]);
    clearInterval(more);
    expect(heard).toBeLessThanOrEqual(20);
    await server.stop();
  }
});
