// `npm start` as a newcomer runs it: it serves the app, ends with 0 on Ctrl-C, and says in one sentence why it cannot begin.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { countersign } from '../kit/cli.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
let root: string;

test.beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'countersign-start-'));
});
test.afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  /** Exit code, once all of it has ended. */
  readonly exit: Promise<number | null>;
  text(): string;
}

/** `npm start -- --no-open …`. npm itself ends by the signal of a Ctrl-C, whatever its script answered. */
function npmStart(...args: readonly string[]): Started {
  return started('npm', ['start', '--', '--no-open', ...args]);
}

/** The script of `npm start` alone, whose exit code npm hides after a Ctrl-C. */
function scriptOfStart(...args: readonly string[]): Started {
  return started(process.execPath, [join(ROOT, 'sync-server/cli/start.ts'), '--no-open', ...args]);
}

/** In a process group of its own, as a terminal gives it. */
function started(command: string, args: readonly string[]): Started {
  const child = spawn(command, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  const exit = once(child, 'close').then(([code]) => code as number | null);
  return { child, exit, text: () => text };
}

/** Ctrl-C reaches every process of the terminal's foreground group. */
function controlC({ child }: Started): void {
  if (child.pid === undefined) throw new Error('npm start has no process.');
  process.kill(-child.pid, 'SIGINT');
}

async function says(started: Started, words: string): Promise<void> {
  await expect.poll(() => started.text(), { timeout: 60_000 }).toContain(words);
}

/** Name and hash of every file of a folder: equal before and after means nothing was touched. */
async function fingerprint(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  return Promise.all(files.sort().map(async (file) => `${file} ${hash(await readFile(file))}`));
}

test('[START-1] [START-5] [START-6] npm start serves the app, refuses a second start, and Ctrl-C ends it with 0', async ({
  page,
}) => {
  const folder = join(root, 'data');
  const started = npmStart('--port', '0', '--data', folder);
  await says(started, 'Stop it with Ctrl-C.');
  expect(started.text()).toContain(folder);
  const url = /Countersign is ready at (\S+)/.exec(started.text())?.[1] ?? '';
  await page.goto(url);
  await expect(page.getByRole('button', { name: 'Sign in as Finance' })).toBeVisible();
  const second = npmStart('--port', '0', '--data', folder);
  expect(await second.exit).toBe(75);
  expect(second.text()).toContain(`runs already on ${folder} at ${url}`);
  controlC(started);
  await started.exit;
  expect(existsSync(join(folder, 'server.lock'))).toBe(false);
  await expect(fetch(url)).rejects.toThrow();
  const sound = await countersign('fsck', '--data', folder);
  expect(sound.code, sound.out + sound.err).toBe(0);

  const again = scriptOfStart('--port', '0', '--data', folder);
  await says(again, 'Stop it with Ctrl-C.');
  controlC(again);
  expect(await again.exit).toBe(0);
  expect(existsSync(join(folder, 'server.lock'))).toBe(false);
});

test('[START-4] a busy port ends npm start with a sentence and makes nothing', async () => {
  const busy = createServer().listen(0, '127.0.0.1');
  await once(busy, 'listening');
  const address = busy.address();
  const port = typeof address === 'object' && address !== null ? String(address.port) : '';
  const folder = join(root, 'data');
  const started = npmStart('--port', port, '--data', folder);
  expect(await started.exit).not.toBe(0);
  expect(started.text()).toContain(`Port ${port} is in use. Stop what uses it, or give another port with --port`);
  expect(existsSync(folder)).toBe(false);
  busy.close();
});

test('[START-4] a folder that cannot be written ends npm start with a sentence and stays as it is', async () => {
  const folder = join(root, 'data');
  await writeFile(folder, 'a file in its place');
  const started = npmStart('--port', '0', '--data', folder);
  expect(await started.exit).not.toBe(0);
  expect(started.text()).toContain(folder);
  expect(started.text()).toMatch(/cannot be written|not a folder/);
  expect(started.text()).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  expect(await readFile(folder, 'utf8')).toBe('a file in its place');
});

test('[START-4] [STO-10] a folder of a newer version ends npm start with a sentence and stays as it is', async () => {
  const folder = join(root, 'data');
  const first = scriptOfStart('--port', '0', '--data', folder, '--empty');
  await says(first, 'Stop it with Ctrl-C.');
  controlC(first);
  expect(await first.exit).toBe(0);
  const database = new DatabaseSync(join(folder, 'countersign.db'));
  database.exec("UPDATE meta SET value = '99' WHERE key = 'schema.core'");
  database.close();
  const before = await fingerprint(folder);
  const started = npmStart('--port', '0', '--data', folder);
  expect(await started.exit).not.toBe(0);
  expect(started.text()).toContain('newer version');
  expect(started.text()).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  expect(await fingerprint(folder)).toEqual(before);
});
