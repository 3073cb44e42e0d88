// The route by which `countersign backup` gets its copy from a running server. Owns the route; who may call it is control.ts's.
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { App } from '../http/app.ts';
import { Problem } from '../http/problem.ts';
import type { Services } from '../services.ts';
import { StorageError } from '../storage/index.ts';
import { Control } from './control.ts';
import { removeLeftovers, type Snapshot, takeSnapshot } from './snapshot.ts';

const querySchema = z.strictObject({ keys: z.enum(['with', 'without']).default('with') });

export async function registerBackupRoutes(app: App, services: Services): Promise<void> {
  removeLeftovers(services.dataDir);
  const control = new Control(services.dataDir);
  app.addHook('onClose', async () => control.remove());
  app.post(
    '/api/v1/operations/backup',
    { schema: { querystring: querySchema, hide: true } as { querystring: typeof querySchema } },
    async (request, reply) => {
      if (!control.allows(request.headers.authorization)) {
        throw new Problem(
          401,
          'control',
          'Not the operator',
          'A backup is asked for from the machine that holds the data folder.',
          {
            action: 'Run "countersign backup --data DIR --to FILE" there.',
          },
        );
      }
      const { history, log, now } = services;
      // So that the copy ends with a signed checkpoint of everything acknowledged before it was asked for.
      await history.checkpoints.publish();
      let snapshot: Snapshot;
      try {
        snapshot = await takeSnapshot(services, { withKeys: request.query.keys === 'with', now: now() });
      } catch (error) {
        if (!(error instanceof StorageError)) throw error;
        if (error.fault === 'unwritable')
          throw new Problem(507, 'noRoom', 'No room for the copy', error.message, { action: error.action });
        throw new Problem(409, 'elsewhere', 'Not in this folder', error.message, { action: error.action });
      }
      const { size, root } = snapshot.manifest;
      log.info('a backup was taken', { entries: size, root });
      const stream = Readable.from(snapshot.bytes());
      stream.once('close', () => {
        snapshot.remove().catch((error: unknown) => log.error('the copy of a backup could not be removed', error));
      });
      return reply.type('application/x-tar').send(stream);
    },
  );
}
