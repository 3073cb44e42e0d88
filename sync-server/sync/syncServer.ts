// The sync socket's door: origin, ticket, version, limits. Owns the upgrade; how long who came in may stay decides `openConnections.ts`,
// conversations are theirs.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { can } from '@countersign/shared/access';
import { SHEETS_OF } from '@countersign/shared/model/sheets';
import { CLOSE, LIMITS, SUBPROTOCOL } from '@countersign/shared/protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Admission } from '../admission/index.ts';
import type { FailedAccess, Origins, People, Sessions, SignIn } from '../auth/index.ts';
import type { BreakGlass } from '../breakGlass/index.ts';
import type { ServerConfig } from '../config/index.ts';
import type { History, Openings } from '../history/index.ts';
import { type Actor, actorOfSignIn } from '../http/actor.ts';
import { RequestLimits } from '../http/requestLimits.ts';
import type { Storage } from '../storage/index.ts';
import type { Log, Metrics } from '../telemetry/index.ts';
import { DraftConnection } from './draftConnection.ts';
import { addressOf, askedFor, refuse, ticketOf } from './knock.ts';
import type { SocketLimits } from './limits.ts';
import { OpenConnections, type Place } from './openConnections.ts';
import { Presence } from './presence.ts';
import { RoomUnavailable } from './room.ts';
import type { Rooms } from './rooms.ts';
import { Socket } from './socket.ts';
import { StockConnection } from './stockConnection.ts';

export interface SyncServices {
  readonly storage: Storage;
  readonly history: History;
  readonly people: People;
  readonly breakGlass: Pick<BreakGlass, 'onEnded'>;
  readonly sessions: Sessions;
  readonly failedAccess: Pick<FailedAccess, 'note'>;
  readonly openings: Pick<Openings, 'note' | 'write'>;
  readonly config: Pick<ServerConfig, 'trustProxy'>;
  readonly origins: Origins;
  readonly rooms: Rooms;
  readonly admission: Admission;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly generation: string;
  readonly limits: SocketLimits;
  now(): Date;
}

export class SyncServer {
  readonly #services: SyncServices;
  readonly #presence = new Presence();
  readonly #sockets: WebSocketServer;
  readonly #connections: OpenConnections;
  /** Users of sockets whose version is still being read: they count, so that many at once are not all let in. */
  readonly #opening = new Map<Duplex, string>();
  readonly #recheck: NodeJS.Timeout;
  /** Knocks of one address: a ticket that is none costs a look into the storage. */
  readonly #knocks: RequestLimits;
  #stopping = false;

