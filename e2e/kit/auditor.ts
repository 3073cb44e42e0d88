// Reads the workspace over HTTP as its auditor, to check what the screens say against what the server keeps.
import type { Server } from './server.ts';

interface LoggedChange {
  readonly row: string;
  readonly field: string;
  readonly to: string | null;
}

export class AuditorDesk {
  readonly #url: string;
  readonly #token: string;

  private constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  static async open(server: Server): Promise<AuditorDesk> {
    const answer = await fetch(`${server.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userId: 'u-auditor' }),
    });
    const { token } = (await answer.json()) as { token: string };
    return new AuditorDesk(server.url, token);
  }

  async get<T>(path: string): Promise<T> {
    const answer = await fetch(`${this.#url}/api/v1${path}`, { headers: { authorization: `Bearer ${this.#token}` } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** How many log entries set this field of the named row to this value. */
  async timesWritten(row: string, field: string, to: string): Promise<number> {
    const { entries } = await this.get<{ entries: { kind: string; changes: LoggedChange[] }[] }>('/log?limit=200');
    return entries
      .filter(({ kind }) => kind === 'edit')
      .flatMap(({ changes }) => changes)
      .filter((change) => change.row === row && change.field === field && change.to === to).length;
  }
}
