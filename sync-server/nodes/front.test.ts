import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { Front } from './front.ts';

const SECRET = 'the-nodes-common-secret';
const fronts: Front[] = [];
afterEach(async () => {
  for (const front of fronts.splice(0)) await front.close();
});

async function front(trustProxy = false): Promise<{ front: Front; url: string }> {
  const made = new Front({ probe: async () => null, secret: SECRET, trustProxy });
  fronts.push(made);
  return { front: made, url: `http://127.0.0.1:${await made.listen('127.0.0.1', 0)}` };
}

/** An application that does not listen and says what it was asked. */
const application = (seen: IncomingMessage[] = []) =>
  createServer((asked, answer) => {
    seen.push(asked);
    let body = '';
    asked.on('data', (part) => {
      body += part;
    });
    asked.on('end', () => answer.end(JSON.stringify({ headers: asked.headers, method: asked.method, body })));
  });

interface Said {
  readonly headers: Record<string, string>;
  readonly method: string;
  readonly body: string;
}
const ask = async (url: string, init: RequestInit = {}): Promise<Said> =>
  (await (await fetch(url, init)).json()) as Said;

describe('the front of a node', () => {
  it('[NODE-11] takes off what a client says of itself, and believes another node and a trusted proxy', async () => {
    const [leader, follower, proxied] = [await front(), await front(), await front(true)];
    const lead = { kind: 'lead', server: application(), held: () => true } as const;
    leader.front.turnTo(lead);
    proxied.front.turnTo(lead);
    follower.front.turnTo({ kind: 'follow', url: leader.url });
    const spoofed = {
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
      'x-countersign-forwarded': 'guess',
      'x-file-name': 'kept',
    };
    const direct = await ask(leader.url, { headers: spoofed });
    expect(direct.headers).toMatchObject({ 'x-file-name': 'kept' });
    const through = await ask(follower.url, { headers: spoofed });
    expect(through.headers).toMatchObject({ 'x-file-name': 'kept', 'x-forwarded-for': '127.0.0.1' });
    for (const { headers } of [direct, through]) {
      expect(JSON.stringify(headers)).not.toMatch(/203\.0\.113\.9|https|guess|common-secret/);
    }
    expect((await ask(proxied.url, { headers: spoofed })).headers).toMatchObject({ 'x-forwarded-for': '203.0.113.9' });
    // A proxy adds what it saw behind what its client made up; only what it saw itself is believed, also a node further on.
    const behind = await front(true);
    behind.front.turnTo({ kind: 'follow', url: leader.url });
    const added = { 'x-forwarded-for': 'made-up, 192.0.2.1, 203.0.113.9' };
    for (const { url } of [proxied, behind])
      expect((await ask(url, { headers: added })).headers['x-forwarded-for']).toBe('203.0.113.9');
  });

  it('[NODE-1] passes method, body and host on as they came, also a body of unknown length', async () => {
    const [leader, follower] = [await front(), await front()];
    leader.front.turnTo({ kind: 'lead', server: application(), held: () => true });
    follower.front.turnTo({ kind: 'follow', url: leader.url });
    const said = await ask(follower.url, { method: 'POST', body: 'two words' });
    expect(said).toMatchObject({ method: 'POST', body: 'two words' });
    expect(`http://${said.headers.host}`).toBe(follower.url);
    const stream = new Blob(['long '.repeat(100_000)]).stream();
    const streamed = await ask(follower.url, { method: 'POST', body: stream, duplex: 'half' } as RequestInit);
    expect(streamed.body).toHaveLength(500_000);
  });

  it('[NODE-9] a request that came before anybody led is answered once, when this node leads', async () => {
    const node = await front();
    const answer = ask(node.url, { method: 'POST', body: 'waits' });
    const gone = await front();
    await gone.front.close();
    node.front.turnTo({ kind: 'follow', url: gone.url });
    const seen: IncomingMessage[] = [];
    node.front.turnTo({ kind: 'lead', server: application(seen), held: () => true });
    expect(await answer).toMatchObject({ method: 'POST', body: 'waits' });
    expect(seen).toHaveLength(1);
  });

  it('[NODE-9] a leader that goes away before it answered: the client hears that it may have been carried out', async () => {
    const [leader, follower] = [await front(), await front()];
    const silent = createServer((asked) => {
      asked.resume();
      // Another node leads from now on; this one never answers.
      follower.front.turnTo({ kind: 'seek' });
    });
    leader.front.turnTo({ kind: 'lead', server: silent, held: () => true });
    follower.front.turnTo({ kind: 'follow', url: leader.url });
    const answer = await fetch(follower.url, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      code: 'unavailable',
      detail: expect.stringContaining('may have been'),
    });
  });

  it('[NODE-4] a node that is not sure any more that it leads keeps requests until it is', async () => {
    const node = await front();
    let held = false;
    const lead = { kind: 'lead', server: application(), held: () => held } as const;
    node.front.turnTo(lead);
    const reached = new Promise<void>((resolve) => {
      const probe = request(node.url, () => resolve());
      probe.end();
    });
    held = true;
    node.front.turnTo(lead);
    await reached;
  });
});

