// A real countersign server on its own data folder: started, killed, restarted. Kills the pid in the lock file, never npx (DESIGN §11.19).
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withCompiled } from './compiled.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const BIN = join(ROOT, 'sync-server/cli/countersign.mjs');

/** Names the folder with the demo that every server of a run begins with a copy of. */
export const DEMO_FOLDER = 'COUNTERSIGN_E2E_DEMO';

interface Lock {
  readonly pid: number;
  readonly port: number;
  readonly url: string;
}

export class Server {
  readonly data: string;
  #child: ChildProcess | undefined;
  #log = '';
  #port = 0;
  readonly #flags: readonly string[];

  private constructor(data: string, flags: readonly string[]) {
    this.data = data;
    this.#flags = flags;
  }

  /**
   * A server with a fresh demo workspace on a free port, its data folder below `parent`. The demo is set up once a run, by the global
   * setup, and copied: nobody has signed in or written there, so every copy is as fresh as one set up anew.
   */
  static async start(flags: readonly string[] = ['--demo'], parent: string = tmpdir()): Promise<Server> {
    const server = new Server(await mkdtemp(join(parent, 'countersign-e2e-')), flags);
    const prepared = process.env[DEMO_FOLDER];
    if (flags.includes('--demo') && prepared !== undefined) await cp(prepared, server.data, { recursive: true });
    await server.run();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get log(): string {
    return this.#log;
  }

  /** Starts (again) on the same folder and, once known, the same port; resolves when ready. */
  async run(): Promise<void> {
    const app = process.env.COUNTERSIGN_APP ? ['--app', process.env.COUNTERSIGN_APP] : [];
    const args = ['serve', '--data', this.data, '--port', String(this.#port), ...app, ...this.#flags];
    const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: withCompiled() });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#log += chunk.toString();
      });
    }
    await this.#ready(child);
  }

  /** `kill -9` of the server process itself, by the pid in its lock file. */
  async kill(): Promise<void> {
    const { pid } = await this.#lock();
    const gone = this.#child ? once(this.#child, 'exit') : Promise.resolve();
    process.kill(pid, 'SIGKILL');
    await gone;
  }

  /** Ctrl-C; resolves with the exit code. */
  async stop(): Promise<number> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? 0;
    const gone = once(child, 'exit');
    child.kill('SIGINT');
    const [code] = (await gone) as [number | null];
    return code ?? 1;
  }

  async dispose(): Promise<void> {
    await this.stop();
    await rm(this.data, { recursive: true, force: true });
  }

  async #lock(): Promise<Lock> {
    return JSON.parse(await readFile(join(this.data, 'server.lock'), 'utf8')) as Lock;
  }

  /** Polls the lock file and `/readyz` until the process answers, or tells why it ended. */
  async #ready(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + 180_000;
    while (Date.now() < deadline) {
      if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}:\n${this.#log}`);
      const lock = await this.#lock().catch(() => null);
      if (lock && lock.pid === child.pid) {
        this.#port = lock.port;
        const answer = await fetch(`${this.url}/readyz`).catch(() => null);
        if (answer?.ok) return;
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`The server did not get ready:\n${this.#log}`);
  }
}
