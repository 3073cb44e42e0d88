/** One person's command-line session with a workspace over its HTTP API. Owns the requests; must not print. */
import { toBase64 } from '@countersign/shared/history';
import type { EnrolledDevice, Problem, SignedIn, Workspace } from '@countersign/shared/protocol/api';
import type { LocalDevice } from '../../lifecycle/localDevice.ts';

/** The server refused, in its own words; `problem` has the code and the way on. */
export class RefusedByServer extends Error {
  override readonly name = 'RefusedByServer';
  readonly status: number;
  readonly problem: Partial<Problem>;

  constructor(status: number, problem: Partial<Problem>) {
    const { detail = `The server answered ${status}.`, at, action } = problem;
    super([at === undefined ? detail : `${at}: ${detail}`, action].filter((part) => part !== undefined).join(' '));
    this.status = status;
    this.problem = problem;
  }
}

/** Nothing answers at the address. */
export class ServerNotReached extends Error {
  override readonly name = 'ServerNotReached';
}

export class WorkspaceClient {
  readonly url: string;
  readonly workspace: Workspace;
  readonly userId: string;
  readonly #token: string;

  private constructor(url: string, workspace: Workspace, userId: string, token: string) {
    this.url = url;
    this.workspace = workspace;
    this.userId = userId;
    this.#token = token;
  }

  /** Signs in to a demo workspace, where accounts have no passwords. @throws RefusedByServer, ServerNotReached */
  static async signIn(url: string, userId: string): Promise<WorkspaceClient> {
    const workspace = (await answer(url, 'GET', '/workspace')).json as Workspace;
    const body = { bytes: JSON.stringify({ userId }), type: 'application/json' };
    const { token } = (await answer(url, 'POST', '/session', body)).json as SignedIn;
    return new WorkspaceClient(url, workspace, userId, token);
  }

  async get<T>(path: string): Promise<T> {
    return (await answer(this.url, 'GET', path, undefined, this.#headers())).json as T;
  }

  async bytes(path: string): Promise<Uint8Array> {
    return (await answer(this.url, 'GET', path, undefined, this.#headers())).bytes;
  }

  /** POSTs JSON and gives the answer's exact bytes: a preview is compared byte by byte. */
  async postForBytes(path: string, body: unknown): Promise<Uint8Array> {
    const sent = { bytes: JSON.stringify(body), type: 'application/json' };
    return (await answer(this.url, 'POST', path, sent, this.#headers())).bytes;
  }

  async post<T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<T> {
    const sent = body === undefined ? undefined : { bytes: JSON.stringify(body), type: 'application/json' };
    return (await answer(this.url, 'POST', path, sent, { ...this.#headers(), ...headers })).json as T;
  }

  async upload<T>(path: string, bytes: Uint8Array, fileName: string): Promise<T> {
    const sent = { bytes, type: 'application/octet-stream' };
    const headers = { ...this.#headers(), 'x-file-name': encodeURIComponent(fileName) };
    return (await answer(this.url, 'POST', path, sent, headers)).json as T;
  }

  /** Enrols the device, or finds it enrolled, and sets its command chain to where the log has it. */
  async enrol(device: LocalDevice, name: string): Promise<void> {
    const { commandEpoch, commandChain } = await this.post<EnrolledDevice>('/devices', {
      publicKey: toBase64(device.publicKey),
      name,
    });
    device.rewind(commandEpoch, { nextSeq: Number(commandChain.nextSeq), prevDev: commandChain.prevDev });
  }

  #headers(): Record<string, string> {
    return { authorization: `Bearer ${this.#token}` };
  }
}

interface Sent {
  readonly bytes: string | Uint8Array;
  readonly type: string;
}

async function answer(
  url: string,
  method: string,
  path: string,
  sent?: Sent,
  headers: Record<string, string> = {},
): Promise<{ bytes: Uint8Array; readonly json: unknown }> {
  let response: Response;
  try {
    response = await fetch(new URL(`/api/v1${path}`, url), {
      method,
      headers: { ...headers, ...(sent === undefined ? {} : { 'content-type': sent.type }) },
      ...(sent === undefined ? {} : { body: typeof sent.bytes === 'string' ? sent.bytes : new Uint8Array(sent.bytes) }),
    });
  } catch (cause) {
    throw new ServerNotReached(`No server answers at ${url}. Start it with "countersign serve", or correct --server.`, {
      cause,
    });
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (!response.ok) throw new RefusedByServer(response.status, problemOf(bytes));
  return {
    bytes,
    get json() {
      return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
    },
  };
}

function problemOf(bytes: Uint8Array): Partial<Problem> {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Partial<Problem>;
  } catch (error) {
    // A proxy's own page is no problem document; the status alone is then told.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
