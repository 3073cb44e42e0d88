import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** One unit-test run over every workspace; e2e has its own runner (Playwright). */
export default defineConfig({
  test: {
    exclude: ['**/node_modules/**', '**/out/**', '**/dist/**'],
    pool: 'threads',
    maxWorkers: 2,
    // Long enough for a machine that does ten other things: a time-out says that something hangs, and never that it was slow.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default'],
    // Programs that tests start keep compiled code: half of a start is reading the same modules again.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'countersign-unit-compiled') },
    projects: [
      // Pure code leaves nothing behind that the next file could find: its modules are read once a worker, not once a file.
      { extends: true, test: { name: 'shared', include: ['shared/**/*.test.ts'], isolate: false } },
      { extends: true, test: { name: 'apps', include: ['{sync-server,desktop,sim,torture}/**/*.test.{ts,tsx}'] } },
    ],
  },
});
