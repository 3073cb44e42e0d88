/**
 * `npm start`: the app built if need be, the server on a data folder, and the app opened on it. Owns the order and what is
 * said on screen; the parts are in start/. Exit codes are in START_HELP.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDesktop, rendererDir, whyBuild } from './start/builtApp.ts';
import { electronRuntime, openBrowser, openElectron } from './start/openApp.ts';
import { START_HELP, type StartOptions, startOptions } from './start/options.ts';
import { isPortFree, runningAt, startServer, whenReady } from './start/serverProcess.ts';

const EXIT = { usage: 64, unavailable: 69, software: 70, inUse: 75 } as const;
const projectDir = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: StartOptions | null;
  try {
    options = startOptions(args, projectDir);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${START_HELP}`);
    return EXIT.usage;
  }
  if (options === null) {
    process.stdout.write(START_HELP);
    return 0;
  }
  const running = await runningAt(options.dataDir);
  if (running !== null) return await openRunning(running, options);
  // Asked before anything is built or made: a busy port must leave no half-made folder behind.
  if (!(await isPortFree(options.port))) {
    process.stderr.write(
      `Port ${options.port} is in use. Stop what uses it, or give another port with --port, 0 for any free one.\n`,
    );
    return EXIT.unavailable;
  }
  const built = await buildIfNeeded();
  if (built !== 0) return built;
  return await run(options);
}

/** A server that was started before on this folder: the app is opened on it, and it stays when the app is closed. */
async function openRunning(url: string, options: StartOptions): Promise<number> {
  say(`Countersign runs already on ${options.dataDir} at ${url}.`);
  if (!options.open) return EXIT.inUse;
  await openApp(url, () => undefined);
  return 0;
}

async function buildIfNeeded(): Promise<number> {
  const why = whyBuild(projectDir);
  if (why === null) return 0;
  say(`Building the app: ${why}.`);
  try {
    await buildDesktop(projectDir, 'build');
    return 0;
  } catch (error) {
    process.stderr.write(
      `The app could not be built: ${error instanceof Error ? error.message : String(error)}. Nothing was started.\n`,
    );
    return EXIT.software;
  }
}

async function run(options: StartOptions): Promise<number> {
  say(`Data folder: ${options.dataDir}`);
  const server = startServer(projectDir, rendererDir(projectDir), options);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => server.stop());
  const url = await whenReady(server, options.dataDir);
  if (url === null) {
    server.stop();
    const code = await server.exited;
    return code === 0 ? EXIT.unavailable : code;
  }
  say(`Countersign is ready at ${url}`);
  if (options.open) await openApp(url, () => server.stop());
  say('Stop it with Ctrl-C.');
  return await server.exited;
}

async function openApp(url: string, closed: () => void): Promise<void> {
  const electron = electronRuntime(projectDir);
  if ('program' in electron) {
    if (!existsSync(join(projectDir, 'desktop/out/main/index.js'))) await buildDesktop(projectDir, 'build:electron');
    say('Opening the desktop app.');
    // Closing the window ends the whole: a person who quits the app does not expect a server to stay behind.
    openElectron(electron.program, projectDir, url).once('exit', closed);
    return;
  }
  say(`Opening the browser: ${electron.missing}.`);
  const failed = await openBrowser(url);
  if (failed !== null) say(`The browser could not be opened (${failed}). Open ${url} yourself.`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
