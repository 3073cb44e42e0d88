// Sets the demo up once a run, before any test: each server then begins with a copy of it, which costs a tenth.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DEMO_FOLDER, Server } from './server.ts';

/** Playwright's global setup; what it returns runs when all tests have ended. */
export default async function prepareDemo(): Promise<() => Promise<void>> {
  const server = await Server.start();
  const code = await server.stop();
  if (code !== 0) throw new Error(`The demo could not be prepared: the server ended with ${code}.\n${server.log}`);
  await rm(join(server.data, 'server.lock'), { force: true });
  process.env[DEMO_FOLDER] = server.data;
  return () => server.dispose();
}