  constructor(services: SyncServices) {
    this.#services = services;
    this.#knocks = new RequestLimits(services.limits);
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload: LIMITS.frameBytes,
      perMessageDeflate: false,
      clientTracking: false,
      handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    });
    this.#connections = new OpenConnections(services);
    this.#recheck = setInterval(() => {
      this.#connections.recheck();
      services.openings
        .write('due')
        .catch((error: unknown) => services.log.error('openings could not be recorded', error));
    }, services.limits.recheckMs);
    this.#recheck.unref();
  }

  /** Takes the upgrades of an HTTP server. */
  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      this.#upgrade(request, socket, head).catch((error: unknown) => {
        this.#services.log.error('an upgrade failed', error);
        socket.destroy();
      });
    });
  }

  /** Closes every socket with "connect again" and waits until they are gone, or cuts them off. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#recheck);
    this.#presence.stop();
    await this.#connections.stop();
  }

  /** [SRV-10] Nothing is read from a socket before origin, ticket and limits were checked; failures are HTTP answers, so a client tries again with a new ticket. */
  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const asked = askedFor(request);
    if (this.#stopping) return refuse(socket, 503);
    if (asked === null) return refuse(socket, 404);
    const { sessions, people, limits, config, origins } = this.#services;
    const { origin, host } = request.headers;
    if (!origins.answersTo(host)) return refuse(socket, 421);
    if (!origins.allows(origin, host)) return refuse(socket, 403);
    const address = addressOf(request, config.trustProxy === true);
    if (this.#knocks.take(this.#knocks.callerOf(undefined, address), performance.now()) > 0) return refuse(socket, 429);
    const ticket = ticketOf(request);
    const signIn = ticket === null ? null : await sessions.redeem(ticket);
    const actor = signIn === null ? null : actorOfSignIn(people, signIn);
    if (actor === null) return refuse(socket, 401);
    if (this.#connectionsOf(actor.userId) >= limits.connectionsPerUser) return refuse(socket, 429);
    const { versionId, sheet } = asked;
    this.#opening.set(socket, actor.userId);
    socket.once('close', () => this.#opening.delete(socket));
    this.#sockets.handleUpgrade(request, socket, head, (ws) => {
      const accepted = this.#accept(ws, socket, actor, versionId, sheet).finally(() => this.#opening.delete(socket));
      accepted.catch((error: unknown) => {
        if (!(error instanceof RoomUnavailable))
          this.#services.log.error('a version could not be opened', error, { document: versionId });
        // A version that exists but cannot be read is not gone: the client may try again later.
        ws.close(error instanceof RoomUnavailable ? CLOSE.noSuchVersion : 1011, 'This version cannot be opened.');
      });
    });
  }

  #connectionsOf(userId: string): number {
    let count = this.#connections.countOf(userId);
    for (const opening of this.#opening.values()) if (opening === userId) count += 1;
    return count;
  }

  async #accept(
    ws: WebSocket,
    stream: Duplex,
    actor: Actor,
    versionId: string,
    sheet: string | undefined,
  ): Promise<void> {
    const readable = can(actor, 'read');
    if (!readable.ok) {
      this.#services.failedAccess.note(actor.userId, 'failedAccess');
      ws.close(CLOSE.notAllowed, readable.reason.slice(0, 120));
      return;
    }
    // Messages that arrive while the version is being read must not be lost: stop reading until somebody listens.
    ws.pause();
    try {
      await this.#join(ws, stream, actor, versionId, sheet);
    } finally {
      // Also when it is being closed: the closing handshake needs reading.
      ws.resume();
    }
  }

  async #join(
    ws: WebSocket,
    stream: Duplex,
    actor: Actor,
    versionId: string,
    sheet: string | undefined,
  ): Promise<void> {
    await this.#services.rooms.use(versionId, async (room) => {
      if (sheet !== undefined && !(SHEETS_OF[room.draft.head.kind] as readonly string[]).includes(sheet)) {
        ws.close(CLOSE.noSuchVersion, 'There is no such sheet.');
        return;
      }
      if (ws.readyState !== ws.OPEN) return;
      const socket = new Socket(ws, stream, this.#services.limits, Date.now());
      let place: Place | null = null;
      const onClosed = (): void => place?.leave();
      const connection =
        sheet === undefined
          ? new DraftConnection(socket, room, actor, this.#connectionServices(actor.signIn), onClosed)
          : new StockConnection(socket, room, sheet, this.#services.log, onClosed);
      place = this.#connections.hold(connection, actor.signIn);
      socket.start(connection);
      this.#services.openings.note(actor.userId, versionId);
      // The session may have ended while the version was being read.
      place.recheck();
    });
  }

  #connectionServices(signIn: SignIn) {
    const { storage, admission, log, metrics, generation, history, people, failedAccess, now } = this.#services;
    return {
      storage,
      admission,
      log,
      metrics,
      generation,
      presence: this.#presence,
      size: () => history.size,
      checkpoint: () => history.checkpoint(),
      denied: (userId: string) => failedAccess.note(userId, 'failedAccess'),
      actor: async () => (signIn.expiresAt <= now().getTime() ? null : actorOfSignIn(people, signIn)),
    };
  }
}
