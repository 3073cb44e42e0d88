// For operators: is it alive, may it take work, what does it count. Owns no data.
import type { Services } from '../../services.ts';
import { watchStorage } from '../../telemetry/index.ts';
import type { App } from '../app.ts';
import { PROBLEM_TYPE, Problem } from '../problem.ts';

export async function registerHealthRoutes(app: App, services: Services): Promise<void> {
  const { history } = services;
  const isWritable = watchStorage(history.sequencer, services.log);
  services.metrics.observe({
    dataDir: services.dataDir,
    logSize: () => history.size,
    appending: () => history.sequencer.nextIndex - history.size,
    unsigned: () => history.size - (history.checkpoint()?.size ?? 0),
    unwitnessed: () => services.witnessing.lackingSeconds,
    writable: isWritable,
    frozenDevices: () =>
      services.people.devices().filter(({ frozenAt, revokedAt }) => frozenAt !== null && revokedAt === null).length,
    lastTime: () => history.sequencer.lastTime,
    now: () => services.now().getTime(),
    steady: () => performance.now(),
  });
  const hidden = { schema: { hide: true } as object };
  app.get('/healthz', hidden, async () => ({ status: 'ok' }));
  const unready = async (): Promise<Problem | null> => {
    if (services.closing()) return new Problem(503, 'stopping', 'Stopping', 'The server is stopping.');
    if (await isWritable()) return null;
    return new Problem(503, 'storage', 'Disk not writable', 'The last write to disk failed. Reading works.');
  };
  app.get('/readyz', hidden, async (_request, reply) => {
    const problem = await unready();
    if (problem === null) return { status: 'ready', size: services.history.size };
    // [OPS-23] Not thrown: an answer to a probe is no request that failed, and it is asked for every few seconds.
    return reply.code(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem.body()));
  });
  app.get('/metrics', hidden, async (_request, reply) => {
    reply.type(services.metrics.registry.contentType);
    return services.metrics.registry.metrics();
  });
}
