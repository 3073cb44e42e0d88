// The routes of the simulated server, built once in a process of the simulator: building them costs as much as the rest of a start. Owns
// that a request meets the services of the server process it was sent to, whichever runs when it is answered.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { type App, buildApp } from '../sync-server/http/app.ts';
import type { Services } from '../sync-server/services.ts';

/** The server process whose request is being answered. */
const asked = new AsyncLocalStorage<Services>();
let built: Promise<App> | null = null;

/** Answers a request as this server process. */
export async function answer(services: Services, request: InjectOptions): Promise<LightMyRequestResponse> {
  built ??= build(services);
  const app = await built;
  // Begun here: a chain begins only when somebody waits for it.
  return asked.run(services, () => app.inject(request).then((answered) => answered));
}

function current(): Services {
  const services = asked.getStore();
  // Something that no request asked for: it would meet the wrong process.
  if (services === undefined) throw new Error('the routes of the simulated server do something that nobody asked for');
  return services;
}

/** @param sample the first server process: what is the same in all of them is taken from it. */
async function build(sample: Services): Promise<App> {
  let isBuilding = true;
  const now = (): Services => (isBuilding ? sample : current());
  const part = (name: keyof Services): unknown => {
    const first: unknown = sample[name];
    if (typeof first !== 'object' || first === null) {
      if (typeof first !== 'function') return first;
      return (...args: unknown[]): unknown => Reflect.apply(now()[name] as typeof first, null, args);
    }
    return new Proxy(first, {
      get: (_first, member) => {
        const held = now()[name] as object;
        const value: unknown = Reflect.get(held, member);
        return typeof value === 'function' ? value.bind(held) : value;
      },
    });
  };
  const services = new Proxy(sample, {
    get: (_sample, name) => (isBuilding ? part(name as keyof Services) : Reflect.get(current(), name)),
  });
  const app = await buildApp(services, []);
  await app.ready();
  isBuilding = false;
  return app;
}
