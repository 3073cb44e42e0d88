/** Opening the app: Electron when its runtime is here, else the browser. Owns the choice and saying why. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import open from 'open';

/** Electron's program, or why there is none. The npm package comes without the runtime; it is a separate download. */
export function electronRuntime(projectDir: string): { readonly program: string } | { readonly missing: string } {
  let folder: string;
  try {
    folder = dirname(createRequire(join(projectDir, 'desktop/package.json')).resolve('electron/package.json'));
  } catch {
    // Resolution fails in one way only: the package is not installed.
    return { missing: 'the electron package is not installed' };
  }
  const pathFile = join(folder, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : '';
  const program = join(folder, 'dist', name);
  if (name === '' || !existsSync(program)) return { missing: 'Electron’s runtime is not downloaded' };
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    return { missing: 'this session has no display' };
  }
  return { program };
}

/** Starts the desktop app on a running server. */
export function openElectron(program: string, projectDir: string, url: string): ChildProcess {
  return spawn(program, [join(projectDir, 'desktop'), '--server', url], {
    stdio: 'inherit',
    env: { ...process.env, COUNTERSIGN_SERVER: url },
  });
}

/** Opens the default browser. @returns why it could not, or null. */
export async function openBrowser(url: string): Promise<string | null> {
  try {
    const child = await open(url);
    // Without a browser the opener fails after it was started; the address stands on screen either way.
    child.once('error', () => undefined);
    child.unref();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
