/** Opens a data folder as a server does, says how long that took and what it holds, and closes it. `node --expose-gc startOn.ts FOLDER` */
import { openServices } from '../sync-server/services.ts';
import { SERVER_DEFAULTS } from '../sync-server/testKit/testServer.ts';

const dataDir = process.argv[2];
if (dataDir === undefined) throw new Error('give a data folder');
const begun = performance.now();
const services = await openServices({ ...SERVER_DEFAULTS, dataDir });
const openedMs = performance.now() - begun;
globalThis.gc?.();
const { rss: resident, heapUsed: heap, arrayBuffers: arrays } = process.memoryUsage();
const entries = services.history.size;
await services.close();
process.stdout.write(`${JSON.stringify({ entries, openedMs, resident, heap, arrays })}\n`);
