// Settings of sign-in through the company's provider. Owns their names and checks; reading the files they name is auth/company's.
import { resolve } from 'node:path';
import { ConfigError } from './configError.ts';

export interface CompanyConfig {
  readonly issuer: string;
  readonly clientId: string;
  /** From the environment; the file is read when the server starts. */
  readonly clientSecret: string | null;
  readonly clientSecretFile: string | null;
  /** What the sign-in button calls the provider. */
  readonly name: string;
  readonly scope: string;
  /** Which groups have which roles; null leaves roles to admins. */
  readonly rolesFile: string | null;
  /** Minutes after which the provider is asked about a session again. */
  readonly recheckMinutes?: number;
}

type Values = Readonly<
  Partial<
    Record<
      | 'oidc-issuer'
      | 'oidc-client-id'
      | 'oidc-client-secret-file'
      | 'oidc-name'
      | 'oidc-scope'
      | 'oidc-roles'
      | 'oidc-recheck-minutes',
      string | undefined
    >
  >
>;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** An https address; plain http is let through on this machine only, for trials and tests. */
function secureUrl(name: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
  if (url === null || !secure || url.username !== '' || url.hash !== '' || url.search !== '') {
    throw new ConfigError(`${name} is “${text}”. Give an https address such as https://login.example.com.`);
  }
  return url;
}

/** Origin of the server as people know it. @throws ConfigError */
export function publicUrlOf(text: string): string {
  const url = secureUrl('--public-url', text);
  if (url.pathname !== '/') throw new ConfigError(`--public-url is “${text}”. Give it without a path.`);
  return url.origin;
}

/** [AUTH-21] What the `--oidc-…` options say together. @throws ConfigError */
export function companySettings(
  values: Values,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly company?: CompanyConfig } {
  const issuer = values['oidc-issuer'];
  if (issuer === undefined) {
    const lonely = Object.entries(values).find(([name, value]) => name.startsWith('oidc-') && value !== undefined);
    if (lonely !== undefined) throw new ConfigError(`--${lonely[0]} needs --oidc-issuer.`);
    return {};
  }
  const clientId = values['oidc-client-id'];
  if (clientId === undefined || clientId === '') {
    throw new ConfigError('--oidc-issuer needs --oidc-client-id: the name that the provider gave this server.');
  }
  const { hostname } = secureUrl('--oidc-issuer', issuer);
  const minutes = values['oidc-recheck-minutes'];
  if (minutes !== undefined && !/^[1-9]\d{0,3}$/.test(minutes)) {
    throw new ConfigError(`--oidc-recheck-minutes is “${minutes}”. Give a whole number from 1 to 9999.`);
  }
  const secretFile = values['oidc-client-secret-file'];
  const rolesFile = values['oidc-roles'];
  const scope = values['oidc-scope'] ?? 'openid profile email';
  if (!scope.split(' ').includes('openid')) throw new ConfigError('--oidc-scope needs the scope openid.');
  return {
    company: {
      issuer,
      clientId,
      clientSecret: environment.COUNTERSIGN_OIDC_CLIENT_SECRET ?? null,
      clientSecretFile: secretFile === undefined ? null : resolve(secretFile),
      name: values['oidc-name'] ?? hostname,
      scope,
      rolesFile: rolesFile === undefined ? null : resolve(rolesFile),
      ...(minutes === undefined ? {} : { recheckMinutes: Number(minutes) }),
    },
  };
}
