// Parked entries over HTTP. Owns who may read them; what is kept is Parking's.
import { can } from '@countersign/shared/access';
import { parkedSchema } from '@countersign/shared/protocol/api';
import { LogReader, type NamedDocument } from '../history/reader.ts';
import type { App } from '../http/app.ts';
import type { Services } from '../services.ts';

export async function registerParkedRoutes(app: App, services: Services): Promise<void> {
  // [ADM-15] Auditors and admins see everything that is parked, others what is their own.
  app.get('/api/v1/parked', { schema: { response: { 200: parkedSchema } } }, async (request) => {
    const actor = await services.actorOf(request);
    const everything = can(actor, 'readLog').ok;
    const parked = await services.parking.list(everything ? undefined : actor.userId);
    const reader = new LogReader(services.storage, services.people, services.views);
    const named = new Map<string, NamedDocument>();
    for (const { entry } of parked) {
      if (!named.has(entry.doc)) named.set(entry.doc, await reader.document(entry.doc));
    }
    return parked.map(({ index, at, entry, reason, commands }) => {
      const { name = entry.doc, names = null } = named.get(entry.doc) ?? {};
      return {
        index: String(index),
        at,
        versionId: entry.doc,
        docName: name,
        deviceId: entry.dev,
        userId: entry.user,
        name: services.people.nameOf(entry.user),
        kind: entry.kind,
        reason,
        changes: commands.map(({ sheet, rowId, field, from, to }) => ({
          sheet,
          rowId,
          row: names?.row(sheet, rowId) ?? rowId,
          field,
          label: names?.label(sheet, field) ?? field,
          from,
          to,
        })),
      };
    });
  });
}
