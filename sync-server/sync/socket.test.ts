import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { SOCKET_LIMITS } from './limits.ts';
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

it('[SRV-10] thousands of messages that one read brings are handled at the rate of one socket, in order, and none is dropped', async () => {
  const burst = 20;
  const heard: number[] = [];
  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer();
  const closed = Promise.withResolvers<void>();
  const enough = Promise.withResolvers<void>();
  // A refill that no test waits for: of the flood, only the burst is handled.
  const limits = { ...SOCKET_LIMITS, framesPerSecond: 0.001, frameBurst: burst };
  server.on('upgrade', (request, stream, head) => {
    sockets.handleUpgrade(request, stream, head, (ws) => {
      new Socket(ws, stream, limits, Date.now()).start({
        message: async (bytes) => {
          heard.push(Buffer.from(bytes).readUInt32BE(0));
          if (heard.length === burst) enough.resolve();
        },
        closed: closed.resolve,
        failed: closed.reject,
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write(Buffer.concat([Buffer.from(KNOCK), ...Array.from({ length: 5000 }, (_, i) => message(i))]));
  await enough.promise;
  for (let i = 0; i < 100; i += 1) await turn();
  expect(heard).toEqual(Array.from({ length: burst }, (_, i) => i));
  // A socket that waits for its turn ends like any other.
  client.destroy();
  await closed.promise;
  await new Promise((resolve) => server.close(resolve));
});
