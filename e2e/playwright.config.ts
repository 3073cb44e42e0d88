import { defineConfig } from '@playwright/test';
import { chromiumPath } from './kit/chromium.ts';
import { electronRuntime } from './kit/electronRuntime.ts';
import { canMountSmallDisk } from './kit/smallDisk.ts';

const executablePath = await chromiumPath();
const electron = electronRuntime();
const smallDisk = canMountSmallDisk();
if (!electron && !process.env.TEST_WORKER_INDEX)
  console.log(
    'Electron’s runtime is not on this machine: the renderer runs in Chromium, electron.spec.ts is left out.',
  );

if (!smallDisk && !process.env.TEST_WORKER_INDEX)
  console.log('No small disk can be mounted here (it takes root on Linux): diskFull.spec.ts is left out.');

/** Every spec starts its own server on its own folder, so nothing is shared and order does not matter. */
export default defineConfig({
  testDir: './tests',
  testIgnore: [...(electron ? [] : ['**/electron.spec.ts']), ...(smallDisk ? [] : ['**/diskFull.spec.ts'])],
  outputDir: './test-results',
  globalSetup: './kit/demoFolder.ts',
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  // Generous: a build machine has two cores, and everything here waits on states and never on time.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
  use: {
    viewport: { width: 1600, height: 1000 },
    locale: 'en-US',
    timezoneId: 'America/New_York',
    screenshot: 'only-on-failure',
    // Recording every step of every test to keep none of it costs a seventh of the processor; `--trace retain-on-failure` records.
    trace: 'off',
    launchOptions: executablePath ? { executablePath } : {},
  },
});
