#!/usr/bin/env node
// Plain old JavaScript on purpose: it must parse on any Node. Runs the command on the pinned Node 24:
// npm and npx already start it there; called directly on another Node it hands over, signals and exit code included.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PINNED_MAJOR = 24;
const main = new URL('./main.ts', import.meta.url);
const major = Number(process.versions.node.split('.')[0]);
const pinned = major === PINNED_MAJOR ? '' : findPinned();

if (pinned) handOver(pinned);
else if (major >= PINNED_MAJOR) await import(main.href);
else {
  console.error(
    `countersign needs Node ${PINNED_MAJOR} and this is ${process.version}. Run "npm ci" in the project, or install Node ${PINNED_MAJOR}.`,
  );
  process.exitCode = 69;
}

function findPinned() {
  const require = createRequire(import.meta.url);
  const os = process.platform === 'win32' ? 'win' : process.platform;
  for (const name of [`node-${os}-${process.arch}`, `node-bin-${os}-${process.arch}`]) {
    try {
      const exe = join(dirname(require.resolve(`${name}/package.json`)), 'bin', os === 'win' ? 'node.exe' : 'node');
      if (existsSync(exe)) return exe;
    } catch {
      /* not published or not installed for this platform: try the next name */
    }
  }
  return '';
}

function handOver(exe) {
  const child = spawn(exe, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (e) => {
    console.error(`countersign: cannot start ${exe}: ${e.message}`);
    process.exit(70);
  });
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code ?? 70);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
