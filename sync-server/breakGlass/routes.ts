// Roles held in an emergency over HTTP. Owns these routes; what is judged and stored is BreakGlass's.
import { type AccessCommand, can } from '@countersign/shared/access';
import {
  actDoneSchema,
  emergenciesSchema,
  type SignedCommand,
  signedCommandSchema,
} from '@countersign/shared/protocol/api';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { App } from '../http/app.ts';
import { notAllowed } from '../http/problem.ts';
import { signedBytes } from '../http/signedBytes.ts';
import type { Services } from '../services.ts';
import type { ExpectedAct } from './breakGlass.ts';
import { emergencyLines } from './lines.ts';

const params = z.strictObject({ asked: z.string().max(20) });
const response = { 200: actDoneSchema };

export async function registerBreakGlassRoutes(app: App, services: Services): Promise<void> {
  const { breakGlass, metrics } = services;
  metrics.emergencies(
    () => breakGlass.ledger.running().length,
    () => breakGlass.ledger.all().filter(({ asked }) => breakGlass.stateOf(String(asked.index)) === 'asked').length,
  );

  async function act(
    request: FastifyRequest,
    body: SignedCommand,
    expected: ExpectedAct,
    command: AccessCommand,
  ): Promise<{ index: string }> {
    const actor = await services.actorOf(request);
    // [GLASS-9] Asked of the roles somebody holds in their own right: no emergency role leads to another.
    const permission = can({ userId: actor.userId, roles: actor.roles }, command);
    if (!permission.ok) throw notAllowed(permission.reason);
    return { index: String(await breakGlass.act(expected, signedBytes(body), actor)) };
  }

  app.get('/api/v1/break-glass', { schema: { response: { 200: emergenciesSchema } } }, async (request) =>
    emergencyLines(services, await services.readerOf(request)),
  );

  app.post('/api/v1/break-glass', { schema: { body: signedCommandSchema, response } }, (request) =>
    act(request, request.body, { action: 'ask' }, 'askBreakGlass'),
  );

  app.post('/api/v1/break-glass/:asked/agree', { schema: { params, body: signedCommandSchema, response } }, (request) =>
    act(request, request.body, { action: 'agree', asked: request.params.asked }, 'agreeBreakGlass'),
  );

  app.post('/api/v1/break-glass/:asked/end', { schema: { params, body: signedCommandSchema, response } }, (request) =>
    act(request, request.body, { action: 'end', asked: request.params.asked }, 'read'),
  );
}
