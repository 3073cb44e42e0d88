// One signed-in person without a screen: asks the server over HTTP as a script would. Owns the session; stories own expectations.
import type { Server } from './server.ts';

/** Members of a problem document (RFC 9457) that tests look at. */
export interface ProblemWords {
  readonly title?: string;
  readonly status?: number;
  readonly detail?: string;
  readonly code?: string;
  readonly at?: string;
  readonly action?: string;
}

export interface Answered {
  readonly status: number;
  readonly type: string;
  readonly bytes: Buffer;
  json<T>(): T;
}

interface Asked {
  readonly json?: unknown;
  readonly bytes?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

interface VersionOf {
  readonly versionId: string;
  readonly state: string;
}

export class Caller {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  static async signIn(server: Server, userId: string): Promise<Caller> {
    const anonymous = new Caller(server.url, '');
    const { token } = (await anonymous.ask('POST', '/session', { json: { userId } })).json<{ token: string }>();
    return new Caller(server.url, token);
  }

  /** The answer whatever its status. */
  async ask(method: string, path: string, asked: Asked = {}): Promise<Answered> {
    const body = asked.json === undefined ? asked.bytes : JSON.stringify(asked.json);
    const answer = await fetch(`${this.#url}/api/v1${path}`, {
      method,
      headers: {
        ...(this.#token === '' ? {} : { authorization: `Bearer ${this.#token}` }),
        ...(asked.json === undefined ? {} : { 'content-type': 'application/json' }),
        ...asked.headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    return {
      status: answer.status,
      type: answer.headers.get('content-type') ?? '',
      bytes,
      json: <T>() => JSON.parse(bytes.toString()) as T,
    };
  }

  /** Id of the newest version of a document, by the number people know it by. */
  async newest(number: string): Promise<string> {
    const contracts = (await this.ask('GET', '/contracts')).json<{ number: string; versions: VersionOf[] }[]>();
    const found = contracts.find((contract) => contract.number === number)?.versions.at(-1);
    if (found === undefined) throw new Error(`The workspace has no ${number}.`);
    return found.versionId;
  }

  /** Hash of everything a version says: equal before and after means that nothing was written. */
  async contentHash(versionId: string): Promise<string> {
    return (await this.ask('GET', `/versions/${versionId}`)).json<{ contentHash: string }>().contentHash;
  }
}
