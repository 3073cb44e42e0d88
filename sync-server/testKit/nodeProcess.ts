// Real `countersign serve` processes for tests that kill them. Owns starting them and knowing when they are gone.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const script = join(import.meta.dirname, 'serveProcess.ts');

export interface NodeProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly role: 'leads' | 'follows';
  readonly exit: Promise<number | null>;
}

/** The contract that serveProcess.ts makes. */
export const KILL_VERSION = 'v-kill00000000';

const living = new Set<ChildProcess>();

/** Starts a node over its own folder, or over a database, and resolves when it says where it listens. @throws with what it wrote when it exits before */
export function startNodeProcess(folder: string, databaseUrl?: string): Promise<NodeProcess> {
  const args = databaseUrl === undefined ? [script, folder] : [script, folder, databaseUrl];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  living.add(child);
  const exit = new Promise<number | null>((resolve) => {
    child.on('exit', (code) => {
      living.delete(child);
      resolve(code);
    });
  });
  return new Promise((resolve, reject) => {
    let out = '';
    let err = '';
    child.stderr?.on('data', (data) => {
      err += data;
    });
    child.stdout?.on('data', (data) => {
      out += data;
      if (!out.includes('\n')) return;
      const { url, role } = JSON.parse(out.split('\n')[0] ?? '') as { url: string; role: 'leads' | 'follows' };
      resolve({ child, exit, url, role });
    });
    void exit.then((code) => reject(new Error(`exited with ${code}: ${err}`)));
  });
}

/** Ends every process that is left. */
export function killNodeProcesses(): void {
  for (const child of living) child.kill('SIGKILL');
}
