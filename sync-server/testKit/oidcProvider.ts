// A real OpenID provider for tests, with its own interaction pages, and somebody who goes through them. Owns no expectations.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Configuration } from 'oidc-provider';
import type { CompanyConfig } from '../config/index.ts';

export const OIDC_CLIENT = { clientId: 'countersign', clientSecret: 'a secret of the tests, long enough' };

/** Settings of a Countersign server that signs people in at this issuer. */
export function companySettings(issuer: string, rolesFile: string | null = null): CompanyConfig {
  return {
    issuer,
    ...OIDC_CLIENT,
    clientSecretFile: null,
    name: 'Example Login',
    scope: 'openid profile',
    rolesFile,
  };
}

export interface TestAccount {
  readonly name: string;
  readonly groups: readonly string[];
}

/** A provider on a port of its own. Its people are looked up in `accounts` at each sign-in, so that a test may change them. */
export class TestProvider {
  readonly issuer: string;
  readonly accounts = new Map<string, TestAccount>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async listen(): Promise<TestProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TestProvider(server);
  }

  /** Lets a Countersign server at this address sign people in. */
  register(serverUrl: string, more: Partial<Configuration> = {}): void {
    const provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: OIDC_CLIENT.clientId,
          client_secret: OIDC_CLIENT.clientSecret,
          redirect_uris: [`${serverUrl}/api/v1/session/company/callback`],
          post_logout_redirect_uris: [`${serverUrl}/`],
          grant_types: ['authorization_code', 'refresh_token'],
          response_types: ['code'],
        },
      ],
      pkce: { required: () => true },
      claims: { openid: ['sub'], profile: ['name', 'groups'] },
      cookies: { keys: ['of the tests'] },
      features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
      findAccount: (_context, sub) => ({
        accountId: sub,
        claims: async () => {
          const account = this.accounts.get(sub);
          return { sub, name: account?.name ?? sub, groups: [...(account?.groups ?? [])] };
        },
      }),
      ...more,
    });
    provider.on('server_error', (_context, error) => {
      throw error;
    });
    this.#server.on('request', provider.callback());
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A browser without a screen: keeps cookies and follows the provider's pages up to an address outside of it. */
export class HeadlessBrowser {
  readonly #cookies = new Map<string, string>();

  /** Opens an address, fills the provider's pages as `login`, and answers where the provider sent the browser in the end. */
  async through(start: string, provider: TestProvider, login: string): Promise<string> {
    let url = start;
    let form: URLSearchParams | null = null;
    for (let step = 0; step < 20; step += 1) {
      const answer: Response = await fetch(url, {
        method: form === null ? 'GET' : 'POST',
        redirect: 'manual',
        headers: { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
        ...(form === null ? {} : { body: form }),
      });
      for (const cookie of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        if (value === '') this.#cookies.delete(name);
        else this.#cookies.set(name, value);
      }
      form = null;
      const location = answer.headers.get('location');
      if (location !== null) {
        url = new URL(location, url).href;
        if (!url.startsWith(provider.issuer)) return url;
        continue;
      }
      const page = await answer.text();
      if (answer.status !== 200) throw new Error(`the provider answered ${answer.status}: ${page.slice(0, 400)}`);
      const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
      if (action === undefined || prompt === undefined) throw new Error(`a page without a form: ${page.slice(0, 400)}`);
      url = new URL(action, url).href;
      form = new URLSearchParams(prompt === 'login' ? { prompt, login, password: 'any' } : { prompt });
    }
    throw new Error('the provider sent the browser round in circles');
  }
}
