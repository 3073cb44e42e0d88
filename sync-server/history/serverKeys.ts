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
  /** The log's next key while it is being changed: in force as soon as the log says so. */
  nextLogSeed: z.string().optional(),
  deviceSeed: z.string(),
});

type KeyFile = z.infer<typeof keyFileSchema>;

/** A key of the log. */
export interface LogKey {
  readonly vkeyText: string;
  readonly vkey: Vkey;
  readonly noteSigner: NoteSigner;
}

/** Keys of one server. */
export interface ServerKeys extends LogKey {
  readonly origin: string;
  readonly device: SigningKey;
}

/**
 * Reads the keys of a folder, or makes them for a new one.
 * @param isNew whether the folder's log is still empty: only then may keys be made.
 * @param inForce the log's public key as the storage has it; it settles a change that was cut off. null where nothing says so yet.
 * @throws StorageError `damaged` when the log exists and its keys are missing or unreadable.
 */
export function loadServerKeys(folder: DataFolder, origin: string, isNew: boolean, inForce: string | null): ServerKeys {
  if (isNew && !existsSync(folder.keyFile)) {
    const seeds = { logSeed: toBase64(randomBytes(SEED_BYTES)), deviceSeed: toBase64(randomBytes(SEED_BYTES)) };
    write(folder, { v: 1, origin, ...seeds });
  }
  const keys = settled(folder, readKeys(folder.keyFile), inForce);
  if (keys.origin !== origin) {
    throw damaged(`${folder.keyFile} belongs to the log ${keys.origin}, and this folder’s log is ${origin}.`);
  }
  const log = logKeyOf(origin, keys.logSeed);
  replaceFile(folder.vkeyFile, `${log.vkeyText}\n`, 0o644);
  return { origin, ...log, device: new SigningKey(fromBase64(keys.deviceSeed)) };
}

function logKeyOf(origin: string, seed: string): LogKey {
  const key = new SigningKey(fromBase64(seed));
  const vkeyText = formatVkey(origin, key.publicKey);
  const signer = { publicKey: key.publicKey, sign: async (message: Uint8Array) => key.sign(message) };
  return { vkeyText, vkey: parseVkey(vkeyText), noteSigner: noteSigner(origin, signer) };
}

const write = (folder: DataFolder, keys: KeyFile): void =>
  replaceFile(folder.keyFile, `${JSON.stringify(keys)}\n`, 0o600);

/** [KEY-2] A change that was cut off: the new key counts when the log says so, else the old one, and the other is gone. */
function settled(folder: DataFolder, { nextLogSeed, ...keys }: KeyFile, inForce: string | null): KeyFile {
  if (nextLogSeed === undefined) return keys;
  const changed = logKeyOf(keys.origin, nextLogSeed).vkeyText === inForce;
  const next = changed ? { ...keys, logSeed: nextLogSeed } : keys;
  write(folder, next);
  return next;
}

/** Makes the log's next key and keeps it beside the one in force. */
export function stageNextKey(folder: DataFolder, { origin }: ServerKeys): LogKey {
  const nextLogSeed = toBase64(randomBytes(SEED_BYTES));
  write(folder, { ...readKeys(folder.keyFile), nextLogSeed });
  return logKeyOf(origin, nextLogSeed);
}

/** The staged key is in force: the one before is forgotten. */
export function takeNextKey(folder: DataFolder): void {
  const { nextLogSeed, ...keys } = readKeys(folder.keyFile);
  if (nextLogSeed === undefined) throw new Error('no key was staged');
  write(folder, { ...keys, logSeed: nextLogSeed });
  replaceFile(folder.vkeyFile, `${logKeyOf(keys.origin, nextLogSeed).vkeyText}\n`, 0o644);
}

function readKeys(file: string): KeyFile {
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
