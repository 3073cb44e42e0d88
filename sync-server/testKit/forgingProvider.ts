// An OpenID provider of tests whose ID tokens say whatever a test wants. Owns no expectations; honest sign-ins are oidcProvider.ts's.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

/** What the token endpoint answers, made from the issuer and the nonce of the sign-in under way. */
export type MakeToken = (forge: ForgingProvider, nonce: string) => Promise<string>;

export class ForgingProvider {
  readonly issuer: string;
  /** The ID token of the next answers. */
  make: MakeToken = (forge, nonce) => forge.sign(forge.claims(nonce));
  /** The nonce of the sign-in under way. */
  nonce = '';
  readonly #server: Server;
  #keys: { readonly kid: string; readonly pair: KeyPair };

  private constructor(server: Server, keys: ForgingProvider['keys']) {
    this.#server = server;
    this.#keys = keys;
    this.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      this.#answer(request.url ?? '').then(
        (body) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
  }

  static async listen(): Promise<ForgingProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ForgingProvider(server, { kid: 'first', pair: await generateKeyPair('RS256') });
  }

  get keys() {
    return this.#keys;
  }

  /** Another key from now on; the one before is not told of any more. */
  async rotate(kid: string): Promise<void> {
    this.#keys = { kid, pair: await generateKeyPair('RS256') };
  }

  /** What an honest token says. */
  claims(nonce: string, more: JWTPayload = {}): JWTPayload {
    const now = Math.floor(Date.now() / 1000);
    return { iss: this.issuer, sub: 'ann', aud: 'countersign', iat: now, exp: now + 300, nonce, name: 'Ann', ...more };
  }

  /** Signed by the key of the moment, or by another one under its name. */
  sign(claims: JWTPayload, key: KeyPair['privateKey'] = this.#keys.pair.privateKey): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: this.#keys.kid }).sign(key);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(path: string): Promise<unknown> {
    if (path === '/.well-known/openid-configuration')
      return {
        issuer: this.issuer,
        authorization_endpoint: `${this.issuer}/authorize`,
        token_endpoint: `${this.issuer}/token`,
        jwks_uri: `${this.issuer}/jwks`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        // Some providers say so; it is no reason to believe a token that nobody signed.
        id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
      };
    if (path === '/jwks') {
      const { kid, pair } = this.#keys;
      return { keys: [{ ...(await exportJWK(pair.publicKey)), kid, use: 'sig', alg: 'RS256' }] };
    }
    if (path === '/token')
      return {
        access_token: 'of the tests',
        token_type: 'Bearer',
        refresh_token: 'of the tests',
        id_token: await this.make(this, this.nonce),
      };
    throw new Error(`nothing at ${path}`);
  }
}
