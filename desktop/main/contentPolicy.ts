// The content security policy of the app window (DESIGN §11.20). Owns the header's text; must not know Electron.

/** Placeholder in the built index.html that every served copy replaces by its own nonce. */
export const NONCE_PLACEHOLDER = '__CSP_NONCE__';

/**
 * The policy for one page load.
 * @param nonce fresh per response; AG Grid and AG Charts put it on their style elements
 * @param serverUrl the one sync server the page may talk to, e.g. `http://127.0.0.1:4810`
 */
export function contentSecurityPolicy(nonce: string, serverUrl: string): string {
  const http = new URL(serverUrl);
  const socket = `${http.protocol === 'https:' ? 'wss:' : 'ws:'}//${http.host}`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src-elem 'self' 'nonce-${nonce}'`,
    "style-src-attr 'none'",
    "font-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${http.origin} ${socket}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
