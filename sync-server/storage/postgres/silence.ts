// Notices that a connection fell silent: the network forgot it, and neither side was told. Owns asking the database about one of its sessions; must
// not decide what a lost connection means.
import pg from 'pg';
import type { DatabaseAddress } from './address.ts';

/** A statement without an answer for this long is asked about, on a connection of its own. */
const QUIET_MS = 1500;
/** Between two questions; an answer that is on its way just now has arrived after it. */
const AGAIN_MS = 400;
const ASK_MS = 2000;

/** The database works on nothing for this connection, and yet no answer comes. */
class ConnectionSilent extends Error {
  override readonly name = 'ConnectionSilent';
}

type Session = 'works' | 'idle' | 'unknown';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class SilenceWatch {
  readonly #address: DatabaseAddress;

  constructor(address: DatabaseAddress) {
    this.#address = address;
  }

  /**
   * [NODE-17] The answer of a statement; slow ones are waited for as long as the database works on them.
   * @param session process id of the connection's session on the database server; null while it is not known, and then nobody is asked
   * @throws ConnectionSilent when the database says that it does not work on it. One that says nothing is slow, or away: then others look.
   */
  async answer<T>(session: number | null, statement: Promise<T>): Promise<T> {
    if (session === null) return statement;
    let over = false;
    let timer: NodeJS.Timeout | undefined;
    const silent = new Promise<never>((_resolve, reject) => {
      const look = (): void => {
        this.#isSilent(session).then((found) => {
          if (over) return;
          if (found) reject(new ConnectionSilent('The database works on nothing for this connection.'));
          else timer = setTimeout(look, QUIET_MS);
        }, reject);
      };
      timer = setTimeout(look, QUIET_MS);
    });
    try {
      return await Promise.race([statement, silent]);
    } finally {
      over = true;
      clearTimeout(timer);
    }
  }

  async #isSilent(session: number): Promise<boolean> {
    if ((await this.#ask(session)) !== 'idle') return false;
    await pause(AGAIN_MS);
    return (await this.#ask(session)) === 'idle';
  }

  async #ask(session: number): Promise<Session> {
    const client = new pg.Client({
      connectionString: this.#address.secret(),
      connectionTimeoutMillis: ASK_MS,
      query_timeout: ASK_MS,
      application_name: 'countersign watch',
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ state: string | null }>(
        'select state from pg_stat_activity where pid = $1',
        [session],
      );
      const [found] = rows;
      if (found === undefined) return 'idle';
      // Another user's sessions have no state for us.
      return found.state === null || found.state === 'active' ? 'works' : 'idle';
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return 'unknown';
    } finally {
      client.end().catch(() => undefined);
    }
  }
}
