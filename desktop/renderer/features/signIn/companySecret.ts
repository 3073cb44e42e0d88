// The secret of one sign-in through the provider: kept in this tab while the browser is away, used once. Owns its place and its hash.

const PLACE = 'countersign.company-sign-in';

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');

export const companySecret = {
  /** A new secret of 256 bits and the SHA-256 that the server is told. */
  async make(): Promise<{ readonly secret: string; readonly challenge: string }> {
    const secret = base64url(crypto.getRandomValues(new Uint8Array(32)));
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret));
    // Session storage: this tab only, gone when it closes. It holds no data of the workspace.
    sessionStorage.setItem(PLACE, secret);
    return { secret, challenge: base64url(new Uint8Array(digest)) };
  },

  /** The secret of the sign-in that this tab began, once. */
  take(): string | null {
    const secret = sessionStorage.getItem(PLACE);
    sessionStorage.removeItem(PLACE);
    return secret;
  },
};
