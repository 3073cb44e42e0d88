/**
 * (g) What a long log costs: the time to start on it, the memory of a server that has started, and the folder. A start reads every leaf,
 * hashes it anew, builds the tree and compares it with what was signed. `node bench/growth.ts [ENTRIES…]`, 10,000, 100,000 and
 * 1,000,000 by default; what 10,000,000 would take is worked out from the last two and said to be so.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startTestServer } from '../sync-server/testKit/testServer.ts';
import { growLog } from './growingLog.ts';
import { count, megabytes, percentile, say, sayMachine } from './measure.ts';

const STARTS = 3;
const FAR = 10_000_000;

interface Started {
  readonly entries: number;
  /** Milliseconds to open the services: folder, database, tree, checkpoint. */
  readonly openedMs: number;
  /** Bytes after a collection. */
  readonly resident: number;
  readonly heap: number;
  readonly arrays: number;
}

interface Size extends Started {
  readonly folder: number;
}

/** Starts a server on a folder in a process of its own, which says how long it took and ends. */
async function start(dataDir: string): Promise<Started> {
  const program = [...process.execArgv, '--expose-gc', join(import.meta.dirname, 'startOn.ts'), dataDir];
  const child = spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let said = '';
  for await (const line of createInterface({ input: child.stdout })) said = line;
  if ((await ended) !== 0) throw new Error('the server did not start on the log');
  return JSON.parse(said) as Started;
}

const bytesOf = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

async function measure(dataDir: string, entries: number): Promise<Size> {
  const begun = performance.now();
  await growLog(join(dataDir, 'countersign.db'), entries);
  const seconds = (performance.now() - begun) / 1000;
  const starts: Started[] = [];
  // The first start signs what was appended; it is one more start on a cold log.
  for (let i = 0; i < STARTS; i += 1) starts.push(await start(dataDir));
  const times = starts.map(({ openedMs }) => openedMs).sort((a, b) => a - b);
  const last = starts.at(-1);
  if (last === undefined || last.entries < entries) throw new Error('the server did not read the whole log');
  const size = { ...last, openedMs: percentile(times, 50), folder: bytesOf(dataDir) };
  const cells = [count(size.entries), `${(size.openedMs / 1000).toFixed(2)} s`, ...memory(size)];
  say(`${cells.map((cell) => cell.padStart(12)).join(' ')}   (written in ${seconds.toFixed(0)} s)`);
  return size;
}

const memory = ({ resident, heap, arrays, folder }: Omit<Size, 'openedMs' | 'entries'>): string[] =>
  [resident, heap, arrays, folder].map(megabytes);

sayMachine('A growing log');
const asked = process.argv.slice(2).map(Number);
const dataDir = mkdtempSync(join(tmpdir(), 'countersign-growth-'));
try {
  const server = await startTestServer({ dataDir });
  await server.stop();
  say(`${['entries', 'start', 'resident', 'heap', 'arrays', 'folder'].map((cell) => cell.padStart(12)).join(' ')}`);
  const sizes: Size[] = [];
  for (const entries of asked.length > 0 ? asked : [10_000, 100_000, 1_000_000])
    sizes.push(await measure(dataDir, entries));
  const [a, b] = sizes.slice(-2);
  if (a !== undefined && b !== undefined && b.entries < FAR) {
    const far = (of: (size: Size) => number): number =>
      of(b) + ((of(b) - of(a)) / (b.entries - a.entries)) * (FAR - b.entries);
    const [resident, heap, arrays, folder] = [
      far((s) => s.resident),
      far((s) => s.heap),
      far((s) => s.arrays),
      far((s) => s.folder),
    ];
    const cells = [
      count(FAR),
      `${(far((s) => s.openedMs) / 1000).toFixed(0)} s`,
      ...memory({ resident, heap, arrays, folder }),
    ];
    say(`${cells.map((cell) => cell.padStart(12)).join(' ')}   (not measured: the line through the last two)`);
  }
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
