// Every HTTP request as one line, one measurement and one span. Owns ids and what is told of a request: never its address, query or body.
import { randomUUID } from 'node:crypto';
import type { Span } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Log, LogFields } from './log.ts';
import type { Metrics } from './metrics.ts';
import { endSpan, startSpan } from './tracing.ts';

const GIVEN_ID = /^[\w-]{8,64}$/;
/** Ids as the server makes them. Anything else in an address may be a name that somebody typed there. */
const ISSUED_ID = /^(?:[a-z]-[0-9a-f]{12}|x-\d{1,15}|\d{1,15})$/;
const SPANS = new WeakMap<FastifyRequest, Span>();

/** The id a proxy in front gave the request, or a new one. */
export function requestId({ headers }: { readonly headers: NodeJS.Dict<string | string[]> }): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && GIVEN_ID.test(given) ? given : randomUUID();
}

/** The route as it is written in the program; a caller may put anything into an address that has none. */
const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? 'none';

/** Ids of a request for log lines: its own and that of the document it is about. */
export function requestFields(request: FastifyRequest): LogFields {
  const { params } = request;
  const id = typeof params === 'object' && params !== null && 'id' in params ? String(params.id) : '';
  const fields = { reqId: request.id, method: request.method, route: routeOf(request) };
  return ISSUED_ID.test(id) ? { ...fields, document: id } : fields;
}

/** [OPS-10] Hooks the application's requests up. Addresses are told by route only, since queries and ids typed by hand may hold names. */
export function watchRequests(app: Pick<FastifyInstance, 'addHook'>, log: Log, metrics: Metrics): void {
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    reply.header('x-request-id', request.id);
    SPANS.set(
      request,
      startSpan(`${request.method} ${routeOf(request)}`, {
        'http.request.method': request.method,
        'http.route': routeOf(request),
      }),
    );
  });
  app.addHook('onResponse', async (request: FastifyRequest, reply: FastifyReply) => {
    const { statusCode: status, elapsedTime } = reply;
    const fields = requestFields(request);
    metrics.requestSeconds.observe({ method: request.method, route: routeOf(request), status }, elapsedTime / 1000);
    const line = { ...fields, status, ms: Math.round(elapsedTime) };
    if (status >= 400 || request.method !== 'GET') log.info('request', line);
    else log.debug('request', line);
    const span = SPANS.get(request);
    if (span !== undefined)
      endSpan(span, { ...fields, 'http.response.status_code': status }, status >= 500 ? 'server fault' : undefined);
  });
}
