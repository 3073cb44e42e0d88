// Which pages may call the server. Owns the exact-match rule; a missing Origin is a program, not a page, and carries its own token.
import { isLoopback } from '../config/index.ts';

/** Origin of the packaged desktop app. */
export const APP_ORIGIN = 'app://countersign';

export class Origins {
  readonly #exact: ReadonlySet<string>;
  readonly #loopback: boolean;

  /** @param loopback whether the server listens on loopback only: then other loopback pages (the dev server) may call it. */
  constructor(own: readonly string[], allowed: readonly string[], loopback: boolean) {
    this.#exact = new Set([APP_ORIGIN, ...own, ...allowed]);
    this.#loopback = loopback;
  }

  /** Whether a request with this Origin header may go on. */
  allows(origin: string | undefined): boolean {
    if (origin === undefined) return true;
    if (this.#exact.has(origin)) return true;
    if (!this.#loopback || !URL.canParse(origin)) return false;
    const url = new URL(origin);
    // `new URL` forgives paths and upper case; an Origin header has neither.
    return url.protocol === 'http:' && url.origin === origin && isLoopback(url.hostname.replace(/^\[|\]$/g, ''));
  }
}
