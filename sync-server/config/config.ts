// Settings of one server. Owns names, defaults and their checks; must not read files or open anything.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DatabaseAddress, StorageError } from '../storage/index.ts';
import { type CompanyConfig, companySettings, publicUrlOf } from './company.ts';
import { ConfigError } from './configError.ts';

const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface ServerConfig {
  readonly dataDir: string;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Demo accounts and demo data; on loopback only. */
  readonly demo: boolean;
  readonly sessionMinutes: number;
  readonly logLevel: LogLevel;
  /** Log as JSON lines. */
  readonly json: boolean;
  /** Folder of the built app to serve; null serves none. */
  readonly appDir: string | null;
  /** Origins besides the server's own that may call it from a page. */
  readonly allowedOrigins: readonly string[];
  /** The PostgreSQL database that holds the workspace; absent for the data folder's own. */
  readonly database?: DatabaseAddress;
  /** Where other nodes reach this one; absent for the address it listens on. */
  readonly nodeUrl?: string;
  /** The company's OpenID provider; absent for workspaces with local accounts only. */
  readonly company?: CompanyConfig;
  /** Where people reach this server, e.g. through a proxy; absent for the address it listens on. */
  readonly publicUrl?: string;
  /** Believe a proxy's `X-Forwarded-*` headers. */
  readonly trustProxy?: boolean;
}

export const DEFAULTS = {
  dataDir: 'countersign-data',
  host: '127.0.0.1',
  port: 8750,
  sessionMinutes: 720,
  logLevel: 'info',
} as const;

/** Whether an address to listen on can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) {
    throw new ConfigError(`${name} is “${text}”. Give a whole number from ${least} to ${most}.`);
  }
  return value;
}

/** Checks that settings may stand together. @throws ConfigError */
export function checkConfig(config: ServerConfig): ServerConfig {
  if (config.demo && !isLoopback(config.host)) {
    throw new ConfigError(
      `Demo accounts have no passwords, so --demo works on 127.0.0.1 only, not on ${config.host}. Leave --host out, or use --empty.`,
    );
  }
  return config;
}

export const SERVE_HELP = `Usage: countersign serve [options]

  --data DIR            data folder (default ${DEFAULTS.dataDir})
  --database-url URL    PostgreSQL database that holds the workspace, postgres://USER:PASSWORD@HOST:PORT/DATABASE
                        (or COUNTERSIGN_DATABASE_URL, which keeps the password off the process list); the data folder
                        then holds this node's keys. Several nodes may share one database
  --node-url URL        where the other nodes reach this one (default: the address it listens on)
  --host ADDRESS        address to listen on (default ${DEFAULTS.host})
  --port NUMBER         port, 0 for any free one (default ${DEFAULTS.port})
  --demo                demo accounts and demo data in a new folder; on 127.0.0.1 only
  --empty               no demo accounts and no demo data (default)
  --session-minutes N   how long a sign-in lasts (default ${DEFAULTS.sessionMinutes})
  --app DIR             folder of the built app to serve (default: the one of this project, when built)
  --allow-origin URL    another page origin that may call the server; may be given several times
  --public-url URL      where people reach this server, when that is not the address it listens on
  --trust-proxy         believe the X-Forwarded headers of a proxy in front of this server
  --oidc-issuer URL     sign in through this OpenID provider
  --oidc-client-id ID   this server's name at the provider; the redirect address to register there is
                        PUBLIC-URL/api/v1/session/company/callback
  --oidc-client-secret-file FILE
                        the client's secret, alone in a file (or COUNTERSIGN_OIDC_CLIENT_SECRET)
  --oidc-name NAME      what the sign-in button calls the provider (default: its host)
  --oidc-scope SCOPE    scopes to ask for (default openid profile email)
  --oidc-roles FILE     JSON: {"claim": "groups", "roles": {"GROUP": ["editor", …]}}; roles then follow the groups
  --oidc-recheck-minutes N
                        how often the provider is asked whether it still knows who is signed in (default 15)
  --log-level LEVEL     ${LOG_LEVELS.join(', ')} (default ${DEFAULTS.logLevel})
  --json                log as JSON lines

The environment variable OTEL_EXPORTER_OTLP_ENDPOINT sends traces. Exit codes: 0 stopped when told to; 64 wrong command line; 65 data is
damaged; 69 the port is in use, or the database is not reachable; 73 the folder cannot be written; 74 the disk did not take a flush, start
again; 75 another server has the folder; 77 the database refuses its user; 78 written by a newer version, or settings that do not fit.
`;

