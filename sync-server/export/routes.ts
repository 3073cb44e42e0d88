/** The export routes of docs/PROTOCOL.md §5. Owns HTTP only; the export itself is a lifecycle command. */
import { type Actor, can } from '@countersign/shared/access';
import { exportSchema } from '@countersign/shared/protocol/api';
import { z } from 'zod';
import type { App } from '../http/app.ts';
import { notAllowed, notFound, Problem } from '../http/problem.ts';
import type { Services } from '../services.ts';
import { BundleFault, Exports } from './exports.ts';

const params = z.strictObject({ id: z.string().max(40) });

export async function registerExportRoutes(app: App, services: Services): Promise<void> {
  const exports = new Exports(services);
  services.metrics.exportOutbox(() => exports.waiting);

  app.get('/api/v1/exports', { schema: { response: { 200: z.array(exportSchema) } } }, async (request) => {
    requireReader(await services.callerOf(request));
    return made(() => exports.list());
  });

  app.get('/api/v1/exports/:id/bundle', { schema: { params } }, async (request, reply) => {
    requireReader(await services.callerOf(request));
    const { id } = request.params;
    const bytes = await made(() => exports.bundle(id));
    if (bytes === null) throw notFound('such export');
    return reply
      .type('application/json; charset=utf-8')
      .header('content-disposition', `attachment; filename="${id}.bundle.json"`)
      .serializer((body: unknown) => body as string)
      .send(Buffer.from(bytes));
  });
}

function requireReader(actor: Actor): void {
  const answer = can(actor, 'readExports');
  if (!answer.ok) throw notAllowed(answer.reason);
}

async function made<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BundleFault)) throw error;
    throw new Problem(503, 'unavailable', 'Bundle not ready', error.message, {
      action: 'The export is in the history. Ask for its bundle again.',
    });
  }
}
