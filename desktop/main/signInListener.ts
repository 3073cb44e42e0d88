// The desktop app's end of a sign-in in the system browser (RFC 8252 §7.3): an address on this computer that listens for one answer.
// Owns the listener; must not know the provider or the session.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const PATH = '/signed-in';
const CODE = /^[\w-]{43,128}$/;
/** A person may have to find a second factor; then they begin again. */
const WAIT_MS = 5 * 60_000;

/** What the browser shows at the end; the app itself goes on. */
const PAGE =
  '<!doctype html><meta charset="utf-8"><title>Countersign</title><p>Go back to Countersign. This page may be closed.</p>';

export class SignInListener {
  #server: Server | null = null;
  #answer: Promise<string> | null = null;
  #timer: NodeJS.Timeout | null = null;

  /** Listens on a free port of 127.0.0.1, instead of any earlier sign-in; answers the address for the browser to come back to. */
  async listen(): Promise<string> {
    this.stop();
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'" };
      if (request.method !== 'GET' || url.pathname !== PATH) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, { ...headers, 'cache-control': 'no-store', connection: 'close' }).end(PAGE);
      const code = url.searchParams.get('code') ?? '';
      if (CODE.test(code)) resolve(code);
      else reject(new Error('The company’s sign-in was cancelled or refused there. Nothing was changed here.'));
      this.stop();
    });
    await new Promise<void>((listening, failed) => {
      server.once('error', failed);
      server.listen(0, '127.0.0.1', listening);
    });
    this.#server = server;
    this.#answer = promise;
    // A sign-in that nobody waits for any more must not stop the app.
    promise.catch(() => undefined);
    this.#timer = setTimeout(() => {
      reject(new Error('Nothing came back from the browser in five minutes. Begin the sign-in again.'));
      this.stop();
    }, WAIT_MS);
    this.#timer.unref();
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`;
  }

  /** The one-use code that comes back after `open` showed the provider's page. */
  async answerTo(open: () => Promise<void>): Promise<string> {
    const answer = this.#answer;
    if (answer === null) throw new Error('The app does not listen for a sign-in. Begin it again.');
    await open();
    return answer;
  }

  /** Listens no more. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#server?.close();
    this.#server = null;
    this.#timer = null;
  }
}
