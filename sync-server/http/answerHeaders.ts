// What every answer tells a browser not to do with it. Owns these headers; the app's own page tightens and loosens them in static.ts.
import type { FastifyInstance } from 'fastify';

/** No answer but the page and its files is a document, so as one it may do nothing. */
const NO_DOCUMENT = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const YEAR_S = 31_536_000;

/** [HTTP-1] Sets them before anything is answered, so that refusals and faults carry them too. */
export function guardAnswers(app: Pick<FastifyInstance, 'addHook'>, publicUrl: string | undefined): void {
  const secure = publicUrl?.startsWith('https:') === true;
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'x-content-type-options': 'nosniff',
      'content-security-policy': NO_DOCUMENT,
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    });
    // A contract stays in the app's own store, which its person can clear, and not in a browser's.
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
    if (secure) reply.header('strict-transport-security', `max-age=${YEAR_S}`);
  });
}
