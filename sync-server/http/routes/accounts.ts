// Local accounts over HTTP: codes, passwords, adding people, ending sessions. Owns these routes; the rules are in auth/accounts.ts.
import { can } from '@countersign/shared/access';
import { READS_DOCUMENT } from '@countersign/shared/history';
import {
  addPersonSchema,
  changePasswordSchema,
  codeMeansSchema,
  idSchema,
  issuedCodeSchema,
  lookAtCodeSchema,
  signedInSchema,
  useCodeSchema,
} from '@countersign/shared/protocol/api';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { IssuedCode } from '../../auth/index.ts';
import type { Services } from '../../services.ts';
import type { UserRow } from '../../storage/index.ts';
import type { Actor } from '../actor.ts';
import type { App } from '../app.ts';
import { notAllowed, notFound, Problem } from '../problem.ts';
import { accountFaults, signedIn } from './signedIn.ts';

const person = z.strictObject({ id: idSchema });
const nothing = { 204: z.null() };

/** The caller, who looks after people. @throws Problem 401, 403 */
export async function adminOf(services: Services, request: FastifyRequest): Promise<Actor> {
  const actor = await services.actorOf(request);
  const permission = can(actor, 'managePeople');
  if (!permission.ok) throw notAllowed(permission.reason);
  return actor;
}

const codeAnswer = ({ userId, code, expiresAt }: IssuedCode) => ({
  userId,
  code,
  expiresAt: new Date(expiresAt).toISOString(),
});

export async function registerAccountRoutes(app: App, services: Services): Promise<void> {
  const { accounts, people, sessions } = services;

  const requirePerson = (id: string): UserRow => {
    const user = people.user(id);
    if (user === null) throw notFound('such person');
    return user;
  };

  app.post(
    '/api/v1/session/code/look',
    { schema: { body: lookAtCodeSchema, response: { 200: codeMeansSchema } } },
    async (request) => {
      const { purpose, userId, login } = await accountFaults(() => accounts.lookAt(request.body.code, request.ip));
      return { purpose, name: people.user(userId)?.name ?? '', login };
    },
  );

  app.post(
    '/api/v1/session/code',
    { schema: { body: useCodeSchema, response: { 200: signedInSchema } } },
    async (request) => {
      const { code, password, name, login } = request.body;
      const started = await accountFaults(() =>
        name !== undefined && login !== undefined
          ? accounts.setUp(code, { name, login, password }, request.ip)
          : accounts.choosePassword(code, password, request.ip),
      );
      return signedIn(people, started);
    },
  );

  app.post(
    '/api/v1/session/password',
    { schema: { body: changePasswordSchema, response: nothing } },
    async (request, reply) => {
      const actor = await services.actorOf(request);
      const { current, next } = request.body;
      await accountFaults(() => accounts.changePassword(actor.signIn, current, next, request.ip));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/people',
    { schema: { body: addPersonSchema, response: { 201: issuedCodeSchema } } },
    async (request, reply) => {
      const admin = await adminOf(services, request);
      const added = await accountFaults(() => accounts.add({ ...request.body, by: admin.userId }));
      return reply.code(201).send(codeAnswer(added));
    },
  );

  app.post(
    '/api/v1/people/:id/code',
    { schema: { params: person, response: { 200: issuedCodeSchema } } },
    async (request) => {
      const admin = await adminOf(services, request);
      const { id } = requirePerson(request.params.id);
      if (id === admin.userId) {
        throw new Problem(409, 'self', 'Account not changed', 'This would sign you out without a password.', {
          action: 'Change your password, or ask another admin.',
        });
      }
      const issued = await accountFaults(() => accounts.reset(id));
      // [AUTH-16] With the code its holder is this person: who asked for it stays in the history.
      const part0 = { by: admin.userId, action: 'newCode', subject: id, count: 1 };
      await services.history.appendServerEntry('read', READS_DOCUMENT, part0);
      return codeAnswer(issued);
    },
  );

  // Everywhere: one's own, or as an admin those of somebody else.
  app.delete(
    '/api/v1/people/:id/sessions',
    { schema: { params: person, response: nothing } },
    async (request, reply) => {
      const actor = await services.actorOf(request);
      const { id } = request.params;
      const permission = can(actor, 'revokeAccess');
      if (id !== actor.userId && !permission.ok) throw notAllowed(permission.reason);
      await sessions.endAllOf(requirePerson(id).id);
      return reply.code(204).send(null);
    },
  );

  // [AUTH-19] Somebody left: roles, devices, password and sessions go; the name stays with what they signed.
  app.delete('/api/v1/people/:id', { schema: { params: person, response: nothing } }, async (request, reply) => {
    const admin = await adminOf(services, request);
    const { id, roles } = requirePerson(request.params.id);
    if (id === admin.userId) throw notAllowed('Nobody removes themselves. Ask another admin.');
    await accounts.close(id);
    for (const role of roles) await people.changeRole(id, 'revoke', role, admin.userId);
    for (const device of people.devices()) {
      if (device.userId === id) await people.revokeDevice(device, admin.userId);
    }
    return reply.code(204).send(null);
  });
}
