// People and device enrolment over HTTP. Owns these routes; the rules and leaves are in auth/people.ts.
import { EncodingError, fromBase64 } from '@countersign/shared/history';
import {
  enrolDeviceSchema,
  enrolledDeviceSchema,
  peopleSchema,
  type roleSchema,
} from '@countersign/shared/protocol/api';
import type { z } from 'zod';
import { EnrolmentError } from '../../auth/index.ts';
import type { Services } from '../../services.ts';
import type { DeviceRow } from '../../storage/index.ts';
import type { App } from '../app.ts';
import { Problem } from '../problem.ts';

const stateOf = (device: DeviceRow): 'active' | 'revoked' | 'frozen' =>
  device.revokedAt !== null ? 'revoked' : device.frozenAt !== null ? 'frozen' : 'active';

export async function registerPeopleRoutes(app: App, services: Services): Promise<void> {
  const { people, history } = services;
  const commandChain = (device: DeviceRow) =>
    history.sequencer.loadChain({ dev: device.id, epoch: device.commandEpoch });

  app.get('/api/v1/people', { schema: { response: { 200: peopleSchema } } }, async (request) => {
    await services.actorOf(request);
    const devices = people.devices();
    return people.users().map((user) => ({
      userId: user.id,
      name: user.name,
      roles: [...user.roles] as z.infer<typeof roleSchema>[],
      devices: devices
        .filter((device) => device.userId === user.id)
        .map((device) => ({ deviceId: device.id, name: device.name, state: stateOf(device) })),
    }));
  });

  app.post(
    '/api/v1/devices',
    { schema: { body: enrolDeviceSchema, response: { 200: enrolledDeviceSchema } } },
    async (request) => {
      const actor = await services.actorOf(request);
      try {
        const key = fromBase64(request.body.publicKey);
        const device = await people.enrolDevice(actor.userId, key, request.body.name);
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
