// Passes requests and sockets of this node on to the one that leads. Owns bytes on the way; must not read what they mean.
import {
  Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
  type ServerResponse,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';

/**
 * Says, with the nodes' common secret, that a node forwarded the request: two nodes that take each other for the leader do not send it in circles,
 * and what it says of the client's address is believed.
 */
export const FORWARDED = 'x-countersign-forwarded';
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

/** Nothing of the request reached the other node. */
export class NotForwarded extends Error {
  override readonly name = 'NotForwarded';
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** A node in the same network that takes no connection for this long is not there. */
const REACH_MS = 2000;
/** An answer of which nothing comes for this long does not come; the longest calculation is far shorter. */
const SILENT_MS = 120_000;

/** The node that leads. */
export interface Onward {
  readonly url: string;
  /** The nodes' common secret. */
  readonly secret: string;
  /** Aborted when another node leads: a leader that was stopped still takes connections and answers nothing. */
  readonly leaderChanged: AbortSignal;
}

/** How the request is made: bytes on the way, and who may read them, stay as they came. */
function optionsOf(
  { url, secret }: Onward,
  request: IncomingMessage,
  socket: boolean,
): { options: RequestOptions; secure: boolean } {
  const to = new URL(url);
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined || (HOP_BY_HOP.has(name) && !(socket && (name === 'connection' || name === 'upgrade'))))
      continue;
    headers[name] = value;
  }
  headers[FORWARDED] = secret;
  const secure = to.protocol === 'https:';
  const options: RequestOptions = {
    hostname: to.hostname.replace(/^\[|\]$/g, ''),
    port: to.port,
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers,
    ...(socket || secure ? {} : { agent }),
  };
  return { options, secure };
}

/** Asks the other node. [NODE-19] One that cannot be reached fails within 2 s, and not when the system gives up after minutes. */
export function ask(
  to: Onward,
  request: IncomingMessage,
  forSocket: boolean,
  answered?: (answer: IncomingMessage) => void,
): ClientRequest {
  const { options, secure } = optionsOf(to, request, forSocket);
  const onward = (secure ? httpsRequest : httpRequest)(options, answered);
  onward.once('socket', (socket: Socket) => {
    if (!socket.connecting) return;
    const late = setTimeout(() => onward.destroy(new NotForwarded('the leading node takes no connection')), REACH_MS);
    for (const event of ['connect', 'close'] as const) socket.once(event, () => clearTimeout(late));
  });
  return onward;
}

const refusedConnection = (error: unknown): boolean =>
  error instanceof NotForwarded ||
  (error instanceof Error && 'syscall' in error && (error.syscall === 'connect' || error.syscall === 'getaddrinfo'));

/** Bodies up to this are read whole before they are forwarded, so that they can be sent to the next leader when this one is gone. */
const SMALL_BODY = 256 * 1024;

/** The body when it says that it is small; null leaves it unread. */
export async function smallBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunked = request.headers['transfer-encoding'] !== undefined;
  const length = Number(request.headers['content-length'] ?? '0');
  if (chunked || !(length <= SMALL_BODY)) return null;
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/**
 * Forwards one request and its answer; `body` when it was read already.
 * @throws NotForwarded before anything reached the other node. Resolves when the answer has ended or broke off.
 */
export function forwardRequest(
  to: Onward,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer | null,
): Promise<void> {
  const { leaderChanged } = to;
  return new Promise((resolve, reject) => {
    const onward = ask(to, request, false, (answer) => {
      const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !HOP_BY_HOP.has(name)));
      response.writeHead(answer.statusCode ?? 502, headers);
      answer.pipe(response);
      // The leader died in the middle of an answer: the client must see that it is not whole.
      answer.on('error', () => response.destroy());
    });
    onward.setTimeout(SILENT_MS, () => onward.destroy(new Error('the leading node does not answer')));
    const repeatable = request.method === 'GET' || request.method === 'HEAD';
    const leave = (): void => void onward.destroy(new Error('another node leads'));
    leaderChanged.addEventListener('abort', leave, { once: true });
    onward.on('error', (error) => {
      if (response.headersSent) response.destroy();
      // A kept connection that was closed meanwhile carries nothing; reading again is harmless in any case.
      else if (refusedConnection(error) || (repeatable && (onward.reusedSocket || leaderChanged.aborted))) {
        reject(new NotForwarded('the leading node cannot be reached', { cause: error }));
      } else reject(error);
    });
    const closed = (): void => {
      onward.destroy();
      resolve();
    };
    response.on('close', closed);
    onward.on('close', () => {
      leaderChanged.removeEventListener('abort', leave);
      // What was not answered may be forwarded again.
      if (!response.headersSent) response.removeListener('close', closed);
    });
    if (body !== null) onward.end(body);
    else {
      request.on('error', () => onward.destroy());
      request.pipe(onward);
    }
  });
}
