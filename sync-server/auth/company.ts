// Sign-in through the company's OpenID provider: authorization code with PKCE, state and nonce (SECURITY §6). Owns the way from the
// app to the provider and back, and who the person is then; must not know HTTP routes or pages.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as oidc from 'openid-client';
import { type CompanyConfig, ConfigError } from '../config/index.ts';
import { KeyedMutex } from '../keyedMutex.ts';
import type { Storage } from '../storage/index.ts';
import type { Log } from '../telemetry/index.ts';
import { AccountFault } from './accountFault.ts';
import type { StartedSession } from './accounts.ts';
import { callerAddress } from './callerAddress.ts';
import { CompanyWatch, type HeldGrant, type Vouching } from './companyWatch.ts';
import { GroupRoles } from './groupRoles.ts';
import { OneUse } from './oneUse.ts';
import type { People } from './people.ts';
import type { Sessions } from './sessions.ts';

const CALLBACK = '/api/v1/session/company/callback';
/** Time at the provider: a person may have to find a second factor. */
const ATTEMPT_MS = 10 * 60_000;
/** Time between the provider's answer and the app's: the browser goes there by itself. */
const HANDOFF_MS = 60_000;
const PROVIDER_TIMEOUT_S = 10;
/** How often each session is asked about, where the settings say nothing. */
const RECHECK_MINUTES = 15;

interface Attempt {
  readonly verifier: string;
  readonly nonce: string;
  readonly challenge: string;
  readonly returnTo: string;
  readonly publicUrl: string;
}

interface Handoff {
  readonly challenge: string;
  readonly userId: string;
  readonly idToken: string;
  readonly grant: HeldGrant;
}

export interface CompanyOptions {
  readonly config: CompanyConfig;
  readonly storage: Storage;
  readonly people: People;
  readonly sessions: Sessions;
  readonly log: Log;
  /** Unix milliseconds. */
  readonly now: () => number;
}

type Claims = Readonly<Record<string, unknown>>;

export class Company {
  readonly name: string;
  readonly #options: CompanyOptions;
  readonly #secret: string | null;
  readonly #groups: GroupRoles | null;
  readonly #attempts: OneUse<Attempt>;
  readonly #handoffs: OneUse<Handoff>;
  /** People are taken up one after the other, so that two sign-ins of a new one make one person. */
  readonly #taking = new KeyedMutex();
  readonly watch: CompanyWatch;
  #discovered: Promise<oidc.Configuration> | null = null;

  /** Reads the files that the settings name. @throws ConfigError */
  constructor(options: CompanyOptions) {
    const { config, now } = options;
    this.#options = options;
    this.name = config.name;
    this.#secret = secretOf(config);
    this.#groups = config.rolesFile === null ? null : GroupRoles.read(config.rolesFile);
    this.#attempts = new OneUse(ATTEMPT_MS, now);
    this.#handoffs = new OneUse(HANDOFF_MS, now);
    this.watch = new CompanyWatch({
      ...options,
      ask: (grant) => this.#vouching(grant),
      everyMs: (config.recheckMinutes ?? RECHECK_MINUTES) * 60_000,
    });
  }

  /** Whether the provider's groups decide about roles, so that nobody changes them here. */
  get decidesRoles(): boolean {
    return this.#groups !== null;
  }

  /** [AUTH-22] The provider's address for one sign-in. `challenge` binds the end to whoever begins, at `address`. @throws AccountFault */
  async begin(
    asked: { readonly challenge: string; readonly returnTo: string },
    publicUrl: string,
    address: string,
  ): Promise<string> {
    const configuration = await this.#configuration();
    const verifier = oidc.randomPKCECodeVerifier();
    const nonce = oidc.randomNonce();
    const state = this.#attempts.put({ ...asked, verifier, nonce, publicUrl }, callerAddress(address));
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: publicUrl + CALLBACK,
      scope: this.#options.config.scope,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    return url.href;
  }

