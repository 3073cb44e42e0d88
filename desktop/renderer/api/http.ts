// One HTTP request to the server, checked on the way back. Owns the token, the error mapping and nothing about any endpoint.
import { z } from 'zod';
import { ApiError, Offline, SessionEnded, UnexpectedAnswer } from './errors.ts';

const problemSchema = z.object({
  title: z.string().default('The server refused.'),
  detail: z.string().default(''),
  code: z.string().default('unknown'),
  action: z.string().default(''),
  at: z.string().optional(),
});

export interface HttpOptions {
  /** Origin of the server, no trailing slash. */
  readonly serverUrl: string;
  /** The session token to send; null sends none. */
  readonly token: () => string | null;
  /** Called when the server answers 401 to a request that carried a token. */
  readonly onSessionEnded: () => void;
  /** Told after every request whether the server answered at all. */
  readonly onAnswer?: (answered: boolean) => void;
  readonly fetch?: typeof fetch;
  /** Milliseconds after which a request counts as not reaching the server. */
  readonly timeoutMs?: number;
}

export interface RequestOptions {
  readonly json?: unknown;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  /** Exact body text, for requests that must be repeated byte for byte. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | undefined>>;
}

export class Http {
  readonly #options: HttpOptions;
  readonly #fetch: typeof fetch;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
  }

  /** The checked JSON answer. @throws ApiError, Offline, SessionEnded or UnexpectedAnswer. */
  async json<T>(method: string, path: string, schema: z.ZodType<T>, options: RequestOptions = {}): Promise<T> {
    const response = await this.#send(method, path, options);
    let value: unknown;
    try {
      value = await response.json();
    } catch (error) {
      throw error instanceof SyntaxError ? new UnexpectedAnswer(path, error) : new Offline(error);
    }
    const checked = schema.safeParse(value);
    if (!checked.success) throw new UnexpectedAnswer(path, checked.error);
    return checked.data;
  }

  /** The answer's exact bytes. */
  async bytes(method: string, path: string, options: RequestOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const response = await this.#send(method, path, options);
    try {
      return new Uint8Array(await response.arrayBuffer());
    } catch (error) {
      throw new Offline(error);
    }
  }

  /** For answers without content. */
  async nothing(method: string, path: string, options: RequestOptions = {}): Promise<void> {
    await this.bytes(method, path, options);
  }

  async #send(method: string, path: string, options: RequestOptions): Promise<Response> {
    const url = new URL(`/api/v1${path}`, this.#options.serverUrl);
    for (const [name, value] of Object.entries(options.query ?? {}))
      if (value !== undefined) url.searchParams.set(name, value);
    const headers = new Headers(options.headers);
    const token = this.#options.token();
    if (token !== null) headers.set('authorization', `Bearer ${token}`);
    if (options.json !== undefined || options.text !== undefined) headers.set('content-type', 'application/json');
    else if (options.bytes !== undefined) headers.set('content-type', 'application/octet-stream');
    const body = options.json === undefined ? (options.text ?? options.bytes) : JSON.stringify(options.json);

    let response: Response;
    try {
      response = await this.#fetch(url, {
        method,
        headers,
        signal: AbortSignal.timeout(this.#options.timeoutMs ?? 30_000),
        cache: 'no-store',
        ...(body === undefined ? {} : { body }),
      });
    } catch (error) {
      this.#options.onAnswer?.(false);
      throw new Offline(error);
    }
    const failure = response.ok ? null : await this.#failure(response, path, token !== null);
    this.#options.onAnswer?.(!(failure instanceof Offline));
    if (failure === null) return response;
    throw failure;
  }

  async #failure(response: Response, path: string, hadToken: boolean): Promise<Error> {
    // A proxy in front of a stopped server answers these; the server itself says 503 with a code.
    if (response.status === 502 || response.status === 504) return new Offline(new Error(`status ${response.status}`));
    let value: unknown = {};
    try {
      value = await response.json();
    } catch (error) {
      if (!(error instanceof SyntaxError)) return new Offline(error);
    }
    const problem = problemSchema.safeParse(value);
    if (!problem.success) return new UnexpectedAnswer(path, problem.error);
    if (response.status === 401 && hadToken) {
      this.#options.onSessionEnded();
      return new SessionEnded();
    }
    const { at, ...rest } = problem.data;
    return new ApiError({ status: response.status, ...rest, ...(at === undefined ? {} : { at }) });
  }
}
