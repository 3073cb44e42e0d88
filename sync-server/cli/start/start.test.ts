import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Contract, Workspace } from '@countersign/shared/protocol/api';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { readLock } from '../../storage/index.ts';
import { TestPerson } from '../../testKit/testPerson.ts';

/** The real script may have to build the app first. */
const SLOW = { timeout: 240_000 };
const root = mkdtempSync(join(tmpdir(), 'countersign-npm-start-'));
const script = join(import.meta.dirname, '..', 'start.ts');
const living = new Set<ChildProcess>();

afterEach(() => {
  for (const child of living) child.kill('SIGTERM');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Started {
  readonly child: ChildProcess;
  readonly exit: Promise<number | null>;
  /** Everything printed so far. */
  text(): string;
  /** Resolves when the output holds the words, or the process ended. */
  says(words: string): Promise<void>;
}

/** Starts what `npm start` starts, in a process group of its own. */
function start(...args: string[]): Started {
  const child = spawn(process.execPath, [script, '--no-open', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  living.add(child);
  let text = '';
  const waiting = new Set<() => void>();
  const take = (data: Buffer): void => {
    text += data.toString();
    for (const check of [...waiting]) check();
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  const exit = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      living.delete(child);
      resolve(code);
    });
  });
  return {
    child,
    exit,
    text: () => text,
    says: (words) =>
      Promise.race([
        exit.then(() => undefined),
        new Promise<void>((resolve) => {
          const check = (): void => {
            if (!text.includes(words)) return;
            waiting.delete(check);
            resolve();
          };
          waiting.add(check);
          check();
        }),
      ]),
  };
}

describe('npm start as a process', SLOW, () => {
  it('[START-1] [START-5] [START-6] makes the demo, serves the app, and Ctrl-C flushes and ends with 0', async () => {
    const folder = join(root, 'demo');
    const started = start('--data', folder, '--port', '0');
    await started.says('Stop it with Ctrl-C.');
    const url = readLock(folder)?.url ?? '';
    expect(started.text()).toContain(`Countersign is ready at ${url}`);
    expect((await (await fetch(url)).text()).toLowerCase()).toContain('<!doctype html>');
    const finance = await TestPerson.signIn(url, 'u-finance');
    const { body: contracts } = await finance.get<Contract[]>('/contracts');
    expect(contracts).toHaveLength(16);
    const second = start('--data', folder);
    expect(await second.exit).toBe(75);
    expect(second.text()).toContain(`runs already on ${folder} at ${url}`);
    expect((await fetch(`${url}/readyz`)).ok).toBe(true);
    started.child.kill('SIGINT');
    expect(await started.exit).toBe(0);
    expect(existsSync(join(folder, 'server.lock'))).toBe(false);

    const again = start('--data', folder, '--port', '0');
    await again.says('Stop it with Ctrl-C.');
    const workspace = (await (await fetch(`${readLock(folder)?.url}/api/v1/workspace`)).json()) as Workspace;
    expect(workspace.demo).toBe(true);
    again.child.kill('SIGTERM');
    expect(await again.exit).toBe(0);
  });

  it('[START-1] --empty makes a workspace without demo accounts and documents', async () => {
    const folder = join(root, 'empty');
    const started = start('--data', folder, '--port', '0', '--empty');
    await started.says('Stop it with Ctrl-C.');
    const url = readLock(folder)?.url;
    const workspace = (await (await fetch(`${url}/api/v1/workspace`)).json()) as Workspace;
    expect(workspace.demo).toBe(false);
    expect((await fetch(`${url}/api/v1/demo/accounts`)).ok).toBe(false);
    started.child.kill('SIGINT');
    expect(await started.exit).toBe(0);
  });

  it('[START-4] a busy port ends with 69 and makes nothing', async () => {
    const busy = createServer();
    const port = await new Promise<number>((resolve) => {
      busy.listen(0, '127.0.0.1', () => {
        const address = busy.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const folder = join(root, 'busy');
    const started = start('--data', folder, '--port', String(port));
    expect(await started.exit).toBe(69);
    expect(started.text()).toContain(`Port ${port} is in use`);
    expect(existsSync(folder)).toBe(false);
    busy.close();
  });

  it('[START-4] a folder that cannot be written ends with 73', async () => {
    const file = join(root, 'file');
    writeFileSync(file, 'not a folder');
    const started = start('--data', join(file, 'data'), '--port', '0');
    expect(await started.exit).toBe(73);
    expect(started.text()).toContain('cannot be written');
    expect(readFileSync(file, 'utf8')).toBe('not a folder');
  });

  it('[START-4] a folder of a newer version ends with 78 and stays as it is', async () => {
    const folder = join(root, 'newer');
    const first = start('--data', folder, '--port', '0', '--empty');
    await first.says('Stop it with Ctrl-C.');
    first.child.kill('SIGTERM');
    expect(await first.exit).toBe(0);
    const db = new DatabaseSync(join(folder, 'countersign.db'));
    db.exec("UPDATE meta SET value = '99' WHERE key = 'schema.core'");
    db.close();
    const started = start('--data', folder, '--port', '0');
    expect(await started.exit).toBe(78);
    expect(started.text()).toContain('newer version');
    expect(existsSync(join(folder, 'facts.db'))).toBe(false);
  });

  it('[START-1] a wrong option ends with 64 and the help', async () => {
    const started = start('--prot', '1');
    expect(await started.exit).toBe(64);
    expect(started.text()).toContain('Usage: npm start');
  });
});