  /** [AUTH-23] Takes the provider's answer; resolves to where the browser goes, with a one-use code or the reason that there is none. */
  async callback(query: string): Promise<string> {
    const answer = new URLSearchParams(query);
    const state = answer.get('state') ?? '';
    const attempt = this.#attempts.take(state);
    if (attempt === null) return '/#/signed-in?refused=expired';
    const back = (outcome: string): string =>
      attempt.returnTo === 'page' ? `/#/signed-in?${outcome}` : `${attempt.returnTo}?${outcome}`;
    if (answer.has('error')) {
      this.#options.log.warn('the company’s provider refused a sign-in', { error: answer.get('error') ?? '' });
      return back('refused=denied');
    }
    try {
      const person = await this.#personOf(attempt, state, query);
      return back(`code=${this.#handoffs.put({ ...person, challenge: attempt.challenge }, person.userId)}`);
    } catch (error) {
      // Whatever was wrong with the answer, nobody is signed in by it; the reason is for the operator, not for a page.
      this.#options.log.error('the company’s provider gave an answer that could not be used', error);
      return back('refused=provider');
    }
  }

  /** [AUTH-24] Ends the sign-in: the code that came back, and the secret behind the challenge. @throws AccountFault */
  async finish(code: string, secret: string): Promise<StartedSession> {
    const handoff = this.#handoffs.take(code);
    const challenge = createHash('sha256').update(secret).digest('base64url');
    if (handoff === null || handoff.challenge !== challenge) {
      throw new AccountFault(
        'code',
        'This sign-in was begun elsewhere, was used already, or is too old.',
        'Begin the sign-in again.',
      );
    }
    const { userId, idToken, grant } = handoff;
    const started = await this.#options.sessions.start(userId, { way: 'company', idToken });
    this.watch.hold(started.signIn.sessionId, grant);
    return { userId, ...started };
  }

  /** [AUTH-26] Where to end the session at the provider too; null when the provider has no such place or is not there. */
  async endUrl(idToken: string, publicUrl: string): Promise<string | null> {
    try {
      const configuration = await this.#configuration();
      if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
      const end = { id_token_hint: idToken, post_logout_redirect_uri: `${publicUrl}/` };
      return oidc.buildEndSessionUrl(configuration, end).href;
    } catch (error) {
      if (!(error instanceof AccountFault)) throw error;
      return null;
    }
  }

