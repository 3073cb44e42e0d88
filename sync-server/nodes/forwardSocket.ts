// Passes a socket of this node on to the one that leads. Owns its bytes, both ways, and its end; must not read what they mean.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ask, type Onward } from './forward.ts';

/** The leader pings each socket every 25 s: one on which nothing comes for longer than this has nobody at its other end. */
const SILENT_MS = 60_000;
/** How long the opening of a socket is waited for. */
const OPENING_MS = 10_000;
/** What the leader said last, its reason for closing, reaches a slow reader within this or not at all. */
const LAST_WORDS_MS = 5000;
/** A client says nothing before its socket is open; what comes all the same is kept up to so many packets. */
const MOST_EARLY = 16;
/** The answer when nobody opens the socket. */
export const NOBODY =
  'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/**
 * [NODE-19] Forwards a WebSocket's opening and then its bytes until one side closes. Whichever side goes away, at whatever moment, nothing stays
 * open on the other.
 */
export function forwardUpgrade(to: Onward, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  if (socket.destroyed) return;
  const { leaderChanged } = to;
  const onward = ask(to, request, true);
  onward.setTimeout(OPENING_MS, () => onward.destroy(new Error('the leading node does not open the socket')));
  const leave = (): void => {
    onward.destroy();
    socket.destroy();
  };
  leaderChanged.addEventListener('abort', leave, { once: true });
  socket.once('close', () => {
    leaderChanged.removeEventListener('abort', leave);
    onward.destroy();
  });
  // Only a socket that is read says that its client went away; one that opens for nobody would count as one of its person's for a while.
  const early = [head];
  const read = (bytes: Buffer): void => {
    early.push(bytes);
    if (early.length > MOST_EARLY) leave();
  };
  socket.on('data', read);
  socket.once('end', leave);
  onward.on('upgrade', (answer, other: Socket, otherHead) => {
    socket.pause();
    socket.removeListener('data', read);
    socket.removeListener('end', leave);
    give(answer, socket);
    if (otherHead.length > 0) socket.write(otherHead);
    for (const bytes of early) if (bytes.length > 0) other.write(bytes);
    join(socket, other);
  });
  // The leader refused the socket: its answer, which has no body worth waiting for, is the answer.
  onward.on('response', (answer) => {
    give(answer, socket);
    answer.pipe(socket);
  });
  onward.on('error', () => socket.end(NOBODY));
  onward.end();
}

function give(answer: IncomingMessage, socket: Duplex): void {
  const lines = [`HTTP/1.1 ${answer.statusCode ?? 502} ${answer.statusMessage ?? ''}`];
  for (let i = 0; i + 1 < answer.rawHeaders.length; i += 2)
    lines.push(`${answer.rawHeaders[i]}: ${answer.rawHeaders[i + 1]}`);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
}

function join(socket: Duplex, other: Socket): void {
  other.setNoDelay(true);
  if ('setNoDelay' in socket && typeof socket.setNoDelay === 'function') socket.setNoDelay(true);
  other.setTimeout(SILENT_MS, () => other.destroy());
  socket.pipe(other).pipe(socket);
  for (const [from, onto] of [
    [socket, other],
    [other, socket],
  ] as const) {
    from.on('error', () => onto.destroy());
    from.once('close', () => {
      if (!from.readableEnded) onto.destroy();
      else if (!onto.destroyed) {
        const late = setTimeout(() => onto.destroy(), LAST_WORDS_MS);
        onto.once('close', () => clearTimeout(late));
      }
    });
  }
}
