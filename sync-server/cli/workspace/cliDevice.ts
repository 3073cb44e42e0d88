/** The device key that the command line signs with, one a workspace and person. Owns its file; the key never leaves it. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { LocalDevice } from '../../lifecycle/localDevice.ts';
import { replaceFile } from '../../storage/index.ts';

const SEED_BYTES = 32;

/** Reads the key, or makes one. `file` overrides the place under the home folder. */
export function cliDevice(workspaceId: string, userId: string, file: string | undefined): LocalDevice {
  const path = file ?? join(homedir(), '.countersign', 'devices', `${workspaceId}-${userId}.key`);
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    replaceFile(path, `${randomBytes(SEED_BYTES).toString('base64')}\n`, 0o600);
  }
  return new LocalDevice(workspaceId, userId, Buffer.from(readFileSync(path, 'utf8').trim(), 'base64'));
}
