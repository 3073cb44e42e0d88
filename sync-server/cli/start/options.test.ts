import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { rendererDir, whyBuild } from './builtApp.ts';
import { electronRuntime } from './openApp.ts';
import { startOptions } from './options.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
function project(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-start-'));
  folders.push(folder);
  return folder;
}

describe('npm start', () => {
  it('[START-1] keeps demo data in the project and opens the app unless told otherwise', () => {
    expect(startOptions([], '/p')).toEqual({ dataDir: '/p/.countersign/data', port: '8750', empty: false, open: true });
    expect(startOptions(['--data', '/d', '--port', '0', '--empty', '--no-open'], '/p')).toEqual({
      dataDir: '/d',
      port: '0',
      empty: true,
      open: false,
    });
    expect(startOptions(['--help'], '/p')).toBeNull();
    expect(() => startOptions(['--prot', '1'], '/p')).toThrow('--prot');
  });

  it('[START-2] builds the app when it is missing or older than a source, tests and outputs aside', () => {
    const dir = project();
    mkdirSync(join(dir, 'desktop/renderer'), { recursive: true });
    writeFileSync(join(dir, 'desktop/renderer/main.tsx'), '');
    expect(whyBuild(dir)).toBe('it was not built yet');
    mkdirSync(rendererDir(dir), { recursive: true });
    const built = join(rendererDir(dir), 'index.html');
    writeFileSync(built, '');
    const at = new Date('2026-01-01T00:00:00Z');
    utimesSync(join(dir, 'desktop/renderer/main.tsx'), at, at);
    expect(whyBuild(dir)).toBeNull();
    writeFileSync(join(dir, 'desktop/renderer/main.test.tsx'), '');
    utimesSync(join(dir, 'desktop/renderer/main.test.tsx'), new Date(), new Date('2100-01-01'));
    expect(whyBuild(dir)).toBeNull();
    utimesSync(join(dir, 'desktop/renderer/main.tsx'), new Date(), new Date('2100-01-01'));
    expect(whyBuild(dir)).toBe(`${join('desktop/renderer/main.tsx')} is newer`);
  });

  it('[START-3] says why there is no Electron', () => {
    expect(electronRuntime(project())).toEqual({ missing: 'the electron package is not installed' });
  });
});
