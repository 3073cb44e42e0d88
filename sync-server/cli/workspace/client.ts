/** One person's command-line session with a workspace over its HTTP API. Owns the requests; must not print. */
import { toBase64 } from '@countersign/shared/history';
import type { EnrolledDevice, Problem, SignedIn, Workspace } from '@countersign/shared/protocol/api';
import type { LocalDevice } from '../../lifecycle/localDevice.ts';
import { companyAnswer } from './companySignIn.ts';
import type { Identity } from './identity.ts';
import { UsageError } from './usageError.ts';

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

/** What a proxy answers when nothing does behind it; from the server itself these come with a code. */
const BY_A_PROXY: readonly number[] = [502, 503, 504];

/** Says something to the person at the terminal, beside the command's output. */
export type Say = (text: string) => void;

export class WorkspaceClient {
  readonly url: string;
  readonly workspace: Workspace;
  /** Who is signed in; null for a program with a service token. */
  readonly userId: string | null;
  readonly #token: string;

  private constructor(url: string, workspace: Workspace, userId: string | null, token: string) {
    this.url = url;
    this.workspace = workspace;
    this.userId = userId;
    this.#token = token;
  }

  /** What the workspace at an address says of itself to anybody. @throws RefusedByServer, ServerNotReached */
  static async look(url: string): Promise<Workspace> {
    return (await answer(url, 'GET', '/workspace')).json as Workspace;
  }

  /** Signs in. @throws RefusedByServer, ServerNotReached, UsageError */
  static async signIn(url: string, workspace: Workspace, identity: Identity, say: Say): Promise<WorkspaceClient> {
    if (identity.kind !== 'demo') requirePrivateWay(url);
    if (identity.kind === 'token') return new WorkspaceClient(url, workspace, null, identity.token);
    const post = async <T>(path: string, body: unknown): Promise<T> =>
      (await answer(url, 'POST', path, { bytes: JSON.stringify(body), type: 'application/json' })).json as T;
    const through = async (): Promise<SignedIn> => {
      const ended = await companyAnswer(
        (asked) => post('/session/company', asked),
        (page) => say(`Open this address in your browser to sign in:\n${page}\n`),
      );
      return post('/session/company/finish', ended);
    };
    const { kind, ...account } = identity;
    const { token, user } = kind === 'company' ? await through() : await post<SignedIn>('/session', account);
    return new WorkspaceClient(url, workspace, user.id, token);
  }

  /** [CMD-3] Ends the session, so that none is left behind; a service token stays. @throws RefusedByServer, ServerNotReached */
  async signOut(): Promise<void> {
    if (this.userId !== null) await answer(this.url, 'DELETE', '/session', undefined, this.#headers());
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

/** [CMD-5] A password or token goes over https, or stays on this computer. @throws UsageError */
function requirePrivateWay(url: string): void {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)) return;
  throw new UsageError(`${url} would carry the password in clear. Give the server's https address.`);
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
  if (!response.ok) {
    const problem = problemOf(bytes);
    if (problem.code === undefined && BY_A_PROXY.includes(response.status))
      throw new ServerNotReached(
        `What stands before the server at ${url} answered ${response.status}: the server behind it does not answer. Look at its /readyz.`,
      );
    throw new RefusedByServer(response.status, problem);
  }
  return {
    bytes,
    get json() {
      return jsonOf(bytes, url);
    },
  };
}

function jsonOf(bytes: Uint8Array, url: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ServerNotReached(`What answers at ${url} is no Countersign server. Correct --server.`, { cause: error });
  }
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
