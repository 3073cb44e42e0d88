/// <reference types="node" />
// The real sync server as a process of its own, in a fresh folder on a free port. Tests only; the renderer never imports it.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

export class RealServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'countersign-engine-'));
  url = '';
  #process: ChildProcess | null = null;

  /** Starts (again) in the same folder, and after the first time on the same port; resolves when it listens. */
  async start(): Promise<void> {
    const port = this.url === '' ? '0' : new URL(this.url).port;
    const program = join(ROOT, 'sync-server/cli/main.ts');
    const args = [
      'serve',
      '--demo',
      '--json',
      '--port',
      port,
      '--data',
      this.folder,
      '--app',
      join(this.folder, 'none'),
    ];
    const child = spawn(process.execPath, [program, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      const hear = (bytes: Buffer): void => {
        said += bytes.toString();
        if (/"isNew":/.test(said)) resolve();
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
    });
    this.url = (JSON.parse(readFileSync(join(this.folder, 'server.lock'), 'utf8')) as { url: string }).url;
  }

  /** Ends the process the hard way, as a power cut would, or lets it finish. */
  async stop(signal: 'SIGKILL' | 'SIGTERM' = 'SIGTERM'): Promise<void> {
    const child = this.#process;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    await ended;
    this.#process = null;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
