/** Finds the workspace key that a file is checked with, and reads files for `countersign verify`. Owns where a key may come from. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  BundleError,
  isAuditFile,
  KeyFormatError,
  parseVkey,
  readAuditFile,
  readBundle,
} from '@countersign/shared/history';

/** Wrong usage or an unreadable file: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A workspace key and where it came from. */
export interface FoundKey {
  readonly vkey: string;
  readonly from: string;
  readonly embedded: boolean;
}

const isFileError = (cause: unknown): cause is NodeJS.ErrnoException => cause instanceof Error && 'code' in cause;

/** Bytes of a file. @throws UsageError */
export function read(path: string, what: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    if (!isFileError(cause)) throw cause;
    throw new UsageError(`The ${what} ${path} cannot be read (${cause.code ?? cause.message}).`);
  }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

function keyFromFile(path: string): FoundKey {
  return { vkey: new TextDecoder().decode(read(path, 'key file')).trim(), from: path, embedded: false };
}

function parsesAsVkey(text: string): boolean {
  try {
    parseVkey(text);
    return true;
  } catch (cause) {
    if (cause instanceof KeyFormatError) return false;
    throw cause;
  }
}

/** The key that was given, else the data folder's, else the one beside the bundle. */
export function findKey(bundle: string, key: string | undefined, data: string | undefined): FoundKey | undefined {
  if (key !== undefined) {
    return !isFile(key) && parsesAsVkey(key) ? { vkey: key, from: '--key', embedded: false } : keyFromFile(key);
  }
  if (data !== undefined) return keyFromFile(join(data, 'workspace.vkey'));
  const folder = dirname(bundle);
  const beside = readdirSync(folder).filter((name) => name.endsWith('.vkey'));
  const [only] = beside;
  if (beside.length > 1) {
    throw new UsageError(
      `${beside.length} key files lie beside the bundle (${beside.join(', ')}). Name one with --key.`,
    );
  }
  return only === undefined ? undefined : keyFromFile(join(folder, only));
}

/** The bundle's own key: proves only that the bundle agrees with itself. Undefined when the file is not a bundle. */
export function embeddedKey(bytes: Uint8Array): FoundKey | undefined {
  try {
    const { vkey } = isAuditFile(bytes) ? readAuditFile(bytes) : readBundle(bytes);
    return { vkey, from: 'the file itself', embedded: true };
  } catch (cause) {
    if (cause instanceof BundleError) return undefined;
    throw cause;
  }
}
