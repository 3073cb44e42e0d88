// The desktop app itself, wherever Electron's runtime is present. The config leaves this project out, and says so, where it is not.
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, expect, test } from '@playwright/test';
import { Server } from '../kit/server.ts';

const DESKTOP = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'desktop');

test('[ELE-12] the desktop app opens on app:// and signs in with a key of its main process', async () => {
  const server = await Server.start();
  const profile = await mkdtemp(join(tmpdir(), 'countersign-profile-'));
  const executablePath = createRequire(import.meta.url)('electron') as unknown as string;
  const app = await _electron.launch({
    executablePath,
    args: [DESKTOP, '--server', server.url, `--user-data-dir=${profile}`, '--no-sandbox'],
  });
  try {
    const window = await app.firstWindow();
    expect(window.url()).toContain('app://countersign/');
    await window.getByRole('button', { name: /finance/i }).click();
    await expect(window.getByText('2659161').first()).toBeVisible();
    expect(await window.evaluate(() => 'require' in globalThis || 'process' in globalThis)).toBe(false);
  } finally {
    await app.close();
    await server.dispose();
    await rm(profile, { recursive: true, force: true });
  }
});
