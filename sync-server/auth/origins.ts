// Which pages may call the server, and by which names it is called. Owns both rules; a missing Origin is a program, not a page, and carries
// its own token.
import { isLoopback, type ServerConfig } from '../config/index.ts';

/** Origin of the packaged desktop app. */
export const APP_ORIGIN = 'app://countersign';

/** Addresses to listen on that stand for all of the machine's. */
const EVERY_ADDRESS = ['0.0.0.0', '::'];

type OriginSettings = Pick<ServerConfig, 'host' | 'allowedOrigins' | 'publicUrl' | 'nodeUrl'>;

export class Origins {
  readonly #exact: ReadonlySet<string>;
  readonly #public: URL | null;
  readonly #loopback: boolean;
  /** Names of this server besides the public one. */
  readonly #own: ReadonlySet<string>;

  constructor({ host, allowedOrigins, publicUrl, nodeUrl }: OriginSettings) {
    this.#public = publicUrl === undefined ? null : new URL(publicUrl);
    this.#exact = new Set([APP_ORIGIN, ...allowedOrigins, ...(this.#public === null ? [] : [this.#public.origin])]);
    this.#loopback = isLoopback(host);
    this.#own = new Set([host, ...(nodeUrl === undefined ? [] : [plain(new URL(nodeUrl).hostname)])]);
  }

  /** Whether people reach this server from elsewhere by a name that nobody gave it: then any name is taken for its own. */
  get isNameless(): boolean {
    return this.#public === null && !this.#loopback;
  }

  /** [AUTH-6] Whether a request with these headers may go on as far as its page is concerned. */
  allows(origin: string | undefined, host: string | undefined): boolean {
    if (origin === undefined || this.#exact.has(origin)) return true;
    // Where people know the server by one name, its own page is the one under that name and no other.
    if (this.#public !== null) return false;
    if (host !== undefined && (origin === `http://${host}` || origin === `https://${host}`)) return true;
    if (!this.#loopback || !URL.canParse(origin)) return false;
    const url = new URL(origin);
    // `new URL` forgives paths and upper case; an Origin header has neither.
    return url.protocol === 'http:' && url.origin === origin && isLoopback(plain(url.hostname));
  }

  /** [AUTH-6] Whether the server is called by a name of its own: a name that was rebound to its address is not one. */
  answersTo(host: string | undefined): boolean {
    if (this.isNameless) return true;
    const protocol = this.#public?.protocol ?? 'http:';
    if (host === undefined || !URL.canParse(`${protocol}//${host}`)) return false;
    const called = new URL(`${protocol}//${host}`);
    if (this.#public !== null && called.host === this.#public.host) return true;
    // Programs on this machine, proxies beside it, other nodes: no page can be under these names but one of theirs.
    const name = plain(called.hostname);
    return isLoopback(name) || this.#own.has(name) || EVERY_ADDRESS.includes(name);
  }
}

/** A host name without the brackets of an IPv6 address. */
function plain(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
