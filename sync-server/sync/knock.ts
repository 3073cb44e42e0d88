// A request for a sync socket before it is one. Owns reading where it comes from and how it is refused; who is let in is the server's to say.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { SUBPROTOCOL, TICKET_PREFIX } from '@countersign/shared/protocol';

const PATH = /^\/sync\/([A-Za-z0-9._-]{1,120})(?:\/([A-Za-z0-9_-]{1,40}))?$/;
/** A socket of somebody with too many is worth trying again once another one was closed. */
const RETRY_AFTER_S = 5;
const STATUS_TEXT: Record<number, string> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  421: 'Misdirected Request',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

/** The version that is asked for, and the sheet of it for stock clients; null for any other address. */
export function askedFor({ url }: IncomingMessage): { readonly versionId: string; readonly sheet?: string } | null {
  const [, versionId, sheet] = PATH.exec((url ?? '').split('?')[0] ?? '') ?? [];
  if (versionId === undefined) return null;
  return sheet === undefined ? { versionId } : { versionId, sheet };
}

/** The ticket among the offered subprotocols; null without one, or when ours is not offered. */
export function ticketOf({ headers }: IncomingMessage): string | null {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((text) => text.trim());
  if (!offered.includes(SUBPROTOCOL)) return null;
  return offered.find((text) => text.startsWith(TICKET_PREFIX))?.slice(TICKET_PREFIX.length) ?? null;
}

/** Where a request came from: as in HTTP, one proxy is believed. */
export function addressOf({ headers, socket }: IncomingMessage, trustProxy: boolean): string {
  const [written] = trustProxy
    ? String(headers['x-forwarded-for'] ?? '')
        .split(',')
        .slice(-1)
    : [];
  return written?.trim() || socket.remoteAddress || '';
}

export function refuse(socket: Duplex, status: number): void {
  const retry = status === 429 || status === 503 ? `Retry-After: ${RETRY_AFTER_S}\r\n` : '';
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_TEXT[status] ?? ''}\r\n${retry}Connection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}
