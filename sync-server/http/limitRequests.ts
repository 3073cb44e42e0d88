// How much one caller may ask of the HTTP application. Owns the hooks; the figures are in sync/limits.ts, what is costly in requestCosts.ts.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../services.ts';
import { callerIdOf } from './actor.ts';
import type { App } from './app.ts';
import { tooOften } from './problem.ts';
import { REQUEST_COSTS } from './requestCosts.ts';

/** [AUTH-35] What is asked of the server itself; the files of the app are many at once and cost little. */
const COUNTED = /^\/(?:api\/|metrics|readyz)/;
const AGAIN_MS = 1000;

type LimitServices = Pick<Services, 'requestLimits' | 'callerTurns'>;

/** [AUTH-35] [AUTH-38] A caller who asks for too much is told when to ask again; nobody else waits for that. Files of the app are not counted. */
export function limitRequests(app: App, { requestLimits: limits, callerTurns: turns }: LimitServices): void {
  const callerOf = ({ headers, ip }: FastifyRequest): string => limits.callerOf(headers.authorization, ip);
  app.addHook('onRequest', async (request) => {
    if (!COUNTED.test(request.url) || request.method === 'OPTIONS') return;
    const waitMs = limits.take(
      callerOf(request),
      performance.now(),
      costOf(request.method, request.routeOptions.url) ?? 1,
    );
    if (waitMs > 0)
      throw tooOften('This caller asks more often than the server answers.', 'Ask again in a moment.', waitMs);
  });
  app.addHook('onRoute', (route) => {
    if (![route.method].flat().some((method) => costOf(method, route.url) !== undefined)) return;
    const { handler } = route;
    // Around the handler, and not the whole request: who breaks off has no turn more, and a slow line keeps nobody waiting.
    route.handler = async function (this: FastifyInstance, request: FastifyRequest, reply: FastifyReply) {
      const turn = turns.enter(callerOf(request));
      if (turn === null)
        throw tooOften(
          'This caller waits for many costly answers already.',
          'Ask again when they have come.',
          AGAIN_MS,
        );
      const leave = await turn;
      try {
        return reply.raw.destroyed ? reply : await handler.call(this, request, reply);
      } finally {
        leave();
      }
    };
  });
  app.addHook('onResponse', async (request) => {
    const { authorization } = request.headers;
    if (authorization !== undefined && callerIdOf(request) !== null) limits.recognise(authorization);
  });
}

/** What a request counts as where it is costly. A HEAD is answered by the handler of its GET, which does the whole work. */
function costOf(method: string, url: string | undefined): number | undefined {
  return REQUEST_COSTS[`${method === 'HEAD' ? 'GET' : method} ${url}`];
}
