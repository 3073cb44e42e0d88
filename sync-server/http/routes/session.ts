// Workspace, demo sign-in, sessions and tickets. Owns these routes; tokens themselves are in auth/.
import {
  demoAccountSchema,
  sessionSchema,
  signedInSchema,
  signedOutSchema,
  signInSchema,
  ticketSchema,
  workspaceSchema,
} from '@countersign/shared/protocol/api';
import { z } from 'zod';
import { DEMO_ACCOUNTS } from '../../auth/index.ts';
import type { Services } from '../../services.ts';
import { KERNEL_VERSION, SERVER_VERSION } from '../../version.ts';
import type { App } from '../app.ts';
import { notFound, Problem } from '../problem.ts';
import { publicUrl } from './company.ts';
import { accountFaults, signedIn, userOf } from './signedIn.ts';

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
    signIn: await services.signInWays(),
  }));

  app.get('/api/v1/demo/accounts', { schema: { response: { 200: z.array(demoAccountSchema) } } }, async () => {
    if (!config.demo) throw notFound('demo account');
    return DEMO_ACCOUNTS.map((account) => ({ ...account, roles: [...account.roles] }));
  });

  app.post(
    '/api/v1/session',
    { schema: { body: signInSchema, response: { 200: signedInSchema } } },
    async (request) => {
      const { body } = request;
      if ('login' in body) {
        return signedIn(
          people,
          await accountFaults(() => services.accounts.signIn(body.login, body.password, request.ip)),
        );
      }
      // [AUTH-1] Demo accounts have no secret, so they exist only where config.demo was let through: on loopback.
      const account = DEMO_ACCOUNTS.find(({ userId }) => userId === body.userId);
      if (!config.demo || account === undefined || people.user(body.userId) === null) {
        throw new Problem(401, 'signIn', 'Sign-in refused', 'There is no such account on this server.', {
          action: 'Choose one of the accounts that the sign-in page shows.',
        });
      }
      return signedIn(people, { userId: account.userId, ...(await sessions.start(account.userId, { way: 'demo' })) });
    },
  );

  app.get('/api/v1/session', { schema: { response: { 200: sessionSchema } } }, async (request) => {
    const actor = await services.actorOf(request);
    return { user: userOf(actor), expiresAt: new Date(actor.signIn.expiresAt).toISOString() };
  });

  app.delete(
    '/api/v1/session',
    { schema: { response: { 200: signedOutSchema, 204: z.null() } } },
    async (request, reply) => {
      const actor = await services.actorOf(request);
      const about = await sessions.about(actor.signIn);
      await sessions.end(actor.signIn);
      const goTo =
        about?.way === 'company' ? await services.company?.endUrl(about.idToken, publicUrl(app, services)) : null;
      return typeof goTo === 'string' ? reply.code(200).send({ goTo }) : reply.code(204).send(null);
    },
  );

  app.post('/api/v1/tickets', { schema: { response: { 200: ticketSchema } } }, async (request) => {
    const actor = await services.actorOf(request);
    return { ticket: await sessions.issueTicket(actor.signIn) };
  });
}
