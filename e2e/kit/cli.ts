// Runs the countersign command line as a user would and returns what it said. Owns no expectations.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withCompiled } from './compiled.ts';

const BIN = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'sync-server/cli/countersign.mjs');

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `countersign …args`; never throws for a failing exit code. */
export async function countersign(...args: readonly string[]): Promise<Said> {
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: withCompiled() });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 1));
  });
  return { code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() };
}
