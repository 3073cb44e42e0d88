// A running server: services, HTTP application and sync socket on one port. Owns starting and stopping in the right order.
import type { AddressInfo } from 'node:net';
import { DEMO_ACCOUNTS } from './auth/index.ts';
import { checkConfig, type ServerConfig } from './config/index.ts';
import { type App, buildApp } from './http/app.ts';
import { openServices, type Services, type ServicesOptions } from './services.ts';
import { SyncServer } from './sync/syncServer.ts';

const SEED_BEGUN = 'demo.begun';
const SEED_DONE = 'demo.made';

export interface RunningServer {
  readonly services: Services;
  readonly app: App;
  readonly port: number;
  readonly url: string;
  /** Stops accepting, flushes, signs, closes sockets with "connect again", gives the folder back. */
  stop(): Promise<void>;
}

export interface StartOptions extends ServicesOptions {
  /** Fills a new folder, before anybody can connect; called again when it was cut off, so it must go on with what is missing. */
  readonly seed?: (services: Services) => Promise<void>;
}

/** Starts a server. @throws ConfigError, StorageError; nothing stays open or locked then. */
export async function startServer(config: ServerConfig, options: StartOptions = {}): Promise<RunningServer> {
  const services = await openServices(checkConfig(config), options);
  try {
    const { app, sync } = await openDoors(services, options);
    await app.listen({ host: config.host, port: config.port });
    const { port } = app.server.address() as AddressInfo;
    const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
    services.folder.announce(port, url);
    services.log.info('listening', { url, data: services.dataDir, entries: services.history.size });
    return { services, app, port, url, stop: () => stopServer(services, app, sync) };
  } catch (error) {
    await services.close();
    throw error;
  }
}

/** What people and programs talk to; it does not listen yet. */
export interface Doors {
  readonly app: App;
  readonly sync: SyncServer;
}

/** Fills a new workspace and builds its HTTP application and sync socket. */
export async function openDoors(services: Services, { seed }: StartOptions): Promise<Doors> {
  if (services.config.demo) await addDemoPeople(services);
  if (seed !== undefined) await fill(services, () => seed(services));
  const app = await buildApp(services);
  const sync = new SyncServer(services);
  sync.attach(app.server);
  return { app, sync };
}

/** Roles that were changed since stay as they are. */
async function addDemoPeople({ people }: Services): Promise<void> {
  for (const { userId, ...account } of DEMO_ACCOUNTS) {
    if (people.user(userId) === null) await people.putUser({ id: userId, ...account });
  }
}

/** [SRV-24] A folder without contracts is filled before anybody can connect; one whose filling was cut off goes on where it stopped. */
async function fill({ storage }: Services, seed: () => Promise<void>): Promise<void> {
  const begun = (await storage.meta(SEED_BEGUN)) !== null;
  const done = (await storage.meta(SEED_DONE)) !== null;
  if (done || !(begun || (await storage.contracts()).length === 0)) return;
  await storage.setMeta(SEED_BEGUN, 'true');
  await seed();
  await storage.setMeta(SEED_DONE, 'true');
}

async function stopServer(services: Services, app: App, sync: SyncServer): Promise<void> {
  await sync.stop();
  await app.close();
  await services.close();
  services.log.info('stopped', { entries: services.history.size });
}
