import { createServer, type IncomingMessage, request } from 'node:http';
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
