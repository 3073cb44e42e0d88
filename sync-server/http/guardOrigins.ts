// Which pages a request may come from and by which name the server is called, before anything else is looked at. Owns these answers; the
// rules are in auth/origins.ts.
import { SCHEMA_HEADER } from '@countersign/shared/protocol';
import type { Services } from '../services.ts';
import type { App } from './app.ts';
import { Problem } from './problem.ts';

const ALLOWED_HEADERS = `authorization, content-type, if-match, idempotency-key, x-file-name, ${SCHEMA_HEADER}`;

/** What whoever watches a server asks it by its address. */
const PROBES: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

/** [AUTH-6] Pages of other origins are refused, whatever they ask; so is a name that was rebound to this machine. */
export function guardOrigins(app: App, { origins, config, log }: Pick<Services, 'origins' | 'config' | 'log'>): void {
  if (origins.isNameless) {
    log.warn(
      'no --public-url: any name that leads here is taken for this server’s own. Give the address that people open',
      {
        host: config.host,
      },
    );
  }
  app.addHook('onRequest', async (request, reply) => {
    const { origin, host } = request.headers;
    const isProbe = config.publicUrl !== undefined && PROBES.has(request.url.split('?')[0] ?? '');
    if (!isProbe && !origins.answersTo(host)) {
      const own = config.publicUrl ?? '127.0.0.1';
      throw new Problem(421, 'wrongHost', 'Wrong host', `This server is not ${host ?? ''}. Open it at ${own}.`);
    }
    if (origin === undefined) return;
    if (!origins.allows(origin, host)) {
      throw new Problem(403, 'origin', 'Origin not allowed', `Pages of ${origin} may not call this server.`, {
        action: 'Start the server with --allow-origin to let this page in.',
      });
    }
    reply.header('access-control-allow-origin', origin).header('vary', 'Origin');
    reply.header('access-control-expose-headers', 'etag, content-disposition, retry-after');
    if (request.method === 'OPTIONS') {
      reply
        .header('access-control-allow-methods', 'GET, POST, DELETE')
        .header('access-control-allow-headers', ALLOWED_HEADERS)
        .header('access-control-max-age', '600');
      await reply.code(204).send();
    }
  });
  app.options('/*', { schema: { hide: true } as object }, async (_request, reply) => reply.code(204).send());
}
