// What an error of the PostgreSQL driver means. Owns the classes of its codes; must not decide what to do about them.
import { StorageError } from '../errors.ts';
import type { DatabaseAddress } from './address.ts';

const UNIQUE_VIOLATION = '23505';
const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK = '40P01';
/** Shutdowns, crashes of the server, and class 08: the connection is gone although an error arrived. */
const CONNECTION_GONE = /^(57P0[1-5]|08\w{3}|25P0[34])$/;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** An error that the server itself sent says how grave it is; one of the socket does not. */
const isFromServer = (error: unknown): boolean => error instanceof Error && 'severity' in error;

/** Whether PostgreSQL refused a row because its key exists. */
export const isPostgresUniqueViolation = (error: unknown): boolean => codeOf(error) === UNIQUE_VIOLATION;

/** Whether two waited for each other and this one was let go: what it asked for may be asked again. */
export const isDeadlock = (error: unknown): boolean => codeOf(error) === DEADLOCK;

/** Whether the connection cannot be used any more. */
export const isConnectionLoss = (error: unknown): boolean =>
  !isFromServer(error) || CONNECTION_GONE.test(codeOf(error));

/** The connection broke; what was being read or written is not. */
export function cutOff(address: DatabaseAddress, cause: unknown): StorageError {
  return new StorageError(
    'cutOff',
    `The connection to the database ${address} broke. Nothing was changed.`,
    'The server connects again by itself; look at the database server if it stays away.',
    cause,
  );
}

/** Why a database could not be opened, with what to do about it. */
export function openFault(address: DatabaseAddress, error: unknown): unknown {
  if (error instanceof StorageError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  if (code === '28P01' || code === '28000') {
    return new StorageError(
      'password',
      `The database ${address} refused the sign-in. Nothing was changed.`,
      'Correct user and password in --database-url or COUNTERSIGN_DATABASE_URL.',
      error,
    );
  }
  if (code === '3D000') {
    return new StorageError('unreachable', `There is no database ${address}.`, 'Make it with CREATE DATABASE.', error);
  }
  if (code === '42501' || code === '3F000') {
    return new StorageError(
      'rights',
      `The database user of ${address} may not do what the server needs: ${reason}.`,
      'Make the user the owner of the database, or grant CREATE and USAGE on its schema.',
      error,
    );
  }
  if (code === LOCK_NOT_AVAILABLE) {
    return new StorageError(
      'unreachable',
      `The tables of ${address} have to be changed for this version, and somebody reads them for long. Nothing was changed.`,
      'Start again when the backup or check that reads them has ended.',
      error,
    );
  }
  if (isFromServer(error) && !CONNECTION_GONE.test(code) && code !== '53300') return error;
  return new StorageError(
    'unreachable',
    `The database ${address} cannot be reached: ${reason || code}.`,
    'Start the database server, or correct --database-url.',
    error,
  );
}
