// `countersign serve`: runs the sync server until it is told to stop. Owns signals and exit codes of that command.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { ConfigError, parseServeArgs, SERVE_HELP, type ServerConfig } from '../config/index.ts';
import { ServerNode } from '../nodes/index.ts';
import { type RunningServer, type StartOptions, startServer } from '../server.ts';
import { type DatabaseAddress, OutcomeUnknown, StorageError } from '../storage/index.ts';
import { EXIT_USAGE } from './exitCodes.ts';

const EXIT_CONFIG = 78;
const EXIT_UNAVAILABLE = 69;
/** EX_IOERR: the disk did not take a flush. */
const EXIT_DISK = 74;

/** The built renderer of this project, when it is there. */
function builtApp(): string | null {
  const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'desktop', 'out', 'renderer');
  return existsSync(join(folder, 'index.html')) ? folder : null;
}

/** Resolves to the exit code after the server has stopped. */
export async function run(args: string[]): Promise<number> {
  let config: ServerConfig | null;
  try {
    config = parseServeArgs(args, builtApp());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`countersign serve: ${error.message}\n`);
    return EXIT_USAGE;
  }
  if (config === null) {
    process.stdout.write(SERVE_HELP);
    return 0;
  }
  // Databases and keys are nobody else's to read, whatever the mode of a folder that was given.
  if (isMainThread) process.umask(0o077);
  return serve(config, config.demo ? { seed: seedDemo } : {});
}

/** Serves until SIGINT, SIGTERM or SIGHUP; resolves to the exit code. */
export async function serve(config: ServerConfig, options: StartOptions): Promise<number> {
  try {
    if (config.database !== undefined) return await serveNode(config, config.database, options);
    const server = await startServer(config, options);
    await say(server, config);
    const end = await Promise.race([untilSignal(), untilAbandoned(server)]);
    await server.stop();
    return end === 'signal' ? 0 : EXIT_DISK;
  } catch (error) {
    return explain(error);
  }
}

/** One node of several over one database; it may lead at once, later, or never. */
async function serveNode(config: ServerConfig, database: DatabaseAddress, options: StartOptions): Promise<number> {
  const node = await ServerNode.start(config, database, options);
  const { url, role, size, folder, services } = node;
  if (services !== null) await sayHowToBegin(services, url, config);
  if (config.json) {
    process.stdout.write(
      `${JSON.stringify({ url, data: folder.path, database: database.shown, role, entries: size })}\n`,
    );
  } else {
    const says = role === 'leads' ? 'It leads the workspace.' : `It follows ${node.leader}.`;
    process.stdout.write(
      `Countersign listens on ${url}. Database ${database}; keys in ${folder.path}. ${says} Stop with Ctrl+C.\n`,
    );
  }
  await untilSignal();
  await node.stop();
  return 0;
}

/** The demo's documents are a large part of their own: loaded only when a demo folder is made. */
async function seedDemo(services: RunningServer['services']): Promise<void> {
  const demo = await import('../demo/index.ts');
  await demo.seedDemo(services);
}

/** [AUTH-13] Whoever reads this terminal runs the server, and so may name the first admin. */
async function sayHowToBegin(services: RunningServer['services'], url: string, config: ServerConfig): Promise<void> {
  const code = config.demo ? null : await services.accounts.issueSetUpCode();
  if (code === null) return;
  // Nobody reaches a server at the address that stands for all of its addresses.
  const reached = config.publicUrl ?? url.replace(/\/\/(0\.0\.0\.0|\[::\])/, '//127.0.0.1');
  const setUp = `${reached}/#/set-up?code=${code}`;
  if (config.json) {
    // [OPS-11] Whoever collects the log reads it line by line as JSON, and may want to leave this one out.
    const msg = 'this workspace has no admin yet; open setUp to become the first one, it works once, for a day';
    process.stderr.write(`${JSON.stringify({ level: 30, time: Date.now(), pid: process.pid, setUp, msg })}\n`);
    return;
  }
  process.stderr.write(
    `This workspace has no admin yet. Open ${setUp} to become the first one. The code works once, for a day.\n`,
  );
}

async function say({ url, services }: RunningServer, config: ServerConfig): Promise<void> {
  const { dataDir, isNew, history } = services;
  await sayHowToBegin(services, url, config);
  if (config.json) process.stdout.write(`${JSON.stringify({ url, data: dataDir, isNew, entries: history.size })}\n`);
  else process.stdout.write(`Countersign listens on ${url}. Data folder ${dataDir}. Stop with Ctrl+C.\n`);
}

function untilSignal(): Promise<'signal'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve('signal'));
  });
}

/** [STO-31] What is stored after a flush that failed is known once the folder is opened again: whoever supervises the server starts it. */
function untilAbandoned({ services: { history, log } }: RunningServer): Promise<'abandoned'> {
  return new Promise((resolve) => {
    const heard = (error: unknown): void => {
      if (!history.sequencer.abandoned) return;
      history.abandon(new Error('the disk did not take a flush', { cause: error }));
      log.error('the disk did not take a flush; the server stops, start it again', error);
      resolve('abandoned');
    };
    history.sequencer.onFailed(heard);
    // It may have failed while the server was being started.
    heard(history.sequencer.failure);
  });
}

function explain(error: unknown): number {
  if (error instanceof StorageError) {
    process.stderr.write(`countersign serve: ${error.message} ${error.action}\n`);
    return error.exitCode;
  }
  if (error instanceof ConfigError) {
    process.stderr.write(`countersign serve: ${error.message}\n`);
    return EXIT_CONFIG;
  }
  if (error instanceof OutcomeUnknown) {
    process.stderr.write(`countersign serve: ${error.message} Look at the volume, then start the server again.\n`);
    return EXIT_DISK;
  }
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    process.stderr.write(
      'countersign serve: the port is in use. Give another one with --port, or 0 for any free one.\n',
    );
    return EXIT_UNAVAILABLE;
  }
  throw error;
}
