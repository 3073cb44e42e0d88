// People and device enrolment over HTTP. Owns these routes; the rules and leaves are in auth/people.ts.
import { can } from '@countersign/shared/access';
import { EncodingError, fromBase64 } from '@countersign/shared/history';
import {
  changeRoleSchema,
  enrolDeviceSchema,
  enrolledDeviceSchema,
  idSchema,
  peopleSchema,
  type roleSchema,
  userSchema,
} from '@countersign/shared/protocol/api';
import { z } from 'zod';
import { EnrolmentError } from '../../auth/index.ts';
import type { Services } from '../../services.ts';
import type { DeviceRow } from '../../storage/index.ts';
import type { App } from '../app.ts';
import { notAllowed, notFound, Problem } from '../problem.ts';
import { accountsOf } from './accountWords.ts';

const stateOf = (device: DeviceRow): 'active' | 'revoked' | 'frozen' =>
  device.revokedAt !== null ? 'revoked' : device.frozenAt !== null ? 'frozen' : 'active';

export async function registerPeopleRoutes(app: App, services: Services): Promise<void> {
  const { people, history, sessions } = services;
  const commandChain = (device: DeviceRow) =>
    history.sequencer.loadChain({ dev: device.id, epoch: device.commandEpoch });

  app.get('/api/v1/people', { schema: { response: { 200: peopleSchema } } }, async (request) => {
    const actor = await services.actorOf(request);
    const readable = can(actor, 'read');
    if (!readable.ok) throw notAllowed(readable.reason);
    const devices = people.devices();
    const seesAccounts = can(actor, 'managePeople').ok;
    const shown = seesAccounts ? people.users().map(({ id }) => id) : [actor.userId];
    const accounts = await accountsOf(services, shown);
    return people.users().map((user) => ({
      ...(shown.includes(user.id) ? { account: accounts(user.id) } : {}),
      userId: user.id,
      name: user.name,
      roles: [...user.roles] as z.infer<typeof roleSchema>[],
      devices: devices
        .filter((device) => device.userId === user.id)
        .map((device) => ({ deviceId: device.id, name: device.name, state: stateOf(device) })),
    }));
  });

  app.post(
    '/api/v1/people/:id/roles',
    {
      schema: { params: z.strictObject({ id: idSchema }), body: changeRoleSchema, response: { 200: userSchema } },
    },
    async (request) => {
      const actor = await services.actorOf(request);
      const { action, role } = request.body;
      // [GLASS-12] What an emergency admin gives would outlast the hour; taking it, from an admin too, would leave nobody to mend it.
      const onlyTakes = action === 'revoke' && role !== 'admin';
      const permission = can(actor, onlyTakes ? 'revokeAccess' : 'managePeople');
      if (!permission.ok) throw notAllowed(permission.reason);
      const { id } = request.params;
      if (people.user(id) === null) throw notFound('such person');
      // [AUTH-7] Nobody changes their own roles, whatever they are.
      if (id === actor.userId) throw notAllowed('Nobody changes their own roles. Ask another admin.');
      if ((await accountsOf(services, []))(id).rolesFromGroups) {
        throw notAllowed('These roles follow the company’s groups. Change them there.');
      }
      await people.changeRole(id, action, role, actor.userId);
      const user = people.user(id);
      return { id, name: user?.name ?? id, roles: [...(user?.roles ?? [])] as z.infer<typeof roleSchema>[] };
    },
  );

  app.delete(
    '/api/v1/devices/:id',
    { schema: { params: z.strictObject({ id: idSchema }), response: { 204: z.null() } } },
    async (request, reply) => {
      const actor = await services.actorOf(request);
      const device = people.device(request.params.id);
      const permission = can(actor, 'revokeAccess');
      if (device?.userId !== actor.userId && !permission.ok) throw notAllowed(permission.reason);
      if (device === null || device.id === history.serverDeviceId) throw notFound('such device');
      await people.revokeDevice(device, actor.userId);
      await sessions.endOfDevice(device.userId, device.id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/devices',
    { schema: { body: enrolDeviceSchema, response: { 200: enrolledDeviceSchema } } },
    async (request) => {
      const actor = await services.actorOf(request);
      try {
        const key = fromBase64(request.body.publicKey);
        const device = await people.enrolDevice(actor.userId, key, request.body.name);
        await sessions.bindDevice(actor.signIn, device.id);
        const { nextSeq, prevDev } = await commandChain(device);
        return {
          deviceId: device.id,
          commandEpoch: device.commandEpoch,
          index: String(device.enrolledAt),
          commandChain: { nextSeq: String(nextSeq), prevDev },
        };
      } catch (error) {
        if (error instanceof EncodingError) {
          throw new Problem(400, 'invalid', 'Not valid', 'publicKey is not canonical base64.', { at: 'publicKey' });
        }
        if (error instanceof EnrolmentError) {
          const status = error.code === 'keyNotAcceptable' ? 400 : 409;
          throw new Problem(status, error.code, 'Device not enrolled', error.message, { at: 'publicKey' });
        }
        throw error;
      }
    },
  );
}
