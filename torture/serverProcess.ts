// One real `countersign serve` process. Owns starting it, hearing where it listens, and ending it; must not know what it serves.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { readLock } from '../sync-server/storage/index.ts';

const CLI = join(import.meta.dirname, '..', 'sync-server', 'cli', 'main.ts');
const living = new Set<ChildProcess>();
// A torture run that is stopped leaves no server behind.
process.once('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

export interface ProcessOptions {
  readonly dataDir: string;
  /** Folder of Node's compile cache: a start costs a third of the processor time with it. */
  readonly cacheDir: string;
  /** The database of a server that is one of several; none for a server of its own. */
  readonly database?: string;
  /** The program, when it is not `countersign serve` itself (faultyServer.ts). */
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** What became of a start. */
export type Started = { readonly url: string } | { readonly code: number | null; readonly says: string };

export class ServerProcess {
  readonly started: Promise<Started>;
  /** Exit code; null when a signal ended it. */
  readonly exit: Promise<number | null>;
  readonly #child: ChildProcess;
  readonly #dataDir: string;
  #says = '';

  constructor({ dataDir, cacheDir, database, command, env }: ProcessOptions) {
    this.#dataDir = dataDir;
    const one = [CLI, 'serve', '--data', dataDir, '--port', '0', '--demo', '--json', '--app', cacheDir];
    const server = command ?? (database === undefined ? one : [...one, '--database-url', database]);
    this.#child = spawn(process.execPath, server, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env, NODE_COMPILE_CACHE: cacheDir },
    });
    const child = this.#child;
    living.add(child);
    this.exit = new Promise((resolve) => {
      child.once('close', (code) => {
        living.delete(child);
        resolve(code);
      });
    });
    child.stderr?.on('data', (data) => {
      this.#says = `${this.#says}${data}`.slice(-4000);
    });
    this.started = new Promise((resolve) => {
      let out = '';
      child.stdout?.on('data', (data) => {
        out += data;
        const end = out.indexOf('\n');
        if (end >= 0) resolve({ url: (JSON.parse(out.slice(0, end)) as { url: string }).url });
      });
      void this.exit.then((code) => resolve({ code, says: this.#says }));
    });
  }

  /** A line for a server that listens to its standard input (faultyServer.ts). */
  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** The server's own process id, from its lock file. */
  get pid(): number {
    return readLock(this.#dataDir)?.pid ?? this.#child.pid ?? 0;
  }

  /** The last it wrote to standard error. */
  get says(): string {
    return this.#says;
  }

  /** Where it listens. @throws Error when it ended instead. */
  async url(): Promise<string> {
    const started = await this.started;
    if ('url' in started) return started.url;
    throw new Error(`the server ended with ${started.code} instead of listening: ${started.says}`);
  }

  /** [TORT-2] `kill -9` of the process id in the lock file: the server itself, never a launcher around it. */
  async kill(): Promise<void> {
    const pid = readLock(this.#dataDir)?.pid;
    if (pid === undefined) this.#child.kill('SIGKILL');
    else process.kill(pid, 'SIGKILL');
    await this.exit;
  }

  /** `kill -9` of a server that may not have written its lock file yet. */
  async killEarly(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exit;
  }

  /** Stops its processor time, or lets it go on, as a paused machine does. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    process.kill(this.pid, name);
  }

  /** Stops it as an operator does; gives its exit code. */
  stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    return this.exit;
  }
}
