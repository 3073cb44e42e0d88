// The address of a PostgreSQL database. Owns reading it and saying it without its password; must not connect.
import { StorageError } from '../errors.ts';

/** A database to connect to. `toString` and JSON never hold the password. */
export class DatabaseAddress {
  /** The whole address with its secret, for the driver alone. */
  readonly #url: string;
  /** `user@host:port/database`, for people and logs. */
  readonly shown: string;

  /** @throws StorageError `unreachable` when the text is no such address; the text itself is not repeated. */
  constructor(url: string) {
    const parsed = URL.canParse(url) ? new URL(url) : null;
    if (parsed === null || !['postgres:', 'postgresql:'].includes(parsed.protocol) || parsed.pathname.length < 2) {
      throw new StorageError(
        'unreachable',
        'The database address is not of the form postgres://USER:PASSWORD@HOST:PORT/DATABASE.',
        'Correct --database-url or COUNTERSIGN_DATABASE_URL.',
      );
    }
    this.#url = url;
    const user = parsed.username === '' ? '' : `${decodeURIComponent(parsed.username)}@`;
    const host = parsed.host === '' ? (parsed.searchParams.get('host') ?? 'localhost') : parsed.host;
    this.shown = `${user}${host}${parsed.pathname}`;
  }

  /** For the driver; never for a log. */
  secret(): string {
    return this.#url;
  }

  toString(): string {
    return this.shown;
  }

  toJSON(): string {
    return this.shown;
  }
}
