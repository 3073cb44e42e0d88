// Vite plugin: writes the build's file names into the offline shell, once they are known. Owns nothing at run time.
import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

const WORKER = 'offlineShell.js';

/** Fills `__SHELL_FILES__` and `__SHELL_BUILD__` in the worker with the assets of the same build. */
export function offlineShell(): Plugin {
  return {
    name: 'countersign-offline-shell',
    apply: 'build',
    generateBundle: {
      // After everybody else: a part that only held styles is taken out of the bundle late, and a list with a hole installs no worker.
      order: 'post',
      handler(_options, bundle) {
        const worker = bundle[WORKER];
        if (worker?.type !== 'chunk') return;
        const files = Object.keys(bundle)
          .filter((name) => name.startsWith('assets/'))
          .sort();
        const build = createHash('sha256').update(files.join('\n')).update(worker.code).digest('hex').slice(0, 16);
        worker.code = worker.code
          .replaceAll('__SHELL_FILES__', JSON.stringify(files.map((name) => `./${name}`)))
          .replaceAll('__SHELL_BUILD__', JSON.stringify(build));
      },
    },
  };
}
