/** The built renderer. Owns when it is too old; must not build by itself what npm's script builds. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What the bundle is made of, from the project folder. */
const SOURCES = ['desktop/renderer', 'desktop/host', 'desktop/vite.config.ts', 'shared', 'package-lock.json'] as const;
const NOT_SOURCES = /(^|\/)(node_modules|out|dist|vectors)$|\.test\.tsx?$|\.md$/;

/** Where the renderer is built to. */
export function rendererDir(projectDir: string): string {
  return join(projectDir, 'desktop/out/renderer');
}

/** Why the renderer must be built, in words; null when it is newer than all its sources. */
export function whyBuild(projectDir: string): string | null {
  const built = join(rendererDir(projectDir), 'index.html');
  if (!existsSync(built)) return 'it was not built yet';
  const at = statSync(built).mtimeMs;
  const newer = SOURCES.map((source) => newerThan(join(projectDir, source), at)).find((path) => path !== null);
  return newer === undefined || newer === null ? null : `${newer.slice(projectDir.length + 1)} is newer`;
}

function newerThan(path: string, at: number): string | null {
  if (NOT_SOURCES.test(path.replaceAll('\\', '/')) || !existsSync(path)) return null;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs > at ? path : null;
  for (const name of readdirSync(path)) {
    const newer = newerThan(join(path, name), at);
    if (newer !== null) return newer;
  }
  return null;
}

/** Runs an npm script of the desktop workspace. @throws Error with the exit code when it fails; its output goes to stderr. */
export async function buildDesktop(projectDir: string, script: 'build' | 'build:electron'): Promise<void> {
  const npm = process.env.npm_execpath;
  const [command, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const child = spawn(command, [...first, 'run', script, '-w', 'desktop', '--silent', '--', '--logLevel', 'warn'], {
    cwd: projectDir,
    stdio: ['ignore', 2, 2],
    shell: npm === undefined && process.platform === 'win32',
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.once('error', reject);
  child.once('exit', (code) =>
    code === 0 ? resolve() : reject(new Error(`npm run ${script} ended with code ${code ?? 'none'}`)),
  );
  await promise;
}
