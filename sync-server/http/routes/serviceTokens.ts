// Service tokens over HTTP: list, make, revoke. Owns these routes; the rules and leaves are in auth/serviceTokens.ts.
import { can } from '@countersign/shared/access';
import {
  idSchema,
  madeServiceTokenSchema,
  makeServiceTokenSchema,
  type ServiceToken,
  serviceTokenSchema,
} from '@countersign/shared/protocol/api';
import { z } from 'zod';
import type { Services } from '../../services.ts';
import type { ServiceTokenRow } from '../../storage/index.ts';
import type { App } from '../app.ts';
import { notAllowed, notFound } from '../problem.ts';
import { adminOf } from './accounts.ts';

export async function registerServiceTokenRoutes(app: App, services: Services): Promise<void> {
  const { serviceTokens, now } = services;

  const told = (row: ServiceTokenRow): ServiceToken => ({
    tokenId: row.id,
    name: row.name,
    scopes: [...row.scopes] as ServiceToken['scopes'],
    createdBy: row.createdBy,
    createdAt: new Date(row.createdAt).toISOString(),
    expiresAt: new Date(row.expiresAt).toISOString(),
    state: row.revokedAt !== null ? 'revoked' : row.expiresAt <= now().getTime() ? 'expired' : 'active',
  });

  app.get('/api/v1/service-tokens', { schema: { response: { 200: z.array(serviceTokenSchema) } } }, async (request) => {
    const permission = can(await services.actorOf(request), 'readTokens');
    if (!permission.ok) throw notAllowed(permission.reason);
    return (await serviceTokens.list()).map(told);
  });

  app.post(
    '/api/v1/service-tokens',
    { schema: { body: makeServiceTokenSchema, response: { 201: madeServiceTokenSchema } } },
    async (request, reply) => {
      const { userId } = await adminOf(services, request);
      const { token, row } = await serviceTokens.make({ ...request.body, by: userId });
      return reply.code(201).send({ token, about: told(row) });
    },
  );

  app.delete(
    '/api/v1/service-tokens/:id',
    { schema: { params: z.strictObject({ id: idSchema }), response: { 204: z.null() } } },
    async (request, reply) => {
      const actor = await services.actorOf(request);
      const permission = can(actor, 'revokeAccess');
      if (!permission.ok) throw notAllowed(permission.reason);
      const { userId } = actor;
      if (!(await serviceTokens.revoke(request.params.id, userId))) throw notFound('such token');
      return reply.code(204).send(null);
    },
  );
}