  async #personOf(attempt: Attempt, state: string, query: string): Promise<Omit<Handoff, 'challenge'>> {
    const configuration = await this.#configuration();
    // The exact address that was registered, whatever the request came in through.
    const tokens = await oidc.authorizationCodeGrant(
      configuration,
      new URL(`${attempt.publicUrl}${CALLBACK}?${query}`),
      { pkceCodeVerifier: attempt.verifier, expectedState: state, expectedNonce: attempt.nonce, idTokenExpected: true },
    );
    const claims = tokens.claims();
    if (claims === undefined || tokens.id_token === undefined) throw new Error('the provider gave no ID token');
    // The library looks at the party only where a token is for several.
    if (claims.azp !== undefined && claims.azp !== this.#options.config.clientId)
      throw new Error('the ID token was given to another party');
    const known = configuration.serverMetadata().userinfo_endpoint !== undefined;
    const more = known ? await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub) : {};
    const all = { ...more, ...claims };
    const userId = await this.#take(claims.iss, claims.sub, all, this.#groups?.rolesOf(all) ?? null);
    const { access_token: accessToken, refresh_token: refreshToken = null } = tokens;
    return {
      userId,
      idToken: tokens.id_token,
      grant: { issuer: claims.iss, subject: claims.sub, refreshToken, accessToken },
    };
  }

  /** [AUTH-27] Asks the provider whether it still knows somebody; roles follow what it says of their groups now. */
  async #vouching(grant: HeldGrant): Promise<Vouching> {
    try {
      const configuration = await this.#configuration();
      const tokens =
        grant.refreshToken === null ? null : await oidc.refreshTokenGrant(configuration, grant.refreshToken);
      const told = tokens?.claims();
      // OpenID Connect Core §12.2: the same person, or it is no answer about this session.
      if (told !== undefined && (told.iss !== grant.issuer || told.sub !== grant.subject)) return { says: 'no' };
      const accessToken = tokens?.access_token ?? grant.accessToken;
      const asked = configuration.serverMetadata().userinfo_endpoint !== undefined;
      if (tokens === null && !asked) return { says: 'nothing' };
      const more = asked ? await oidc.fetchUserInfo(configuration, accessToken, grant.subject) : {};
      const claims = { ...more, ...told };
      // An answer that is silent about groups takes none away.
      const roles = this.#groups?.isTold(claims) === true ? this.#groups.rolesOf(claims) : null;
      await this.#take(grant.issuer, grant.subject, claims, roles);
      return {
        says: 'yes',
        grant: { ...grant, accessToken, refreshToken: tokens?.refresh_token ?? grant.refreshToken },
      };
    } catch (error) {
      if (error instanceof oidc.ResponseBodyError && error.error === 'invalid_grant') return { says: 'no' };
      // A person stays for a while when the provider cannot be asked; why, the operator reads in the log.
      this.#options.log.warn('the company’s provider did not answer for a session', {
        reason: error instanceof Error ? error.name : typeof error,
      });
      return { says: 'nothing' };
    }
  }

  /** [AUTH-25] The person behind issuer and subject: known, or new. Nobody is matched by e-mail, which providers let people choose. */
  #take(issuer: string, subject: string, claims: Claims, roles: readonly string[] | null): Promise<string> {
    return this.#taking.run(`${issuer}\n${subject}`, () => this.#takeNow(issuer, subject, claims, roles));
  }

  async #takeNow(issuer: string, subject: string, claims: Claims, roles: readonly string[] | null): Promise<string> {
    const { storage, people } = this.#options;
    const known = await storage.identity.identity(issuer, subject);
    const userId = known?.userId ?? userIdOf(issuer, subject);
    const name = nameOf(claims);
    if (people.user(userId) === null) await people.putUser({ id: userId, name: name ?? userId, roles: [], says: '' });
    else if (name !== null) await people.rename(userId, name);
    if (known === null) await storage.identity.putIdentity({ issuer, subject, userId });
    if (roles !== null) await this.#follow(userId, roles);
    return userId;
  }

  async #follow(userId: string, wanted: readonly string[]): Promise<void> {
    const { people } = this.#options;
    const held = people.user(userId)?.roles ?? [];
    // Taken first: nobody holds two sets of roles even for a moment.
    for (const role of held) if (!wanted.includes(role)) await people.changeRole(userId, 'revoke', role);
    for (const role of wanted) await people.changeRole(userId, 'grant', role);
  }

  /** What the provider says about itself, asked at the first sign-in and again after a failure. @throws AccountFault */
  async #configuration(): Promise<oidc.Configuration> {
    const { config, log } = this.#options;
    this.#discovered ??= this.#discover();
    try {
      return await this.#discovered;
    } catch (error) {
      this.#discovered = null;
      log.error('the company’s provider could not be asked', error, { issuer: config.issuer });
      throw new AccountFault(
        'provider',
        `${config.name} cannot be reached, so nobody can sign in through it now.`,
        'Try again in a minute; if it stays, an admin finds the reason in the server’s log.',
      );
    }
  }

  #discover(): Promise<oidc.Configuration> {
    const { issuer, clientId } = this.#options.config;
    const server = new URL(issuer);
    const auth = this.#secret === null ? oidc.None() : oidc.ClientSecretBasic(this.#secret);
    // [AUTH-23] Without being asked the library believes the connection and checks no signature.
    const execute = [oidc.enableNonRepudiationChecks];
    // Plain http was let through by the settings on this machine only.
    if (server.protocol === 'http:') execute.push(oidc.allowInsecureRequests);
    return oidc.discovery(server, clientId, undefined, auth, { execute, timeout: PROVIDER_TIMEOUT_S });
  }
}

function secretOf({ clientSecret, clientSecretFile }: CompanyConfig): string | null {
  if (clientSecretFile === null) return clientSecret;
  try {
    return readFileSync(clientSecretFile, 'utf8').trim();
  } catch (error) {
    throw new ConfigError(`--oidc-client-secret-file: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The same person gets the same id in a workspace that was set up anew; the id tells nothing about them. */
function userIdOf(issuer: string, subject: string): string {
  return `u-${createHash('sha256').update(`${issuer}\n${subject}`).digest('hex').slice(0, 16)}`;
}

function nameOf(claims: Claims): string | null {
  for (const claim of ['name', 'preferred_username', 'email']) {
    const value = claims[claim];
    if (typeof value !== 'string') continue;
    // [AUTH-37] What is no name here is no name because a provider says so.
    const shown = value.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/gu, '').trim();
    if (shown !== '') return shown.slice(0, 120);
  }
  return null;
}
