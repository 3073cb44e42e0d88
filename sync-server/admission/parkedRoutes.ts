// Parked entries over HTTP. Owns who may read them; what is kept is Parking's.
import { can } from '@countersign/shared/access';
import { parkedSchema } from '@countersign/shared/protocol/api';
import type { App } from '../http/app.ts';
import type { Services } from '../services.ts';

export async function registerParkedRoutes(app: App, services: Services): Promise<void> {
  // [ADM-15] Auditors and admins see everything that is parked, others what is their own.
  app.get('/api/v1/parked', { schema: { response: { 200: parkedSchema } } }, async (request) => {
    const actor = await services.actorOf(request);
    const everything = can(actor, 'readLog').ok;
    const parked = await services.parking.list(everything ? undefined : actor.userId);
    return parked.map(({ index, at, entry, reason, commands }) => ({
      index: String(index),
      at,
      versionId: entry.doc,
      deviceId: entry.dev,
      userId: entry.user,
      name: services.people.nameOf(entry.user),
      kind: entry.kind,
      reason,
      changes: commands.map(({ sheet, rowId, field, from, to }) => ({ sheet, rowId, field, from, to })),
    }));
  });
}
