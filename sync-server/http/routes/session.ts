// Workspace, demo sign-in, sessions and tickets. Owns these routes; tokens themselves are in auth/.
import {
  demoAccountSchema,
  sessionSchema,
  signedInSchema,
  signInSchema,
  ticketSchema,
  workspaceSchema,
} from '@countersign/shared/protocol/api';
import { z } from 'zod';
import { DEMO_ACCOUNTS } from '../../auth/index.ts';
import type { Services } from '../../services.ts';
import { KERNEL_VERSION, SERVER_VERSION } from '../../version.ts';
import type { Actor } from '../actor.ts';
import type { App } from '../app.ts';
import { notFound, Problem } from '../problem.ts';

const userOf = (actor: Pick<Actor, 'userId' | 'name' | 'roles'>) => ({
  id: actor.userId,
  name: actor.name,
  roles: [...actor.roles],
});

export async function registerSessionRoutes(app: App, services: Services): Promise<void> {
  const { config, people, sessions, history } = services;

  app.get('/api/v1/workspace', { schema: { response: { 200: workspaceSchema } } }, async () => ({
    id: services.workspace.id,
    name: services.workspace.name,
    demo: config.demo,
    origin: history.keys.origin,
    vkey: history.keys.vkeyText,
    policyHash: services.policyHash(),
    serverVersion: SERVER_VERSION,
    kernelVersion: KERNEL_VERSION,
  }));

  app.get('/api/v1/demo/accounts', { schema: { response: { 200: z.array(demoAccountSchema) } } }, async () => {
    if (!config.demo) throw notFound('demo account');
    return DEMO_ACCOUNTS.map((account) => ({ ...account, roles: [...account.roles] }));
  });

  app.post(
    '/api/v1/session',
    { schema: { body: signInSchema, response: { 200: signedInSchema } } },
    async (request) => {
      // [AUTH-1] Demo accounts have no secret, so they exist only where config.demo was let through: on loopback.
      const account = DEMO_ACCOUNTS.find(({ userId }) => userId === request.body.userId);
      const user = people.user(request.body.userId);
      if (!config.demo || account === undefined || user === null) {
        throw new Problem(401, 'signIn', 'Sign-in refused', 'There is no such account on this server.', {
          action: 'Choose one of the accounts that the sign-in page shows.',
        });
      }
      const { token, signIn } = await sessions.start(user.id);
      const roles = user.roles as readonly Actor['roles'][number][];
      return {
        token,
        user: userOf({ userId: user.id, name: user.name, roles }),
        expiresAt: new Date(signIn.expiresAt).toISOString(),
      };
    },
  );

  app.get('/api/v1/session', { schema: { response: { 200: sessionSchema } } }, async (request) => {
    const actor = await services.actorOf(request);
    return { user: userOf(actor), expiresAt: new Date(actor.signIn.expiresAt).toISOString() };
  });

  app.delete('/api/v1/session', { schema: { response: { 204: z.null() } } }, async (request, reply) => {
    const actor = await services.actorOf(request);
    await sessions.end(actor.signIn);
    return reply.code(204).send(null);
  });

  app.post('/api/v1/tickets', { schema: { response: { 200: ticketSchema } } }, async (request) => {
    const actor = await services.actorOf(request);
    return { ticket: sessions.issueTicket(actor.signIn) };
  });
}
