// Tells whether Electron's runtime is on this machine. Asks the file system; importing `electron` would start a download.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Path of Electron's binary, or null when only the npm package is here. */
export function electronRuntime(): string | null {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const home = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const pathFile = join(home, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const binary = join(override ?? join(home, 'dist'), readFileSync(pathFile, 'utf8').trim());
  return existsSync(binary) ? binary : null;
}
