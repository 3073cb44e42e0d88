// A real server for one test. Owns that it is gone when the test ends.
import { onTestFinished } from 'vitest';
import { startTestServer, type TestServer } from './testServer.ts';

export async function serverOfTest(...args: Parameters<typeof startTestServer>): Promise<TestServer> {
  const server = await startTestServer(...args);
  onTestFinished(() => server.dispose());
  return server;
}
