// The port of a node: whoever leads at the moment answers behind it. Owns listening, waiting for a leader, and the probes that are this node's
// own; must not know leases.
import { timingSafeEqual } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { PROBLEM_TYPE, Problem } from '../http/problem.ts';
import { SOCKET_LIMITS } from '../sync/limits.ts';
import { FORWARDED, forwardRequest, NotForwarded, type Onward, smallBody } from './forward.ts';
import { forwardUpgrade, NOBODY } from './forwardSocket.ts';

/** A request waits this long for a leader before it is told to come again. */
const HOLD_MS = 5000;
const REQUEST_TIMEOUT_MS = 120_000;

/** Who answers. */
export type Target =
  /** This node: the application's own server, which does not listen itself. */
  | { readonly kind: 'lead'; readonly server: Server; held(): boolean }
  | { readonly kind: 'follow'; readonly url: string }
  | { readonly kind: 'seek' };

export interface Probe {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export interface FrontOptions {
  /** This node's own answer to a path, or null to let the leader answer. */
  readonly probe: (path: string) => Promise<Probe | null>;
  /** The nodes' common secret. */
  readonly secret: string;
  /** Whether `X-Forwarded-*` of clients is believed, because a proxy stands in front of the nodes. */
  readonly trustProxy: boolean;
}

/** As many listeners as there are requests and sockets under way. */
function change(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

export class Front {
  readonly #server: Server;
  readonly #probe: FrontOptions['probe'];
  readonly #secret: string;
  readonly #trustProxy: boolean;
  #target: Target = { kind: 'seek' };
  /** Cuts what is on its way to a node that leads no more. */
  #change = change();
  readonly #waiting = new Set<() => void>();
  /** Those that were asked to become WebSockets; the server itself forgets them. */
  readonly #sockets = new Set<Duplex>();

  constructor({ probe, secret, trustProxy }: FrontOptions) {
    this.#probe = probe;
    this.#secret = secret;
    this.#trustProxy = trustProxy;
    this.#server = createServer(
      { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: SOCKET_LIMITS.headersWithinMs },
      (request, response) => {
        this.#request(request, response).catch(() => refuse(response, 'cut'));
      },
    );
    this.#server.on('upgrade', (request, socket: Duplex, head) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      this.#upgrade(request, socket, head).catch(() => socket.destroy());
    });
  }

  /** @returns the port; the system's error (EADDRINUSE) when it cannot listen. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => resolve((this.#server.address() as AddressInfo).port));
    });
  }

  get target(): Target {
    return this.#target;
  }

  /** Says who answers from now on; requests that waited go there. */
  turnTo(target: Target): void {
    const before = this.#target;
    this.#target = target;
    if (before.kind === 'follow' && !(target.kind === 'follow' && target.url === before.url)) {
      this.#change.abort();
      this.#change = change();
    }
    for (const look of [...this.#waiting]) look();
  }

  /** [NODE-18] Whoever is still connected is cut off: a client that never closes its side would keep the node for ever. */
  async close(): Promise<void> {
    this.turnTo({ kind: 'seek' });
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const own = await this.#probe(path);
    if (own !== null) {
      response.writeHead(own.status, { 'content-type': own.type }).end(own.body);
      return;
    }
    const deadline = performance.now() + HOLD_MS;
    const forwarded = this.#isForwarded(request);
    let body: Buffer | null = null;
    while (performance.now() < deadline) {
      const target = await this.#someone(forwarded);
      // Whoever asked may have gone while nobody led.
      if (target.kind === 'seek' || response.destroyed) break;
      if (target.kind === 'lead' && body === null) {
        target.server.emit('request', request, response);
        return;
      }
      try {
        body ??= await smallBody(request);
        // This node may have begun to lead after it had read the body: the request then comes in again through its own door.
        await forwardRequest(
          this.#onward(target.kind === 'lead' ? this.#ownUrl() : target.url),
          request,
          response,
          body,
        );
        return;
      } catch (error) {
        if (!(error instanceof NotForwarded)) {
          refuse(response, 'cut');
          return;
        }
        this.#lost(target);
        // A large body has been read on the way to nobody.
        if (body === null) break;
      }
    }
    refuse(response, 'seeking');
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const target = await this.#someone(this.#isForwarded(request));
    if (socket.destroyed) return;
    if (target.kind === 'lead') target.server.emit('upgrade', request, socket, head);
    else if (target.kind === 'follow') forwardUpgrade(this.#onward(target.url), request, socket, head);
    else socket.end(NOBODY);
  }

  /**
   * [NODE-11] Whether a node sent it. What anybody else says of itself in these headers is taken off before it is read, and the client's address
   * is put there: where it connected from, or what the proxy in front wrote, which is the last entry.
   */
  #isForwarded({ headers, socket }: IncomingMessage): boolean {
    const said = Buffer.from(String(headers[FORWARDED] ?? ''));
    const secret = Buffer.from(this.#secret);
    const forwarded = said.length === secret.length && timingSafeEqual(said, secret);
    delete headers[FORWARDED];
    if (forwarded) return true;
    const [written] = this.#trustProxy
      ? String(headers['x-forwarded-for'] ?? '')
          .split(',')
          .slice(-1)
      : [];
    for (const name of Object.keys(headers))
      if (name === 'forwarded' || (name.startsWith('x-forwarded-') && !this.#trustProxy)) delete headers[name];
    headers['x-forwarded-for'] = written?.trim() || socket.remoteAddress || '';
    return false;
  }

  #onward(url: string): Onward {
    return { url, secret: this.#secret, leaderChanged: this.#change.signal };
  }

  #ownUrl(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    const host = address === '::' || address === '0.0.0.0' ? '127.0.0.1' : address;
    return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  /** The leader that was told of does not answer: wait until another is told of. */
  #lost(target: Target): void {
    if (this.#target === target) this.turnTo({ kind: 'seek' });
  }

  /** Somebody who answers, or `seek` after the longest wait. A request that another node forwarded is answered here or not at all. */
  #someone(forwarded: boolean): Promise<Target> {
    const usable = (): boolean => {
      if (this.#target.kind === 'lead') return this.#target.held();
      return this.#target.kind === 'follow' && !forwarded;
    };
    if (usable()) return Promise.resolve(this.#target);
    return new Promise((resolve) => {
      const done = (target: Target): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(target);
      };
      const look = (): void => {
        if (usable()) done(this.#target);
      };
      const timer = setTimeout(() => done({ kind: 'seek' }), HOLD_MS);
      this.#waiting.add(look);
    });
  }
}

const PROBLEM = {
  seeking: new Problem(
    503,
    'unavailable',
    'No server leads',
    'The servers of this workspace are agreeing on who leads. Nothing was changed.',
    {
      action: 'Send the request again in a moment.',
    },
  ),
  cut: new Problem(
    503,
    'unavailable',
    'Answer lost',
    'The leading server stopped before it answered. The request may have been carried out.',
    {
      action: 'Send it again, with the same Idempotency-Key.',
    },
  ),
};

function refuse(response: ServerResponse, why: keyof typeof PROBLEM): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const problem = PROBLEM[why];
  response
    .writeHead(problem.status, { 'content-type': PROBLEM_TYPE, 'retry-after': '1' })
    .end(JSON.stringify(problem.body()));
}