/** Settings from the command line. null asks for help. @throws ConfigError */
export function parseServeArgs(
  args: readonly string[],
  builtApp: string | null,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ServerConfig | null {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error));
  }
  const { values } = parsed;
  if (values.help) return null;
  if (values.demo && values.empty) throw new ConfigError('--demo and --empty exclude each other. Give one of them.');
  const level = LOG_LEVELS.find((known) => known === values['log-level']);
  if (level === undefined) throw new ConfigError(`--log-level is one of ${LOG_LEVELS.join(', ')}.`);
  return checkConfig({
    dataDir: resolve(values.data),
    host: values.host,
    port: wholeNumber('--port', values.port, 0, 65535),
    demo: values.demo,
    sessionMinutes: wholeNumber('--session-minutes', values['session-minutes'], 1, 525_600),
    logLevel: level,
    json: values.json,
    appDir: values.app === undefined ? builtApp : resolve(values.app),
    allowedOrigins: values['allow-origin'],
    ...nodeSettings(values['database-url'] ?? environment.COUNTERSIGN_DATABASE_URL, values['node-url']),
    ...companySettings(values, environment),
    ...(values['public-url'] === undefined ? {} : { publicUrl: publicUrlOf(values['public-url']) }),
    ...(values['trust-proxy'] ? { trustProxy: true } : {}),
  });
}

function nodeSettings(
  databaseUrl: string | undefined,
  nodeUrl: string | undefined,
): Pick<ServerConfig, 'database' | 'nodeUrl'> {
  if (databaseUrl === undefined || databaseUrl === '') {
    if (nodeUrl !== undefined) throw new ConfigError('--node-url needs --database-url: a data folder has one server.');
    return {};
  }
  if (nodeUrl !== undefined && !(URL.canParse(nodeUrl) && /^https?:$/.test(new URL(nodeUrl).protocol))) {
    throw new ConfigError(`--node-url is “${nodeUrl}”. Give an address like http://10.0.0.5:8750.`);
  }
  try {
    const database = new DatabaseAddress(databaseUrl);
    return nodeUrl === undefined ? { database } : { database, nodeUrl };
  } catch (error) {
    if (error instanceof StorageError) throw new ConfigError(`${error.message} ${error.action}`);
    throw error;
  }
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: false,
    strict: true,
    options: {
      data: { type: 'string', default: DEFAULTS.dataDir },
      'database-url': { type: 'string' },
      'node-url': { type: 'string' },
      host: { type: 'string', default: DEFAULTS.host },
      port: { type: 'string', default: String(DEFAULTS.port) },
      demo: { type: 'boolean', default: false },
      empty: { type: 'boolean', default: false },
      'session-minutes': { type: 'string', default: String(DEFAULTS.sessionMinutes) },
      app: { type: 'string' },
      'allow-origin': { type: 'string', multiple: true, default: [] },
      'oidc-issuer': { type: 'string' },
      'oidc-client-id': { type: 'string' },
      'oidc-client-secret-file': { type: 'string' },
      'oidc-name': { type: 'string' },
      'oidc-scope': { type: 'string' },
      'oidc-roles': { type: 'string' },
      'oidc-recheck-minutes': { type: 'string' },
      'public-url': { type: 'string' },
      'trust-proxy': { type: 'boolean', default: false },
      'log-level': { type: 'string', default: DEFAULTS.logLevel },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
}
