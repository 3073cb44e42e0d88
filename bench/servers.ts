/**
 * The servers that are compared, each in a process of its own. Owns starting and ending them; `y-websocket` is the package's own server
 * program, started as it is.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

export const PEERS = ['y-websocket', 'hocuspocus'] as const;
export type Peer = (typeof PEERS)[number];

export interface Started {
  readonly url: string;
  readonly pid: number;
  /** The version of the sample contract; what the others call the document. */
  readonly versionId: string;
  stop(): Promise<void>;
}

/** Starts a server and waits until it listens. `lines`: how long the sheet is; the usual lines of the clients by default. */
export async function startServer(kind: 'countersign' | Peer, lines?: number): Promise<Started> {
  if (kind === 'y-websocket') return startStock();
  const program = [
    join(import.meta.dirname, 'serverProcess.ts'),
    kind,
    ...(lines === undefined ? [] : [String(lines)]),
  ];
  const child = spawn(process.execPath, [...process.execArgv, ...program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const line = await firstLine(child);
  const { url, versionId } = JSON.parse(line) as { url: string; versionId: string };
  return { url, versionId, pid: child.pid ?? 0, stop: () => ended(child) };
}

async function startStock(): Promise<Started> {
  const folder = dirname(createRequire(import.meta.url).resolve('y-websocket-server/package.json'));
  const port = await freePort();
  const env = { ...process.env, HOST: '127.0.0.1', PORT: String(port) };
  const child = spawn(process.execPath, [...process.execArgv, join(folder, 'bin', 'server.cjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
  });
  await firstLine(child);
  return {
    url: `http://127.0.0.1:${port}`,
    versionId: 'bench',
    pid: child.pid ?? 0,
    stop: () => {
      child.kill('SIGTERM');
      return ended(child);
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port was given');
  return address.port;
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) return line;
  throw new Error('the server ended before it listened');
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.stdin?.end();
  await exit;
}
