/** Sign-in through the company's provider from a terminal (RFC 8252): the person's browser goes there and comes back to this computer. */
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FinishCompany } from '@countersign/shared/protocol/api';
import { UsageError } from './usageError.ts';

const PATH = '/signed-in';
const CODE = /^[\w-]{43,128}$/;
/** A person may have to find a second factor. */
const WAIT_MS = 5 * 60_000;
const PAGE =
  '<!doctype html><meta charset="utf-8"><title>Countersign</title><p>Go back to the terminal. This page may be closed.</p>';

export type Begin = (asked: { challenge: string; returnTo: string }) => Promise<{ readonly url: string }>;

/** [CMD-4] What ends the sign-in: the code that came back and the secret that it is bound to. @throws UsageError when none comes back */
export async function companyAnswer(begin: Begin, show: (url: string) => void): Promise<FinishCompany> {
  const secret = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(secret).digest('base64url');
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (request.method !== 'GET' || url.pathname !== PATH) {
      response.writeHead(404).end();
      return;
    }
    const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'" };
    response.writeHead(200, { ...headers, 'cache-control': 'no-store', connection: 'close' }).end(PAGE);
    const code = url.searchParams.get('code') ?? '';
    if (CODE.test(code)) resolve(code);
    else reject(new UsageError('The company’s sign-in was cancelled or refused there. Nothing was done.'));
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', listening);
  });
  const late = setTimeout(
    () => reject(new UsageError('Nothing came back from the browser in five minutes. Begin again.')),
    WAIT_MS,
  );
  try {
    const { port } = server.address() as AddressInfo;
    const { url } = await begin({ challenge, returnTo: `http://127.0.0.1:${port}${PATH}` });
    show(url);
    return { code: await promise, secret };
  } finally {
    clearTimeout(late);
    server.close();
  }
}
