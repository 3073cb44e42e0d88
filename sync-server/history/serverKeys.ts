// The workspace's log key and the server's device key. Owns `server.key` and `workspace.vkey`; the private parts never leave this module's objects.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import {
  formatVkey,
  fromBase64,
  type NoteSigner,
  noteSigner,
  parseVkey,
  toBase64,
  type Vkey,
} from '@countersign/shared/history';
import { z } from 'zod';
import { type DataFolder, replaceFile, StorageError } from '../storage/index.ts';
import { SigningKey } from './nativeCrypto.ts';

const SEED_BYTES = 32;
const keyFileSchema = z.strictObject({
  v: z.literal(1),
  /** Origin of the log, also the name of its note key. */
  origin: z.string().min(3),
  /** Base64 seeds: the log's note key, and the device that signs create and import entries. Two keys, two purposes. */
  logSeed: z.string(),
  deviceSeed: z.string(),
});

/** Keys of one server. */
export interface ServerKeys {
  readonly origin: string;
  readonly vkeyText: string;
  readonly vkey: Vkey;
  readonly noteSigner: NoteSigner;
  readonly device: SigningKey;
}

/**
 * Reads the keys of a folder, or makes them for a new one.
 * @param isNew whether the folder's log is still empty: only then may keys be made.
 * @throws StorageError `damaged` when the log exists and its keys are missing or unreadable.
 */
export function loadServerKeys(folder: DataFolder, origin: string, isNew: boolean): ServerKeys {
  if (isNew && !existsSync(folder.keyFile)) {
    const seeds = { logSeed: toBase64(randomBytes(SEED_BYTES)), deviceSeed: toBase64(randomBytes(SEED_BYTES)) };
    replaceFile(folder.keyFile, `${JSON.stringify({ v: 1, origin, ...seeds })}\n`, 0o600);
  }
  const keys = readKeys(folder.keyFile);
  if (keys.origin !== origin) {
    throw damaged(`${folder.keyFile} belongs to the log ${keys.origin}, and this folder’s log is ${origin}.`);
  }
  const log = new SigningKey(fromBase64(keys.logSeed));
  const vkeyText = formatVkey(origin, log.publicKey);
  replaceFile(folder.vkeyFile, `${vkeyText}\n`, 0o644);
  return {
    origin,
    vkeyText,
    vkey: parseVkey(vkeyText),
    noteSigner: noteSigner(origin, { publicKey: log.publicKey, sign: async (message) => log.sign(message) }),
    device: new SigningKey(fromBase64(keys.deviceSeed)),
  };
}

function readKeys(file: string): z.infer<typeof keyFileSchema> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw damaged(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
  const parsed = keyFileSchema.safeParse(value);
  if (!parsed.success) throw damaged(`${file} is not a key file of this program.`);
  return parsed.data;
}

const damaged = (text: string): StorageError =>
  new StorageError('damaged', text, 'Restore server.key from the folder’s backup; without it the log cannot go on.');
