/**
 * The server under test, in a process of its own. `node serverProcess.ts countersign|hocuspocus [LINES]`; prints one JSON line when it listens and
 * ends when its input ends. Owns no measuring.
 */

import { Server } from '@hocuspocus/server';
import { createSample, startTestServer } from '../sync-server/testKit/testServer.ts';
import { benchSheets } from './signedEdits.ts';

/** One socket here stands for a person who types without pause, so the limit of a person's socket is lifted. */
const UNLIMITED = {
  requestsPerSecond: 1e9,
  requestBurst: 1e9,
  framesPerSecond: 1e9,
  frameBurst: 1e9,
  bytesPerSecond: 1e12,
  byteBurst: 1e12,
  connectionsPerUser: 1000,
  outgoingBytes: 1e9,
};

const stop = process.argv[2] === 'hocuspocus' ? await hocuspocus() : await countersign();
process.stdin.resume();
process.stdin.on('end', () => void stop().then(() => process.exit(0)));

/** As its README starts it: no hooks, so nothing is kept. */
async function hocuspocus(): Promise<() => Promise<void>> {
  const server = new Server({ port: 0, address: '127.0.0.1', quiet: true, stopOnSignals: false });
  await server.listen();
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address.port}`, versionId: 'bench' })}\n`);
  return async () => {
    await server.destroy();
  };
}

async function countersign(): Promise<() => Promise<void>> {
  const server = await startTestServer({}, { limits: UNLIMITED });
  const versionId = await createSample(
    server,
    benchSheets(process.argv[3] === undefined ? undefined : Number(process.argv[3])),
  );
  process.stdout.write(`${JSON.stringify({ url: server.url, versionId })}\n`);
  return () => server.dispose();
}
