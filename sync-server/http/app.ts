// The HTTP application: who may call, how errors answer, which routes exist. Owns wiring; the routes themselves are in routes/.

import type { IncomingMessage, ServerResponse } from 'node:http';
import fastifySwagger from '@fastify/swagger';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type RawServerDefault } from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Services } from '../services.ts';
import { Fenced, FlushFailed, isDiskFault, OutcomeUnknown, StorageError } from '../storage/index.ts';
import { requestFields, requestId, startTracing, watchRequests } from '../telemetry/index.ts';
import { KERNEL_VERSION, SERVER_VERSION } from '../version.ts';
import { guardAnswers } from './answerHeaders.ts';
import { BODY_BYTES, guardBodies } from './bodies.ts';
import { guardOrigins } from './guardOrigins.ts';
import { limitRequests } from './limitRequests.ts';
import { PLUGINS } from './plugins.ts';
import { PROBLEM_TYPE, Problem } from './problem.ts';
import { registerAccountRoutes } from './routes/accounts.ts';
import { registerCompanyRoutes } from './routes/company.ts';
import { registerContractRoutes } from './routes/contracts.ts';
import { registerHealthRoutes } from './routes/health.ts';
import { registerLogRoutes } from './routes/log.ts';
import { registerPeopleRoutes } from './routes/people.ts';
import { registerServiceTokenRoutes } from './routes/serviceTokens.ts';
import { registerSessionRoutes } from './routes/session.ts';
import { registerVersionRoutes } from './routes/versions.ts';
import { registerApp } from './static.ts';

/** The application with zod schemas on its routes. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse<IncomingMessage>,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** How the workspace's other parts add their routes. */
export type RoutePlugin = (app: App, services: Services) => Promise<void>;

/** Whole request, so that a slow sender cannot hold a connection; large imports fit on slow lines. */
const REQUEST_TIMEOUT_MS = 120_000;

/** [HTTP-4] A connection that says nothing, or its headers letter by letter, is closed. */
const serverTimes = (headersTimeout: number) => ({
  headersTimeout,
  connectionsCheckingInterval: Math.ceil(headersTimeout / 4),
});

const ROUTES = new WeakMap<object, string[]>();

/** Method and path of every route that was registered, documented or not. */
export function routesOf(app: App): readonly string[] {
  return ROUTES.get(app) ?? [];
}

/** Builds the application; it does not listen yet. */
export async function buildApp(services: Services, plugins: readonly RoutePlugin[] = PLUGINS): Promise<App> {
  const app: App = Fastify({
    bodyLimit: BODY_BYTES,
    forceCloseConnections: true,
    // [AUTH-12] One proxy is believed: what stands in front of its own entry was written by whoever asked.
    trustProxy: services.config.trustProxy === true ? (_address: string, hop: number) => hop === 0 : false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: serverTimes(services.limits.headersWithinMs),
    genReqId: requestId,
  }).withTypeProvider<ZodTypeProvider>();
  const routes: string[] = [];
  ROUTES.set(app, routes);
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) routes.push(`${each} ${url}`);
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.addHook('onClose', await startTracing(process.env, services.log));
  watchRequests(app, services.log, services.metrics);
  guardAnswers(app, services.config.publicUrl);
  guardOrigins(app, services);
  limitRequests(app, services);
  guardBodies(app, services);
  answerProblems(app, services);
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Countersign', version: SERVER_VERSION, description: `Billing kernel ${KERNEL_VERSION}.` },
      components: { securitySchemes: { session: { type: 'http', scheme: 'bearer' } } },
      security: [{ session: [] }],
    },
    transform: jsonSchemaTransform,
  });
  await registerHealthRoutes(app, services);
  await registerSessionRoutes(app, services);
  await registerAccountRoutes(app, services);
  await registerCompanyRoutes(app, services);
  await registerPeopleRoutes(app, services);
  await registerServiceTokenRoutes(app, services);
  await registerContractRoutes(app, services);
  await registerVersionRoutes(app, services);
  await registerLogRoutes(app, services);
  for (const register of plugins) await register(app, services);
  app.get('/api/v1/openapi.json', { schema: { hide: true } as object }, async () => app.swagger());
  await registerApp(app, services);
  return app;
}

function answerProblems(app: App, services: Services): void {
  app.setErrorHandler(async (error, request, reply) => {
    const problem = problemOf(error);
    if (isDiskFault(error)) services.history.sequencer.refused(error);
    if (problem.status >= 500) services.log.error('a request failed', error, requestFields(request));
    if (problem.code === 'role' || problem.code === 'serviceToken') services.noteFailedAccess(request);
    const { retryAfter } = problem.headers;
    if (retryAfter !== undefined) reply.header('retry-after', String(Math.max(1, retryAfter)));
    return reply.code(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem.body()));
  });
  app.setNotFoundHandler(async (request, reply) => {
    const problem = new Problem(404, 'notFound', 'Not found', `There is nothing at ${request.url.split('?')[0]}.`);
    return reply.code(404).type(PROBLEM_TYPE).send(JSON.stringify(problem.body()));
  });
}

/** The database was cut off, or another node leads now: the same request is answered when it comes again. */
function passingProblem(error: unknown): Problem | null {
  const again = { action: 'Send it again in a moment, with the same Idempotency-Key.' };
  if (error instanceof OutcomeUnknown) {
    const text = 'The connection to the database broke. The request may have been carried out.';
    return new Problem(503, 'unavailable', 'Outcome not known', text, again, { retryAfter: 1 });
  }
  if (error instanceof FlushFailed) {
    const text = 'The disk did not take a flush, and the server ends. What this request wrote may or may not last.';
    return new Problem(503, 'storage', 'Disk failed', text, again, { retryAfter: 5 });
  }
  if (error instanceof Fenced || (error instanceof StorageError && error.fault === 'cutOff')) {
    return new Problem(503, 'unavailable', 'Database cut off', error.message, again, { retryAfter: 1 });
  }
  return null;
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const passing = passingProblem(error);
  if (passing !== null) return passing;
  if (isDiskFault(error)) {
    const text = 'The disk did not take what this request writes. Nothing was changed.';
    return new Problem(503, 'storage', 'Disk not writable', text, { action: 'Try again later.' }, { retryAfter: 5 });
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const [first] = error.validation;
    const at = first?.instancePath.replace(/^\//, '') ?? '';
    return new Problem(400, 'invalid', 'Not valid', `${at || 'The request'}: ${first?.message ?? 'does not fit'}`, {
      at,
    });
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (error instanceof Error && status >= 400 && status < 500) {
    return new Problem(status, 'request', 'Request not readable', error.message);
  }
  return new Problem(500, 'internal', 'Server fault', 'The server met a fault. Nothing was changed by this request.', {
    action: 'Try again; if it stays, the server’s log has the reason.',
  });
}