const openingOf = (url: string): string =>
  `GET /sync/v HTTP/1.1\r\nHost: ${new URL(url).host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;

/** A socket's opening, as a client sends it. */
function opening(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(openingOf(url));
  return socket;
}

const OPENED = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

describe('sockets through a node that follows', () => {
  it('[NODE-19] a client that goes away while its socket is being opened leaves none open at the leading node', async () => {
    const [leader, follower] = [await front(), await front()];
    const server = createServer();
    leader.front.turnTo({ kind: 'lead', server, held: () => true });
    follower.front.turnTo({ kind: 'follow', url: leader.url });
    const asked = new Promise<Duplex>((resolve) => server.on('upgrade', (_request, socket) => resolve(socket)));
    const client = opening(follower.url);
    const atLeader = (await asked).resume();
    const gone = once(atLeader, 'end');
    client.destroy();
    await gone;
  });

  it('[NODE-18] a client that never closes its side keeps no node from stopping', async () => {
    const node = await front();
    const server = createServer();
    const ended = new Promise<void>((resolve) => {
      server.on('upgrade', (_request, socket: Duplex) => socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n', resolve));
    });
    node.front.turnTo({ kind: 'lead', server, held: () => true });
    const { hostname, port } = new URL(node.url);
    const client = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    client.resume();
    client.on('error', () => undefined);
    client.write(openingOf(node.url));
    await ended;
    await node.front.close();
    fronts.splice(fronts.indexOf(node.front), 1);
    client.destroy();
  });

  it('[NODE-19] what the leading node says last reaches a slow reader', async () => {
    const [leader, follower] = [await front(), await front()];
    const server = createServer();
    const last = Buffer.alloc(12 * 1024 * 1024, 'x');
    server.on('upgrade', (_request, socket) => {
      socket.write(OPENED);
      socket.end(last);
    });
    leader.front.turnTo({ kind: 'lead', server, held: () => true });
    follower.front.turnTo({ kind: 'follow', url: leader.url });
    const client = opening(follower.url);
    let got = 0;
    client.on('data', (bytes) => {
      got += bytes.length;
      client.pause();
      setImmediate(() => client.resume());
    });
    await once(client, 'end');
    expect(got).toBe(OPENED.length + last.length);
    client.destroy();
  });

  it('[NODE-19] a leading node that takes no connection is given up in seconds, and the request goes to the next one', async () => {
    const stuck = spawn(process.execPath, [
      '-e',
      `const s = require('net').createServer().listen(0, '127.0.0.1', 1, () => console.log(s.address().port))`,
    ]);
    const [said] = (await once(stuck.stdout, 'data')) as [Buffer];
    stuck.kill('SIGSTOP');
    const port = Number(String(said));
    // What the system takes for a process that does not: then it drops what comes.
    const filling = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    await Promise.all(filling.slice(0, 2).map((socket) => once(socket, 'connect')));
    const node = await front();
    node.front.turnTo({ kind: 'follow', url: `http://127.0.0.1:${port}` });
    const answer = ask(node.url, { method: 'POST', body: 'waits' });
    while (node.front.target.kind !== 'seek') await new Promise((resolve) => setImmediate(resolve));
    node.front.turnTo({ kind: 'lead', server: application(), held: () => true });
    expect(await answer).toMatchObject({ method: 'POST', body: 'waits' });
    for (const socket of filling) socket.destroy();
    stuck.kill('SIGKILL');
  });
});
