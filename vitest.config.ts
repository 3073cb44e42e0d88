import { defineConfig } from 'vitest/config';

/** One unit-test run over every workspace; e2e has its own runner (Playwright). */
export default defineConfig({
  test: {
    include: ['{shared,sync-server,desktop,sim,torture}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/out/**', '**/dist/**'],
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ['default'],
  },
});
