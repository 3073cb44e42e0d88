// People with a device and a session that outlive every crash. Owns their HTTP calls; must not hold a socket.
import { randomBytes } from 'node:crypto';
import { toBase64 } from '@countersign/shared/history';
import { deviceIdOf, SigningKey } from '../sync-server/history/index.ts';

/** Longest wait for one answer; a server that is stopped takes connections and answers nothing. */
const PATIENCE_MS = 10_000;

/** Nobody answered, or the server said that it cannot now. The same question may be asked again. */
export class ServerAway extends Error {
  override readonly name = 'ServerAway';
}

interface Workspace {
  readonly id: string;
  readonly vkey: string;
  readonly origin: string;
}

/** A signed-in person on one version. */
export class Member {
  readonly userId: string;
  readonly versionId: string;
  readonly deviceId: string;
  readonly vkey: string;
  readonly origin: string;
  readonly signer: { readonly ws: string; readonly user: string; readonly dev: string; readonly key: SigningKey };
  readonly #token: string;

  private constructor(userId: string, versionId: string, token: string, key: SigningKey, workspace: Workspace) {
    this.userId = userId;
    this.versionId = versionId;
    this.#token = token;
    this.deviceId = deviceIdOf(key.publicKey);
    this.vkey = workspace.vkey;
    this.origin = workspace.origin;
    this.signer = { ws: workspace.id, user: userId, dev: this.deviceId, key };
  }

  /** Signs a demo person in and enrols a new device. */
  static async enrol(url: string, userId: string, versionId: string): Promise<Member> {
    const workspace = await call<Workspace>('GET', `${url}/api/v1/workspace`);
    const { token } = await call<{ token: string }>('POST', `${url}/api/v1/session`, { userId });
    const key = new SigningKey(randomBytes(32));
    const member = new Member(userId, versionId, token, key, workspace);
    await member.post(url, '/devices', { publicKey: toBase64(key.publicKey), name: 'Torture' });
    return member;
  }

  post<T>(url: string, path: string, body?: unknown): Promise<T> {
    return call('POST', `${url}/api/v1${path}`, body, this.#token);
  }

  get<T>(url: string, path: string): Promise<T> {
    return call('GET', `${url}/api/v1${path}`, undefined, this.#token);
  }

  async consistency(url: string, from: number, to: number): Promise<readonly string[]> {
    return (await this.get<{ proof: string[] }>(url, `/log/consistency?from=${from}&to=${to}`)).proof;
  }
}

async function call<T>(method: string, url: string, body?: unknown, token?: string): Promise<T> {
  const headers: Record<string, string> = {};
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  const response = await fetch(url, {
    method,
    headers,
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw new ServerAway(`${method} ${new URL(url).pathname} was not answered`, { cause: error });
  });
  const text = await response.text().catch((error: unknown) => {
    throw new ServerAway(`the answer to ${method} ${new URL(url).pathname} broke off`, { cause: error });
  });
  const said = `${method} ${new URL(url).pathname} answered ${response.status}: ${text.slice(0, 200)}`;
  if (response.status === 503) throw new ServerAway(said);
  if (!response.ok) throw new Error(said);
  return JSON.parse(text) as T;
}
