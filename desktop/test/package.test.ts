import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extractFile, listPackage } from '@electron/asar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fusesOf, writeStubRuntime } from './stubRuntime.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const bin = (name: string) => join(ROOT, 'node_modules/.bin', name);

/** Runs a tool and fails with its own words when it fails. */
async function run(command: string, args: string[], cwd: string): Promise<void> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${said}`);
}

describe('the packed app', () => {
  let folder = '';
  let files: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-pack-'));
    await writeStubRuntime(join(folder, 'runtime'));
    await run(bin('electron-vite'), ['build'], join(ROOT, 'desktop'));
    const stub = ['-c.electronDist', join(folder, 'runtime'), '-c.directories.output', join(folder, 'dist')];
    await run(bin('electron-builder'), ['--linux', 'dir', ...stub], ROOT);
    files = listPackage(join(folder, 'dist/linux-unpacked/resources/app.asar'), { isPack: false });
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('[ELE-10] holds the bundles of main, preload and renderer and nothing else', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        '/package.json',
        '/out/main/index.js',
        '/out/preload/index.cjs',
        '/out/renderer/index.html',
      ]),
    );
    expect(files.filter((file) => !/^\/(package\.json|out(\/(main|preload|renderer)(\/.*)?)?)$/.test(file))).toEqual(
      [],
    );
    expect(files.filter((file) => /\.(ts|tsx|map)$|node_modules|\.test\./.test(file))).toEqual([]);
  });

  it('[ELE-10] the renderer is built as the browser gets it: with one React, whatever else is installed, and nothing inlined that the policy forbids', () => {
    const archive = join(folder, 'dist/linux-unpacked/resources/app.asar');
    const text = (file: string): string => extractFile(archive, file.slice(1)).toString('utf8');
    const scripts = files.filter((file) => /renderer\/assets\/.*\.js$/.test(file)).map(text);
    // Each copy of React declares its internals; with two of them no hook works and the window stays empty.
    expect(scripts.join('\n').match(/__(?:CLIENT|SECRET)_INTERNALS_\w+\s*=(?!=)/g)).toHaveLength(1);
    const styles = files.filter((file) => /renderer\/assets\/.*\.css$/.test(file)).map(text);
    expect(styles.join('\n')).not.toContain('url(data:font');
  });

  it('[ELE-11] sets the fuses of SECURITY §4.19 in the runtime it packs', async () => {
    const fuses = fusesOf(await readFile(join(folder, 'dist/linux-unpacked/countersign')));
    // Order: runAsNode, cookieEncryption, nodeOptions, nodeCliInspect, asarIntegrity, onlyLoadAppFromAsar, browser snapshot, file privileges.
    expect(fuses.slice(0, 6)).toBe('010011');
    expect(fuses[7]).toBe('0');
  });
});
