// The browser's own network, as the engine uses it: sockets, and when the computer says that it is online or not.
import type { OpenSocket, Socket } from './connection.ts';

export const browserSocket: OpenSocket = (url, protocols) => new WebSocket(url, protocols) as unknown as Socket;

/** Listens to what the computer says of its network; returns the way to stop. Where there is no window nothing is said. */
export function watchNetwork(online: () => void, offline: () => void): () => void {
  if (typeof window === 'undefined') return () => undefined;
  window.addEventListener('online', online);
  window.addEventListener('offline', offline);
  return () => {
    window.removeEventListener('online', online);
    window.removeEventListener('offline', offline);
  };
}
